"""A card as facts, for the row of its message."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse

from chat.models import LinkPreview


def preview_facts(preview: LinkPreview) -> dict[str, Any]:
    """Plain words, and an address of ours for its picture: no browser ever asks the page's own server for one."""
    return {
        "url": preview.url,
        "host": preview.host,
        "title": preview.title,
        "words": preview.words,
        "picture_url": _address(preview.pk) if preview.has_picture else None,
    }


def _address(preview_id: int) -> str:
    return _pattern().replace("/1/", f"/{preview_id}/")


@cache
def _pattern() -> str:
    return reverse("chat:preview_picture", args=[1])
