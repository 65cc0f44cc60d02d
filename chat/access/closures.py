"""Why somebody who reads a room may not write in it now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import FOREVER, User
from chat.models import Membership, Room

SENTENCES: dict[str, Promise] = {
    "suspended": _("Your account is suspended: you can read, not write."),
    "muted": _("You are muted: you can read, not write."),
    "muted_here": _("You are muted in this room: you can read, not write."),
    "archived": _("This room is archived. It can be read, not written in."),
    "locked": _("This room is closed for writing."),
    "announcing": _("Only moderators write in this room."),
    "read_only": _("You can read this room, but not write in it."),
}


@dataclass(frozen=True, slots=True)
class Closure:
    """`why` is a key of SENTENCES; `until` None: nobody knows."""

    why: str
    until: datetime | None = None

    @property
    def sentence(self) -> Promise:
        return SENTENCES[self.why]

    @property
    def is_personal(self) -> bool:
        """Put on the person by a moderator, with a reason."""
        return self.why in ("suspended", "muted", "muted_here")


def closure_of(user: User, room: Room, membership: Membership | None) -> Closure:
    """The closure that weighs most. Asked only about who may not write."""
    if user.is_suspended:
        return Closure("suspended", _end(user.suspended_until))
    if user.is_muted:
        return Closure("muted", _end(user.muted_until))
    if membership is not None and membership.is_muted:
        return Closure("muted_here", _end(membership.muted_until))
    if room.state == Room.State.ARCHIVED:
        return Closure("archived")
    if room.is_locked:
        return Closure("locked", _end(room.locked_until))
    return Closure("announcing" if room.posting == Room.Posting.MODERATORS else "read_only")


def _end(until: datetime | None) -> datetime | None:
    return None if until == FOREVER else until
