"""Stories into the database: a transaction per room, so that nobody ever sees half a room."""

from itertools import chain

from django.db import transaction

from chat.demo.story import Story
from chat.models import Membership, Mention, Message, Reaction, RemovedMessage, Revision

# Rows per statement; SQLite takes at most 250,000 variables, PostgreSQL 65,535.
_BATCH = 500


def write_story(story: Story) -> None:
    with transaction.atomic():
        story.room.save(force_insert=True)
        Membership.objects.bulk_create(story.memberships.values(), batch_size=_BATCH)
        Message.objects.bulk_create(story.messages, batch_size=_BATCH)
        Reaction.objects.bulk_create(chain.from_iterable(story.reactions.values()), batch_size=_BATCH)
        Mention.objects.bulk_create(chain.from_iterable(story.mentions.values()), batch_size=_BATCH)
        Revision.objects.bulk_create(story.revisions, batch_size=_BATCH)
        RemovedMessage.objects.bulk_create(story.bin, batch_size=_BATCH)
