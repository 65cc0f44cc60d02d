"""The bin: where texts lie that a moderator removed or withholds, with what hung on them, so that they can come back.

Nothing here announces: whoever moves a text has taken the room's turn and tells about it.
"""

from __future__ import annotations

from accounts.models import User
from chat.messages.deliver import empty_bin_later
from chat.models import Mention, Message, Reaction, RemovedMessage
from chat.models.moderation import CleanUp
from chat.models.rooms import Turn


def put_away(message: Message, turn: Turn, *, by: User | None, clean_up: CleanUp | None = None) -> None:
    """Empties the message into the bin. What lies there already stays as it was put there."""
    kept, new = RemovedMessage.objects.get_or_create(
        message=message,
        defaults={
            "source": message.source,
            "html": message.html,
            "hangings": _hangings(message),
            "removed_by": by,
            "removed_at": turn.at,
            "clean_up": clean_up,
        },
    )
    if clean_up is None:
        empty_bin_later()
    if not new:
        kept.removed_by, kept.removed_at, kept.clean_up = by, turn.at, clean_up
        kept.save(update_fields=["removed_by", "removed_at", "clean_up"])
    message.reactions.all().delete()
    message.mentions.all().delete()
    message.source = message.html = ""
    message.unpin()


def take_back(message: Message) -> None:
    """Everything as it was, rows of reactions and mentions under their own numbers; the bin holds it no longer."""
    kept = RemovedMessage.objects.get(message=message)
    message.source, message.html = kept.source, kept.html
    reactions = kept.hangings.get("reactions", [])
    Reaction.objects.bulk_create(
        Reaction(pk=pk, message=message, user_id=user, emoji=emoji) for pk, user, emoji in reactions
    )
    mentions = kept.hangings.get("mentions", [])
    Mention.objects.bulk_create(
        Mention(pk=pk, message=message, user_id=user, room_id=message.room_id, seq=message.seq)
        for pk, user in mentions
    )
    kept.delete()


def _hangings(message: Message) -> dict[str, list[list[object]]]:
    reactions = message.reactions.order_by("pk").values_list("pk", "user_id", "emoji")
    mentions = message.mentions.order_by("pk").values_list("pk", "user_id")
    return {"reactions": [list(one) for one in reactions], "mentions": [list(one) for one in mentions]}
