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
    ADD_MEMBER = "add_member"
    REMOVE_MEMBER = "remove_member"
    RENAME = "rename"
    ARCHIVE = "archive"


P = Permission

_READER = frozenset({P.SEE, P.READ, P.LEAVE})
_MEMBER = _READER | {P.POST, P.REACT, P.EDIT, P.DELETE_OWN, P.ADD_MEMBER}
_MODERATOR = _MEMBER | {P.DELETE_ANY, P.REMOVE_MEMBER, P.RENAME}
_OWNER = _MODERATOR | {P.ARCHIVE}

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
)
NEVER_WHEN_ARCHIVED = frozenset({P.JOIN, P.POST, P.REACT, P.EDIT, P.ADD_MEMBER, P.RENAME})
NEVER_WHEN_SUSPENDED = frozenset(P) - {P.SEE, P.READ, P.LEAVE}
NEVER_FOR_GUESTS = frozenset({P.JOIN, P.ADD_MEMBER})


def permissions_of(user: User, room: Room, membership: Membership | None) -> frozenset[Permission]:
    """Everything that this person may do in this room now. Empty: the room does not exist for them."""
    if not user.is_active:
        return frozenset()
    granted = _granted(user, room, membership)
    if room.is_direct:
        granted -= NEVER_IN_DIRECT
    if room.state == Room.State.ARCHIVED:
        granted -= NEVER_WHEN_ARCHIVED
    if user.state == User.State.SUSPENDED:
        granted -= NEVER_WHEN_SUSPENDED
    if user.role == User.Role.GUEST:
        granted -= NEVER_FOR_GUESTS
    return granted


def _granted(user: User, room: Room, membership: Membership | None) -> frozenset[Permission]:
    if membership and membership.is_active:
        role = IN_ROOM[membership.role]
        if membership.role == Membership.Role.READ_ONLY and not user.is_administrator:
            return role
        return role | BY_INSTANCE_ROLE[user.role]
    banned = membership is not None and membership.state == Membership.State.BANNED
    listed = room.kind == Room.Kind.OPEN and room.state == Room.State.ACTIVE
    return OUTSIDE_OPEN if listed and not banned and user.role != User.Role.GUEST else frozenset()
