"""From a report to its outcome: who may report what, who sees it, what a decision does, and that it happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from chat.access.gates import access_message
from chat.messages.actions import delete_message, edit_message, react
from chat.models import (
    AuditEntry,
    Case,
    HouseRules,
    Mention,
    Message,
    Notice,
    Reaction,
    RemovedMessage,
    Report,
)
from chat.moderation.reports.actions import Verdict, decide, report_message, report_person, set_hidden, take
from chat.moderation.reports.deliver import forget_snapshots
from chat.moderation.reports.queries import cases_seen_by, evidence_of
from tests.base import events_of, fresh, hearing, in_parallel, refused, say
from tests.cast import Cast, add_person

VERDICT = Verdict("warn", reason="mind your words")


def reported(cast: Cast, text: str = "You gulls!", *, by: User | None = None) -> Case:
    message = say(cast.bob, cast.workshop, text)
    report_message(
        user=by or cast.gus,
        room_id=cast.workshop.pk,
        message_id=message.pk,
        reason="harassment",
        words="rude",
    )
    return Case.objects.get(message=message)


def test_reports_of_one_message_are_one_case_with_the_text_of_the_first(cast: Cast) -> None:
    case = reported(cast)
    message = case.message
    assert message
    edit_message(user=cast.bob, room_id=message.room_id, message_id=message.pk, base=message.seq, text="I?")
    report_message(user=cast.mona, room_id=message.room_id, message_id=message.pk, reason="spam")
    assert Case.objects.get() == case
    assert case.snapshot == "You gulls!"
    assert case.reports.count() == 2
    assert evidence_of(Case.objects.get(), cast.mona).changed


def test_a_second_report_of_the_same_person_is_refused(cast: Cast) -> None:
    case = reported(cast)
    with refused("conflict", cast.workshop):
        report_message(
            user=cast.gus, room_id=cast.workshop.pk, message_id=case.message_id or 0, reason="spam"
        )


@pytest.mark.parametrize(
    ("who", "code"), [("carol", "not_found"), ("erin", "not_found"), ("bob", "forbidden")]
)
def test_who_cannot_report_a_message(cast: Cast, who: str, code: str) -> None:
    message = say(cast.bob, cast.workshop)
    with refused(code, cast.workshop):
        report_message(
            user=getattr(cast, who), room_id=cast.workshop.pk, message_id=message.pk, reason="spam"
        )
    assert not Report.objects.exists()


@pytest.mark.parametrize(("reason", "words"), [("rule", ""), ("other", " "), ("", ""), ("hunger", "yes")])
def test_what_is_no_reason(cast: Cast, reason: str, words: str) -> None:
    message = say(cast.bob, cast.workshop)
    with refused("invalid"):
        report_message(
            user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason=reason, words=words
        )


def test_who_sees_a_case(cast: Cast) -> None:
    case = reported(cast)
    staff = add_person("imod", role="moderator")
    sees = [one for one in (cast.mona, cast.alice, staff) if cases_seen_by(one).filter(pk=case.pk).exists()]
    assert sees == [cast.mona, cast.alice, staff]
    for one in (cast.bob, cast.gus, cast.trent, cast.carol, cast.erin):
        assert not cases_seen_by(one).exists()
    # The instance's moderator is not in the room: what was reported, and nothing around it.
    say(cast.mona, cast.workshop, "and after")
    assert [one.source for one in evidence_of(case, cast.mona).after] == ["and after"]
    assert not evidence_of(case, staff).after


def test_nobody_sees_the_case_about_themselves(cast: Cast) -> None:
    message = say(cast.mona, cast.workshop)
    report_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk, reason="spam")
    assert not cases_seen_by(cast.mona).exists()
    with refused("not_found"):
        decide(actor=cast.mona, case_id=Case.objects.get().pk, verdict=Verdict("dismiss"))


def test_a_direct_room_shows_what_was_reported_and_nothing_else(cast: Cast) -> None:
    say(cast.bob, cast.duo, "a secret before")
    message = say(cast.bob, cast.duo, "the insult")
    report_message(user=cast.alice, room_id=cast.duo.pk, message_id=message.pk, reason="harassment")
    case = Case.objects.get()
    staff = add_person("imod", role="moderator")
    for one in (staff, cast.alice):
        evidence = evidence_of(case, one)
        assert (evidence.before, evidence.after) == ([], [])
    assert not cases_seen_by(cast.mona).exists()


def test_a_decision_closes_the_case_acts_tells_and_records(cast: Cast) -> None:
    case = reported(cast)
    with hearing() as heard:
        decide(
            actor=cast.mona,
            case_id=case.pk,
            verdict=Verdict(
                "mute_here", reason="mind your words", minutes=60, remove_text=True, note="second"
            ),
        )
    case.refresh_from_db()
    assert (case.state, case.closed_by, case.outcome) == ("resolved", cast.mona, "mute_here")
    assert Message.objects.get(pk=case.message_id or 0).is_deleted
    with refused("read_only", cast.workshop):
        say(cast.bob, cast.workshop)
    told = dict(Notice.objects.values_list("user", "act"))
    assert told == {cast.bob.pk: "mute", cast.gus.pk: "report_resolved"}
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert acts == ["mute", "text_removed", "case_resolved"]
    assert {one["type"] for one in events_of(heard)} >= {
        "message.deleted",
        "sanction.changed",
        "case.changed",
    }
    assert "second" not in str(Notice.objects.values())


def test_who_comes_second_is_told_who_was_faster(cast: Cast) -> None:
    case = reported(cast)
    decide(actor=cast.mona, case_id=case.pk, verdict=VERDICT)
    with refused("conflict") as caught:
        decide(actor=cast.alice, case_id=case.pk, verdict=Verdict("ban", reason="no"))
    assert "Mona" in str(caught.value.detail)
    assert User.objects.get(pk=cast.bob.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_the_same_moment_one_decides(cast: Cast) -> None:
    case = reported(cast)
    results = in_parallel(
        [
            lambda: decide(actor=cast.mona, case_id=case.pk, verdict=VERDICT),
            lambda: decide(actor=cast.alice, case_id=case.pk, verdict=Verdict("dismiss")),
        ]
    )
    refusals = [one for one in results if getattr(one, "code", "") == "conflict"]
    assert len(refusals) == 1
    assert AuditEntry.objects.filter(act__startswith="case_").count() == 1


def test_taking_a_case_keeps_others_off_and_every_moderator_sees_it(cast: Cast) -> None:
    case = reported(cast)
    with hearing() as heard:
        take(actor=cast.mona, case_id=case.pk, taken=True)
    seen = [(group, one["text"]) for group, one in heard]
    assert {group for group, _text in seen} == {f"user.{cast.mona.pk}", f"user.{cast.alice.pk}"}
    assert '"by":"Mona"' in seen[0][1]
    with refused("conflict"):
        take(actor=cast.alice, case_id=case.pk, taken=True)
    take(actor=cast.mona, case_id=case.pk, taken=False)
    take(actor=cast.alice, case_id=case.pk, taken=True)


def test_an_impossible_sanction_leaves_the_case_open(cast: Cast) -> None:
    case = reported(cast)
    with refused("forbidden"):
        decide(actor=cast.mona, case_id=case.pk, verdict=Verdict("ban", reason="rude"))
    case.refresh_from_db()
    assert case.is_open
    assert not AuditEntry.objects.exists()


def test_hidden_text_is_nowhere_until_it_is_shown_again_as_it_was(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "the gull, @mona")
    for emoji in ("👍", "🎉"):
        react(user=cast.gus, room_id=message.room_id, message_id=message.pk, emoji=emoji, present=True)
    report_message(user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason="spam")
    case = Case.objects.get()
    tables = (Reaction, Mention)
    before = [list(table.objects.values()) for table in tables]
    row = Message.objects.filter(pk=message.pk).values().get()

    with hearing() as heard:
        set_hidden(actor=cast.mona, case_id=case.pk, hidden=True)
    (event,) = (one for one in events_of(heard) if one["type"] == "message.deleted")
    assert 'data-word="hidden"' in event["html"]
    assert "gull" not in str(heard)
    with refused("not_found"):
        access_message(cast.bob, cast.workshop.pk, message.pk)
    assert fresh(cast.workshop).last_seq == 0

    set_hidden(actor=cast.mona, case_id=case.pk, hidden=False)
    assert [list(table.objects.values()) for table in tables] == before
    after = Message.objects.filter(pk=message.pk).values().get()
    assert {**after, "changed_seq": 0} == {**row, "changed_seq": 0}
    assert fresh(cast.workshop).last_seq == message.seq
    assert not RemovedMessage.objects.exists()


def test_the_second_report_hides_where_the_house_says_so(cast: Cast) -> None:
    HouseRules.objects.create(hide_after=2)
    case = reported(cast)
    assert case.message
    assert not Message.objects.get(pk=case.message_id or 0).withheld
    report_message(user=cast.mona, room_id=cast.workshop.pk, message_id=case.message_id or 0, reason="spam")
    assert Message.objects.get(pk=case.message_id or 0).withheld == "hidden"
    decide(actor=cast.mona, case_id=case.pk, verdict=Verdict("dismiss"))
    assert Message.objects.get(pk=case.message_id or 0).source == "You gulls!"


def test_nobody_is_told_where_the_house_says_so(cast: Cast) -> None:
    HouseRules.objects.create(tell_reporters=False, tell_authors=False)
    decide(actor=cast.mona, case_id=reported(cast).pk, verdict=Verdict("remove", reason="rude"))
    assert not Notice.objects.exists()


def test_a_person_can_be_reported_without_a_message(cast: Cast) -> None:
    report_person(user=cast.gus, person_id=cast.bob.pk, reason="other", words="follows me")
    case = Case.objects.get()
    assert (case.about, case.message, case.room) == (cast.bob, None, None)
    assert not cases_seen_by(cast.mona).exists()  # no room, no room's moderator
    decide(actor=cast.alice, case_id=case.pk, verdict=Verdict("suspend", reason="stop", minutes=60))
    assert User.objects.get(pk=cast.bob.pk).is_suspended


def test_an_author_cannot_take_the_evidence_away_and_later_it_is_forgotten(cast: Cast) -> None:
    case = reported(cast)
    delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=case.message_id or 0)
    case.refresh_from_db()
    assert case.snapshot == "You gulls!"
    decide(actor=cast.mona, case_id=case.pk, verdict=VERDICT)
    (queued,) = DBTaskResult.objects.all()
    assert queued.run_after and queued.run_after > timezone.now() + timedelta(days=29)
    forget_snapshots.func()
    assert Case.objects.get().snapshot
    Case.objects.update(closed_at=timezone.now() - timedelta(days=31))
    forget_snapshots.func()
    assert not Case.objects.get().snapshot
