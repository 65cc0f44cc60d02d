"""Putting sanctions on people and taking them back. Each act checks, writes, tells and records, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actions import sign_out_everywhere
from accounts.models import Invitation, User
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import Case, Membership, Room, Rule, Sanction
from chat.models.rooms import Turn
from chat.moderation.durations import end_after
from chat.moderation.notices.actions import tell
from chat.moderation.policy import may_moderate, may_sanction, may_sanction_in_room
from chat.moderation.sanctions.rules import MOMENTARY, Kind, check_kind, check_reason
from chat.rooms.actions import bar_from_room, enter_room, exit_room
from chat.wire import envelopes, events
from chat.wire.encoding import moment
from chat.wire.publish import publish_on_commit

State = Membership.State
# What a removal changes in a membership.
PLACE = ("state", "role", "pinned", "since_seq", "until_seq", "read_seq")


def impose(
    *,
    actor: User | None,
    person_id: int,
    kind: str,
    reason: str,
    minutes: int | None = None,
    room_id: int | None = None,
    case: Case | None = None,
    rule: Rule | None = None,
) -> Sanction:
    """Puts a sanction on somebody; one of the same kind at the same place gives way to it.

    `actor` None: an automatic rule. `minutes` None: until it is lifted. Raises NotFound, Forbidden or Invalid.
    """
    wanted, reason = check_kind(kind, in_room=room_id is not None), check_reason(reason)
    ends_at = timezone.now() if wanted in MOMENTARY else end_after(minutes)
    with transaction.atomic():
        turn = _lock_rooms(wanted, person_id, room_id)
        person = _lock_person(person_id)
        membership = _membership(person_id, room_id)
        if actor is not None:
            actor = _check_may(actor, person, room_id, membership, case)

        _give_way(wanted, person_id, room_id, by=actor)
        sanction = Sanction.objects.create(
            kind=wanted,
            user=person,
            room_id=room_id,
            reason=reason,
            ends_at=ends_at,
            created_by=actor,
            case=case,
            rule=rule,
            before=_before(person, membership),
        )
        if wanted in MOMENTARY:
            Sanction.objects.filter(pk=sanction.pk).update(starts_at=ends_at)
        _take_effect(sanction, person, membership, turn)

        _tell(sanction, lifted=False)
        record(
            wanted,
            actor=actor,
            target=person,
            room=room_id,
            reason=reason,
            before=_times(sanction.before),
            after=_facts(sanction),
        )
    return sanction


def lift(*, actor: User, sanction_id: int, reason: str = "") -> Sanction:
    """Takes a sanction back: what it took away is there again. Raises NotFound, also for who may not.

    One that is over or lifted already stays as it is.
    """
    known = Sanction.objects.filter(pk=sanction_id).first()
    if known is None:
        raise NotFound
    with transaction.atomic():
        turn = _lock_rooms(Kind(known.kind), known.user_id, known.room_id)
        person = _lock_person(known.user_id)
        membership = _membership(person.pk, known.room_id)
        try:
            actor = _check_may(actor, person, known.room_id, membership, known.case)
        except Forbidden:
            raise NotFound from None
        sanction = Sanction.objects.select_for_update(no_key=True).get(pk=known.pk)
        if sanction.lifted_at is not None:
            transaction.set_rollback(True)
            return sanction

        sanction.lifted_at, sanction.lifted_by = timezone.now(), actor
        sanction.save(update_fields=["lifted_at", "lifted_by"])
        _undo(sanction, person, membership, turn, actor)

        _tell(sanction, lifted=True)
        record(
            f"{sanction.kind}_lifted",
            actor=actor,
            target=person,
            room=sanction.room_id,
            reason=reason[:500],
            before=_facts(sanction),
        )
    return sanction


def lift_for_case(actor: User, case: Case) -> None:
    """A false alarm: what a rule put on the person for it is taken back."""
    for sanction in Sanction.objects.in_force().filter(case=case, created_by=None):
        lift(actor=actor, sanction_id=sanction.pk)


def _lock_rooms(kind: Sanction.Kind, person_id: int, room_id: int | None) -> Turn | None:
    """Rooms before people, in one order, as everybody who writes in a room does.

    What revokes raises the version of rights: nothing that is committed after it reaches the person.
    """
    if room_id is not None and kind in (Kind.REMOVE, Kind.ROOM_BAN):
        return Room.objects.take_turn(room_id, revokes=True)
    if kind == Kind.BAN:
        inside = Membership.objects.active().filter(user_id=person_id).values_list("room_id", flat=True)
        locked = [room.pk for room in Room.objects.lock(inside)]
        Room.objects.filter(pk__in=locked).update(acl_version=F("acl_version") + 1, changed_at=Now())
    return None


def _lock_person(person_id: int) -> User:
    # Not FOR UPDATE: who inserts this person's message holds a key lock and waits for the room that we hold.
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def _membership(person_id: int, room_id: int | None) -> Membership | None:
    return Membership.objects.filter(room_id=room_id, user_id=person_id).first() if room_id else None


def _check_may(
    actor: User, person: User, room_id: int | None, membership: Membership | None, case: Case | None
) -> User:
    """The actor as they are now. Raises Forbidden, or NotFound for a room that the actor does not see.

    A case opens its room to the instance's moderators as far as its own sanctions.
    """
    actor = User.objects.get(pk=actor.pk)
    by_case = case is not None and case.room_id == room_id and may_moderate(actor)
    if room_id is None or by_case:
        allowed = may_sanction(actor, person)
    else:
        access = access_room(actor, room_id, Permission.MODERATE)
        allowed = may_sanction_in_room(access, person, membership)
    if not allowed:
        raise Forbidden
    return actor


def _give_way(kind: Sanction.Kind, person_id: int, room_id: int | None, *, by: User | None) -> None:
    if kind not in MOMENTARY:
        older = Sanction.objects.in_force().filter(user_id=person_id, kind=kind, room=room_id)
        older.update(lifted_at=timezone.now(), lifted_by=by)


def _before(person: User, membership: Membership | None) -> dict[str, Any]:
    """What an undo needs: the place in the room, and the invitations that still let people in."""
    invitations = Invitation.objects.live().filter(created_by=person)
    found: dict[str, Any] = {"invitations": list(invitations.values_list("pk", flat=True))}
    if membership:
        found.update({name: getattr(membership, name) for name in PLACE})
    return found


def _times(before: dict[str, Any]) -> dict[str, Any]:
    return {key: before[key] for key in ("state", "role") if key in before}


def _facts(sanction: Sanction) -> dict[str, Any]:
    return {"sanction": sanction.pk, "until": moment(sanction.ends_at) if sanction.has_end else None}


def _take_effect(sanction: Sanction, person: User, membership: Membership | None, turn: Turn | None) -> None:
    kind, actor = Kind(sanction.kind), sanction.created_by
    if kind == Kind.REMOVE:
        if membership is None or not membership.is_active or turn is None or actor is None:
            raise NotFound
        exit_room(membership.room_id, person, turn, actor=actor, state=State.REMOVED)
    elif kind == Kind.ROOM_BAN:
        if turn is None or actor is None or sanction.room_id is None:
            raise Invalid
        bar_from_room(sanction.room_id, person, turn, actor=actor)
    elif kind == Kind.BAN:
        Invitation.objects.filter(pk__in=sanction.before["invitations"]).update(revoked_at=timezone.now())
        sign_out_everywhere(person)
    _write_times(sanction)


def _undo(
    sanction: Sanction, person: User, membership: Membership | None, turn: Turn | None, actor: User
) -> None:
    kind = Kind(sanction.kind)
    if kind in (Kind.REMOVE, Kind.ROOM_BAN) and turn is not None and membership is not None:
        _return(sanction, person, membership, turn, actor)
    elif kind == Kind.BAN:
        Invitation.objects.filter(pk__in=sanction.before["invitations"]).update(revoked_at=None)
    _write_times(sanction)


def _return(sanction: Sanction, person: User, membership: Membership, turn: Turn, actor: User) -> None:
    """Back to where the person was; who was not inside may come in again."""
    if membership.is_active:
        transaction.set_rollback(True)
        raise Invalid
    before = sanction.before
    if before.get("state") == State.ACTIVE:
        enter_room(membership.room_id, person, turn, actor=actor, act="readmitted")
        Membership.objects.filter(pk=membership.pk).update(**{name: before[name] for name in PLACE})
        return
    outside = before.get("state", State.LEFT)
    bar_from_room(membership.room_id, person, turn, actor=actor, state=outside, act="unbanned")


def _write_times(sanction: Sanction) -> None:
    """The times that the gates read, from all that is in force: the latest end counts."""
    kind, room_id = Kind(sanction.kind), sanction.room_id
    if kind in MOMENTARY:
        return
    until = (
        Sanction.objects.in_force()
        .filter(user_id=sanction.user_id, kind=kind, room=room_id)
        .aggregate(until=Max("ends_at"))["until"]
    )
    if kind == Kind.ROOM_BAN:
        _membership_times(sanction, banned_until=until)
    elif kind == Kind.MUTE and room_id is not None:
        _membership_times(sanction, muted_until=until)
    else:
        field = {Kind.MUTE: "muted_until", Kind.SUSPEND: "suspended_until", Kind.BAN: "banned_until"}[kind]
        User.objects.filter(pk=sanction.user_id).update(**{field: until})


def _membership_times(sanction: Sanction, **times: datetime | None) -> None:
    found = Membership.objects.filter(room=sanction.room_id, user_id=sanction.user_id)
    if not found.update(**times):
        raise NotFound


def _tell(sanction: Sanction, *, lifted: bool) -> None:
    """The person's open tabs know at once, and a notice stays until it is read."""
    until = moment(sanction.ends_at) if sanction.has_end and sanction.kind not in MOMENTARY else None
    event = events.sanction_changed(kind=sanction.kind, room=sanction.room_id, until=until, lifted=lifted)
    publish_on_commit(sanction.user_id, envelopes.user_event(user=sanction.user_id, event=event))
    act = f"{sanction.kind}_lifted" if lifted else str(sanction.kind)
    room = sanction.room.name if sanction.room else ""
    tell(sanction.user_id, act, room=room, reason=sanction.reason, until=until)
