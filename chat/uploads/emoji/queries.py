"""Which emoji this chat has, and what of a stored text still shows one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from chat.models import CustomEmoji, Message
from chat.text import emoji_keys_in, without_emoji
from chat.uploads.pictures.facts import picture_url


def all_emoji() -> list[tuple[str, str]]:
    """Name and address of each, by name."""
    rows = CustomEmoji.objects.order_by("name").values_list("name", "picture")
    return [(name, picture_url(key) or "") for name, key in rows]


def made_emoji() -> QuerySet[CustomEmoji]:
    """All, by name, with who made them."""
    return CustomEmoji.objects.select_related("created_by").order_by("name")


def addresses_of(names: Iterable[str]) -> dict[str, str]:
    """Of these names those that there are; no query for none."""
    wanted = list(names)
    if not wanted:
        return {}
    rows = CustomEmoji.objects.filter(name__in=wanted).values_list("name", "picture")
    return {name: picture_url(key) or "" for name, key in rows}


def settle_emoji(messages: Sequence[Message]) -> None:
    """What was removed since it was written is its text again: one query, none where no text has any."""
    holders = [(one, keys) for one in messages if (keys := emoji_keys_in(one.html))]
    if not holders:
        return
    wanted = set().union(*(keys for _one, keys in holders))
    there = set(CustomEmoji.objects.filter(picture__in=wanted).values_list("picture", flat=True))
    for message, keys in holders:
        if gone := keys - there:
            message.html = without_emoji(message.html, gone)
