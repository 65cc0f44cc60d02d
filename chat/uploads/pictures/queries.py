"""Which pictures are to be seen."""

from __future__ import annotations

from chat.models import Picture


def shown_picture(key: str) -> Picture | None:
    """The one in use under this key, and not of somebody who is away."""
    return Picture.objects.shown().filter(key=key).first()
