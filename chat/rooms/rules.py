"""What a room may be called, and which room two or more people share directly. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.names import clean_name
from chat.errors import Invalid, TooLarge

LONGEST_NAME = 80
LONGEST_TOPIC = 250
MOST_IN_DIRECT = 9


def check_room_name(text: str) -> str:
    """Cleaned; Invalid when nothing is left, TooLarge beyond 80 characters."""
    return _check(text, LONGEST_NAME) or _refuse_empty()


def check_topic(text: str) -> str:
    """Cleaned, may be empty; TooLarge beyond 250 characters."""
    return _check(text, LONGEST_TOPIC)


def _check(text: str, longest: int) -> str:
    try:
        cleaned = clean_name(text[: 4 * longest])
    except ValueError as error:
        raise Invalid(_("That text cannot be stored.")) from error
    if len(cleaned) > longest:
        raise TooLarge(_("Use at most %(limit)s characters.") % {"limit": longest})
    return cleaned


def _refuse_empty() -> str:
    raise Invalid(_("Give the room a name."))


def direct_key(people: Iterable[int]) -> str:
    """The same for the same people in any order; another person makes another room."""
    ids = ",".join(str(one) for one in sorted(set(people)))
    return hashlib.sha256(f"direct:{ids}".encode()).hexdigest()
