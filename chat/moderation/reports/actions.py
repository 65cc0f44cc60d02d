"""Reporting, taking a case, deciding it. Two moderators never decide the same case twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat import limits
from chat.access.gates import access_message, access_person
from chat.access.permissions import Permission
from chat.audit.actions import record
from chat.errors import Conflict, Forbidden, Invalid
from chat.models import Case, HouseRules, Membership, Message, Report, Room, Sanction
from chat.models.moderation import LONGEST_REASON
from chat.moderation.notices.actions import tell
from chat.moderation.reports.deliver import forget_later
from chat.moderation.reports.queries import access_case, cases_seen_by, watchers_of
from chat.moderation.reports.rules import DECISIONS, Decision, check_report
from chat.moderation.sanctions.actions import impose, lift_for_case
from chat.moderation.texts.actions import hide, remove, show
from chat.wire import envelopes, events
from chat.wire.encoding import moment
from chat.wire.publish import publish_on_commit

State = Case.State


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator chose. `minutes` None: until it is lifted. `note` stands in the record only."""

    decision: str
    reason: str = ""
    minutes: int | None = None
    remove_text: bool = False
    note: str = ""


def report_message(*, user: User, room_id: int, message_id: int, reason: str, words: str = "") -> Report:
    """Somebody finds that a message should be looked at. Conflict for a second report of the same person."""
    chosen, words = check_report(reason, words)
    access, message = access_message(user, room_id, message_id, Permission.REPORT)
    if message.author_id == user.pk or message.kind == Message.Kind.SYSTEM:
        raise Forbidden(_("Only messages of others can be reported."))
    limits.check_may_change(user.pk)
    with transaction.atomic():
        # Rooms are locked first everywhere: one report may hide the text.
        Room.objects.lock([room_id])
        case = open_case(about=message.author, room=access.room, message=message)
        report = _add_report(case, user, chosen, words)
        threshold = HouseRules.current().hide_after
        if threshold and case.reports.count() >= threshold and hide(message, by=None):
            record("text_hidden", actor=None, target=message.author, room=room_id, message_id=message_id)

        announce_case(case)
    return report


def report_person(*, user: User, person_id: int, reason: str, words: str = "") -> Report:
    """Somebody finds that a person should be looked at, whatever they wrote where."""
    chosen, words = check_report(reason, words)
    person = access_person(user, person_id)
    if person.pk == user.pk or not user.is_active or user.is_suspended:
        raise Forbidden
    limits.check_may_change(user.pk)
    with transaction.atomic():
        case = open_case(about=person)
        report = _add_report(case, user, chosen, words)

        announce_case(case)
    return report


def open_case(*, about: User, room: Room | None = None, message: Message | None = None) -> Case:
    """The open case about this message or person, or a new one with the text as it stands."""
    found = Case.objects.filter(about=about, message=message, state__in=Case.OPEN)
    if case := found.first():
        return case
    snapshot = message.source if message else ""
    try:
        with transaction.atomic():
            return Case.objects.create(about=about, room=room, message=message, snapshot=snapshot)
    except IntegrityError:
        return found.get()


def _add_report(case: Case, user: User, reason: str, words: str) -> Report:
    if case.reports.filter(reporter=user).exists():
        raise Conflict(_("You have reported this already. A moderator will look at it."))
    return Report.objects.create(case=case, reporter=user, reason=reason, words=words)


def take(*, actor: User, case_id: int, taken: bool) -> None:
    """Puts one's name on an open case, or takes it off. Conflict where somebody else's name is on it."""
    case = access_case(actor, case_id)
    was, now = (State.NEW, State.TAKEN) if taken else (State.TAKEN, State.NEW)
    with transaction.atomic():
        mine = {} if taken else {"assignee": actor}
        changed = Case.objects.filter(pk=case.pk, state=was, **mine).update(
            state=now, assignee=actor if taken else None
        )
        if not changed:
            raise _handled(case_id)
        announce_case(_fresh(case_id), by=actor)
        record("case_taken" if taken else "case_released", actor=actor, target=case.about, room=case.room_id)


