"""The task that looks at what messages link to."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from chat import limits
from chat.messages.linking.actions import show_preview
from chat.messages.linking.rules import link_of
from chat.models import Message
from chat.previews import looking
from chat.previews.deliver import QUEUE
from chat.previews.fetching import Network, internet
from chat.previews.queries import is_on
from chat.previews.rules import NotFetched

# A card that comes later than this would move what people have long read.
LATEST: Final = timedelta(minutes=10)


def wants_preview(user_id: int, html: str) -> bool:
    """Whether what this person just wrote gets a card: a query only where there is a link."""
    return bool(link_of(html)) and is_on() and limits.may_have_preview(user_id)


def look_soon(message_id: int) -> None:
    """Queues it in the transaction that writes the message."""
    look.enqueue(message_id)


@task(queue_name=QUEUE)
def look(message_id: int) -> None:
    """Asks the first link of a message for its card, once; what fails leaves the message as it is."""
    looking.sweep()
    if is_on():
        look_now(message_id, internet())


def look_now(message_id: int, network: Network) -> None:
    """As the task, in this network."""
    message = Message.objects.living().filter(pk=message_id).first()
    url = link_of(message.html) if message else ""
    if not message or not url or timezone.now() - (message.edited_at or message.created_at) > LATEST:
        return
    try:
        preview = looking.look(url, network)
    except NotFetched:
        return
    show_preview(preview, room_id=message.room_id, message_id=message.pk)
