"""What a message does with its card, inside the transaction that changes the message. Nothing here announces."""

from __future__ import annotations

from collections.abc import Iterable

from chat.models import LinkPreview, Message
from chat.previews.deliver import sweep_soon

State = LinkPreview.State


def hang(preview: LinkPreview, message: Message) -> bool:
    """Gives a message its card. False where it has one, or had one that somebody took away."""
    if LinkPreview.objects.filter(message=message).exists():
        return False
    preview.message, preview.state = message, State.SHOWN
    preview.save(update_fields=["message", "state"])
    return True


def take_away(message: Message) -> bool:
    """Only the address stays, so that no card comes back. False where none is shown."""
    shown = LinkPreview.objects.shown().filter(message=message).first()
    if shown is None:
        return False
    discard(shown)
    LinkPreview.objects.create(
        message=message, state=State.REMOVED, url=shown.url, digest=shown.digest, host="", title=""
    )
    return True


def drop(message_ids: Iterable[int]) -> None:
    """The cards of these messages are gone with the commit, and their pictures leave the storage after it."""
    found = LinkPreview.objects.filter(message__in=list(message_ids))
    if found.update(message=None, state=State.GONE):
        sweep_soon()


def discard(preview: LinkPreview) -> None:
    """This card is gone, whether a message had it or not."""
    preview.message, preview.state = None, State.GONE
    preview.save(update_fields=["message", "state"])
    sweep_soon()