def decide(*, actor: User, case_id: int, verdict: Verdict) -> Case:
    """Closes a case with what was chosen, all of it or nothing. Conflict for who comes second."""
    decision = DECISIONS.get(verdict.decision)
    if decision is None:
        raise Invalid
    case = access_case(actor, case_id)
    with transaction.atomic():
        _lock_rooms(case, decision)
        state = State.DISMISSED if verdict.decision == "dismiss" else State.RESOLVED
        closed = Case.objects.filter(pk=case.pk, state__in=Case.OPEN).update(
            state=state,
            closed_at=timezone.now(),
            closed_by=actor,
            outcome=verdict.decision,
            note=verdict.note[:LONGEST_REASON],
        )
        if not closed:
            raise _handled(case_id)
        _carry_out(actor, case, decision, verdict)

        case = _fresh(case_id)
        _tell_outcome(case, decision, verdict)
        announce_case(case, by=actor)
        forget_later(case)
        record(
            f"case_{state}",
            actor=actor,
            target=case.about,
            room=case.room_id,
            message_id=case.message_id,
            reason=verdict.note[:LONGEST_REASON],
            after={"case": case.pk, "outcome": verdict.decision, "text_removed": verdict.remove_text},
        )
    return case


def _lock_rooms(case: Case, decision: Decision) -> None:
    """All that this will touch, in one order, before anything else."""
    ids = {case.room_id} if case.room_id else set()
    if decision.kind == Sanction.Kind.BAN:
        ids |= set(Membership.objects.active().filter(user=case.about).values_list("room_id", flat=True))
    Room.objects.lock(ids)


def _carry_out(actor: User, case: Case, decision: Decision, verdict: Verdict) -> None:
    message = case.message
    if verdict.decision == "dismiss":
        lift_for_case(actor, case)
        if message:
            show(message)
        return
    if decision.kind:
        impose(
            actor=actor,
            person_id=case.about_id,
            kind=decision.kind,
            reason=verdict.reason,
            minutes=verdict.minutes,
            room_id=case.room_id if decision.in_room else None,
            case=case,
        )
    if message and (verdict.remove_text or decision.removes):
        if remove(message, by=actor):
            record("text_removed", actor=actor, target=case.about, room=case.room_id, message_id=message.pk)
    elif message:
        show(message)


def _tell_outcome(case: Case, decision: Decision, verdict: Verdict) -> None:
    rules = HouseRules.current()
    about: dict[str, Any] = {"room": case.room.name if case.room else "", "person": case.about.display_name}
    if rules.tell_reporters:
        for reporter in case.reports.exclude(reporter=None).values_list("reporter_id", flat=True):
            tell(reporter, f"report_{case.state}", **about)
    # A sanction tells its person itself.
    if rules.tell_authors and decision.removes:
        tell(case.about_id, "text_removed", room=about["room"], reason=verdict.reason)


def set_hidden(*, actor: User, case_id: int, hidden: bool) -> None:
    """Hides the text of an open case from everybody while it is looked at, or shows it again."""
    case = access_case(actor, case_id)
    if case.message is None or not case.is_open:
        raise _handled(case_id) if not case.is_open else Invalid
    with transaction.atomic():
        changed = hide(case.message, by=actor) if hidden else show(case.message)
        if changed:
            act = "text_hidden" if hidden else "text_shown"
            announce_case(case, by=actor)
            record(act, actor=actor, target=case.about, room=case.room_id, message_id=case.message_id)


def _handled(case_id: int) -> Conflict:
    """Who was faster, and when."""
    case = _fresh(case_id)
    who = case.closed_by or case.assignee
    return Conflict(_("%(name)s was faster: this is handled.") % {"name": who.display_name if who else "–"})


def _fresh(case_id: int) -> Case:
    return Case.objects.select_related("about", "room", "closed_by", "assignee").get(pk=case_id)


def announce_case(case: Case, *, by: User | None = None) -> None:
    """Everybody who has it in the queue sees it change. `by`: a moderator; reporters are not named."""
    name = by.display_name if by else ""
    for one in watchers_of(case):
        event = events.case_changed(
            case=case.pk,
            state=case.state,
            by=name,
            at=moment(timezone.now()),
            open_cases=cases_seen_by(one).filter(state__in=Case.OPEN).count(),
        )
        publish_on_commit(one.pk, envelopes.user_event(user=one.pk, event=event))
