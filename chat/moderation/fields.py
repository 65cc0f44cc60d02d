"""What forms of moderation send, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from chat.errors import Invalid

LARGEST = 2**53


def number_of(post: Mapping[str, str], name: str, *, default: int | None = None) -> int:
    """A whole number that is not negative. Raises Invalid; an absent or empty one is the default, if there is one."""
    text = post.get(name, "").strip()
    if not text and default is not None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and int(text) <= LARGEST):
        raise Invalid
    return int(text)


def optional_number(post: Mapping[str, str], name: str) -> int | None:
    """None where the field is empty or absent. Raises Invalid."""
    return number_of(post, name) if post.get(name, "").strip() else None


def flag_of(post: Mapping[str, str], name: str) -> bool:
    """Raises Invalid for what is neither 1 nor 0."""
    if post.get(name) not in ("0", "1"):
        raise Invalid
    return post[name] == "1"
