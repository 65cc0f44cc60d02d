"""A small picture by its key, as it travels: an address, an element."""

from __future__ import annotations

from functools import cache

from django.urls import reverse


def picture_url(key: str) -> str | None:
    """None without a key."""
    return _pattern().replace("/x/", f"/{key}/") if key else None


def picture_img(key: str) -> str:
    """It lies over what stands there without it, and says nothing: whose it is stands beside it. "" without a key."""
    return f'<img src="{picture_url(key)}" alt="" loading="lazy">' if key else ""


@cache
def _pattern() -> str:
    return reverse("chat:picture", args=["x"])
