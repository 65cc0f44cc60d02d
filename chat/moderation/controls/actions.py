"""Controls of a room and the ranks in it. Every change stands in the room's record and in the audit log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import FOREVER, User, lasts
from chat import limits
from chat.access.gates import access_room, access_room_again
from chat.access.permissions import Permission
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.messages.actions import write_line
from chat.models import Membership, Room
from chat.models.rooms import Turn
from chat.rooms.actions import announce_member, announce_room
from chat.wire.encoding import moment

SLOWEST_SECONDS = 6 * 60 * 60
LONGEST_PROBATION_DAYS = 365
MOST_MENTIONS = 100
# What a role is called in the record of the room.
ACT_OF_ROLE = {
    Membership.Role.OWNER: "made_owner",
    Membership.Role.MODERATOR: "made_moderator",
    Membership.Role.MEMBER: "made_member",
    Membership.Role.READ_ONLY: "made_reader",
}


@dataclass(frozen=True, slots=True)
class Controls:
    """`slow_seconds`, `newcomer_days` and `most_mentions`: 0 is off. `locked_until` None: open."""

    posting: str = Room.Posting.EVERYONE
    locked_until: datetime | None = None
    slow_seconds: int = 0
    newcomer_days: int = 0
    most_mentions: int = 0


def control_room(*, user: User, room_id: int, controls: Controls) -> None:
    """Sets all of a room's controls; each that differs is a line of its own in the record.

    Raises NotFound, Forbidden or Invalid.
    """
    _check(controls)
    room = access_room(user, room_id, Permission.CONTROL).room
    limits.check_may_change(user.pk)
    for name, value in asdict(controls).items():
        if not _same(getattr(room, name), value):
            _change(user, room_id, name, value)


def _check(controls: Controls) -> None:
    bounds = (
        (controls.slow_seconds, SLOWEST_SECONDS),
        (controls.newcomer_days, LONGEST_PROBATION_DAYS),
        (controls.most_mentions, MOST_MENTIONS),
    )
    if controls.posting not in Room.Posting.values or any(not 0 <= one <= most for one, most in bounds):
        raise Invalid


def _same(present: object, wanted: object) -> bool:
    """A lock that is over is no lock."""
    if isinstance(present, datetime) and not lasts(present):
        present = None
    return present == wanted


def _change(user: User, room_id: int, name: str, value: Any) -> None:
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, Permission.CONTROL)
        before = getattr(access.room, name)
        if _same(before, value):
            transaction.set_rollback(True)
            return
        Room.objects.filter(pk=room_id).update(**{name: value})
        act, told = _line(name, value)
        line = write_line(room_id=room_id, turn=turn, actor=access.user, act=act, value=told)

        announce_room(room_id, turn, line)
        record(
            f"room_{name}",
            actor=access.user,
            room=room_id,
            before={name: _plain(before)},
            after={name: _plain(value)},
        )


def _line(name: str, value: Any) -> tuple[str, str]:
    """The act and the value of the line in the record."""
    if name == "posting":
        return ("announcing" if value == Room.Posting.MODERATORS else "everyone_writes"), ""
    if name == "locked_until":
        return ("locked" if value else "unlocked"), ""
    return (name if value else f"{name}_off"), str(value or "")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return "" if value == FOREVER else moment(value)
    return value


def appoint(*, user: User, room_id: int, user_id: int, role: str) -> None:
    """Gives a member another rank in the room. Owners appoint; nobody changes their own rank, or the last owner's.

    Raises NotFound, Forbidden or Invalid.
    """
    if role not in Membership.Role.values:
        raise Invalid
    access_room(user, room_id, Permission.APPOINT)
    limits.check_may_change(user.pk)
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, Permission.APPOINT)
        members = Membership.objects.active().select_related("user").filter(room_id=room_id)
        member = members.filter(user_id=user_id).first()
        if member is None:
            raise NotFound
        if user_id == user.pk:
            raise Forbidden
        if member.role == role:
            transaction.set_rollback(True)
            return
        before = member.role
        members.filter(pk=member.pk).update(role=role)
        _check_owner_stays(room_id)
        _announce_rank(room_id, turn, access.user, member.user, role)
        record(
            "appointed",
            actor=access.user,
            target=member.user,
            room=room_id,
            before={"role": before},
            after={"role": role},
        )


def _check_owner_stays(room_id: int) -> None:
    if not Membership.objects.active().filter(room_id=room_id, role=Membership.Role.OWNER).exists():
        raise Forbidden


def _announce_rank(room_id: int, turn: Turn, actor: User, person: User, role: str) -> None:
    target = {"id": person.pk, "name": person.display_name}
    act = ACT_OF_ROLE[Membership.Role(role)]
    line = write_line(room_id=room_id, turn=turn, actor=actor, act=act, target=target)
    announce_member(room_id, turn, line, person)
