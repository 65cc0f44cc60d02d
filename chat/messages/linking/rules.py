"""Which link of a message its card is about."""

from __future__ import annotations

from django.conf import settings

from chat.previews.rules import first_link


def link_of(html: str) -> str:
    """The first address of a body that may be asked, never one of this site's; "" for none."""
    return first_link(html, settings.ALLOWED_HOSTS)
