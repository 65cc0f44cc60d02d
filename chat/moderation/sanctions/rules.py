"""What a sanction needs to be one. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.names import clean_name
from chat.errors import Invalid
from chat.models import Sanction
from chat.models.moderation import LONGEST_REASON

Kind = Sanction.Kind
NEEDS_ROOM = frozenset({Kind.REMOVE, Kind.ROOM_BAN})
NEVER_IN_ROOM = frozenset({Kind.SUSPEND, Kind.BAN})
# Done once, in force at no time.
MOMENTARY = frozenset({Kind.WARN, Kind.REMOVE})


def check_kind(kind: str, *, in_room: bool) -> Sanction.Kind:
    """Raises Invalid for an unknown one, and where the room is missing or too much."""
    if kind not in Kind.values:
        raise Invalid
    wanted = Kind(kind)
    if (wanted in NEEDS_ROOM and not in_room) or (wanted in NEVER_IN_ROOM and in_room):
        raise Invalid(_("That cannot be done there."))
    return wanted


def check_reason(text: str) -> str:
    """Cleaned and not empty: what is done to people has a reason."""
    try:
        reason = clean_name(text[: 4 * LONGEST_REASON])[:LONGEST_REASON]
    except ValueError as error:
        raise Invalid(_("That text cannot be stored.")) from error
    if not reason:
        raise Invalid(_("Give a reason."))
    return reason
