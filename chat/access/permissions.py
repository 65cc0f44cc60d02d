"""Role × kind and state of the room → permissions, in one table."""

from __future__ import annotations

from enum import StrEnum

from accounts.models import User
from chat.models import Membership, Room


class Permission(StrEnum):
    SEE = "see"  # the room exists for this person
    READ = "read"
    JOIN = "join"
    LEAVE = "leave"
    POST = "post"
    REACT = "react"
    EDIT = "edit"  # one's own messages
    DELETE_OWN = "delete_own"
    DELETE_ANY = "delete_any"
    PIN = "pin"  # messages, for everybody in the room
    ADD_MEMBER = "add_member"
    REMOVE_MEMBER = "remove_member"
    RENAME = "rename"
    ARCHIVE = "archive"
    REPORT = "report"
    MODERATE = "moderate"  # see the reports of the room, mute and ban in it, write while it is slow or closed
    CONTROL = "control"  # slow mode, lock, who writes
    APPOINT = "appoint"  # the room's moderators


P = Permission

_READER = frozenset({P.SEE, P.READ, P.LEAVE, P.REPORT})
_MEMBER = _READER | {P.POST, P.REACT, P.EDIT, P.DELETE_OWN, P.ADD_MEMBER}
_MODERATOR = _MEMBER | {P.DELETE_ANY, P.PIN, P.REMOVE_MEMBER, P.RENAME, P.MODERATE, P.CONTROL}
_OWNER = _MODERATOR | {P.ARCHIVE, P.APPOINT}

IN_ROOM: dict[str, frozenset[Permission]] = {
    Membership.Role.READ_ONLY: _READER,
    Membership.Role.MEMBER: _MEMBER,
    Membership.Role.MODERATOR: _MODERATOR,
    Membership.Role.OWNER: _OWNER,
}

# What an instance role adds in rooms that the person is a member of. Nobody reads a room without joining it.
BY_INSTANCE_ROLE: dict[str, frozenset[Permission]] = {
    User.Role.OWNER: _OWNER,
    User.Role.ADMINISTRATOR: _OWNER,
    User.Role.MODERATOR: _MODERATOR,
    User.Role.MEMBER: frozenset(),
    User.Role.GUEST: frozenset(),
}

OUTSIDE_OPEN = frozenset({P.SEE, P.JOIN})
NEVER_IN_DIRECT = frozenset(
    {P.LEAVE, P.ADD_MEMBER, P.REMOVE_MEMBER, P.RENAME, P.ARCHIVE, P.DELETE_ANY, P.JOIN}
    | {P.MODERATE, P.CONTROL, P.APPOINT}
)
# A conversation has no moderators: what they would do for a room, both do.
ALSO_IN_DIRECT = frozenset({P.PIN})
NEVER_WHEN_ARCHIVED = frozenset({P.JOIN, P.POST, P.REACT, P.EDIT, P.PIN, P.ADD_MEMBER, P.RENAME})
WRITING = frozenset({P.POST, P.REACT, P.EDIT})
# What the room itself closes, for everybody but its moderators.
NEVER_WHEN_LOCKED = WRITING
NEVER_WHEN_ANNOUNCING = frozenset({P.POST, P.EDIT})
NEVER_WHEN_MUTED = frozenset(P) - {P.SEE, P.READ, P.JOIN, P.LEAVE, P.DELETE_OWN, P.REPORT}
NEVER_WHEN_SUSPENDED = frozenset(P) - {P.SEE, P.READ, P.LEAVE}
NEVER_FOR_GUESTS = frozenset({P.JOIN, P.ADD_MEMBER})


def permissions_of(user: User, room: Room, membership: Membership | None) -> frozenset[Permission]:
    """Everything that this person may do in this room now. Empty: the room does not exist for them."""
    if not user.is_active:
        return frozenset()
    granted = _granted(user, room, membership)
    if room.is_direct:
        granted = (granted - NEVER_IN_DIRECT) | (ALSO_IN_DIRECT if P.POST in granted else frozenset())
    if room.state == Room.State.ARCHIVED:
        granted -= NEVER_WHEN_ARCHIVED
    granted -= _closed_by_room(room, granted)
    if user.is_muted or (membership is not None and membership.is_muted):
        granted -= NEVER_WHEN_MUTED
    if user.is_suspended:
        granted -= NEVER_WHEN_SUSPENDED
    if user.role == User.Role.GUEST:
        granted -= NEVER_FOR_GUESTS
    return granted


def _closed_by_room(room: Room, granted: frozenset[Permission]) -> frozenset[Permission]:
    if P.MODERATE in granted:
        return frozenset()
    if room.is_locked:
        return NEVER_WHEN_LOCKED
    return NEVER_WHEN_ANNOUNCING if room.posting == Room.Posting.MODERATORS else frozenset()


def _granted(user: User, room: Room, membership: Membership | None) -> frozenset[Permission]:
    if membership and membership.is_active:
        role = IN_ROOM[membership.role]
        if membership.role == Membership.Role.READ_ONLY and not user.is_administrator:
            return role
        return role | BY_INSTANCE_ROLE[user.role]
    banned = membership is not None and membership.is_banned
    listed = room.kind == Room.Kind.OPEN and room.state == Room.State.ACTIVE
    return OUTSIDE_OPEN if listed and not banned and user.role != User.Role.GUEST else frozenset()
