"""Which messages have a card."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Instance
from chat.models import LinkPreview, Message

# Every body with a link to the web holds it: pages without links ask for nothing.
_LINK = '<a href="http'


def is_on() -> bool:
    return Instance.objects.filter(link_previews=True).exists()


def attach_previews(messages: Sequence[Message]) -> None:
    """Sets `preview` of those that show a card: one query, none where no message has a link."""
    by_id = {one.pk: one for one in messages if _LINK in one.html and not one.is_empty}
    if by_id:
        for preview in LinkPreview.objects.shown().filter(message__in=by_id):
            by_id[preview.message_id or 0].preview = preview
