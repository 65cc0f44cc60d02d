"""Who may act on whom. Pure decisions on loaded objects."""

from __future__ import annotations

from accounts.models import User
from accounts.policy import rank
from chat.access.gates import Access
from chat.access.permissions import Permission
from chat.models import Membership

# What somebody is in a room, on one ladder: what they are on the instance counts too.
OF_ROOM_ROLE = {
    Membership.Role.READ_ONLY: 0,
    Membership.Role.MEMBER: 1,
    Membership.Role.MODERATOR: 2,
    Membership.Role.OWNER: 3,
}
OF_INSTANCE_ROLE = {
    User.Role.GUEST: 0,
    User.Role.MEMBER: 1,
    User.Role.MODERATOR: 2,
    User.Role.ADMINISTRATOR: 4,
    User.Role.OWNER: 5,
}


def may_moderate(actor: User) -> bool:
    """On the whole instance: its moderators, administrators and owners, while nothing is closed to them."""
    return actor.is_at_liberty and rank(actor.role) >= rank(User.Role.MODERATOR)


def may_sanction(actor: User, person: User) -> bool:
    """Everywhere: only those below, never oneself, never the system."""
    below = rank(actor.role) > rank(person.role)
    return may_moderate(actor) and below and person.kind != User.Kind.SYSTEM


def may_sanction_in_room(access: Access, person: User, membership: Membership | None) -> bool:
    """In one room: only those who stand lower there, whoever they are elsewhere."""
    if not access.may(Permission.MODERATE) or person.pk == access.user.pk:
        return False
    return height_in_room(access.user, access.membership) > height_in_room(person, membership)


def height_in_room(person: User, membership: Membership | None) -> int:
    inside = membership is not None and membership.is_active
    in_room = OF_ROOM_ROLE[Membership.Role(membership.role)] if membership and inside else 0
    return max(in_room, OF_INSTANCE_ROLE[User.Role(person.role)])
