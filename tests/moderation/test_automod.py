"""Automatic rules: what they find, what follows, what they would have found, and what they never look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.messages.actions import edit_message
from chat.models import AuditEntry, Case, Mention, Message, Notice, Rule, Sanction
from chat.moderation.automod.actions import RuleValues, add_rule, delete_rule, draft_rule, switch_rule
from chat.moderation.automod.queries import dry_run
from chat.moderation.reports.actions import Verdict, decide
from tests.base import events_of, fresh, hearing, refused, say
from tests.cast import Cast, add_person


def rule(cast: Cast, *, on: bool = True, **values: Any) -> Rule:
    values = {"name": "No gulls", "kind": "words", "outcome": "hold", "text": "gull\n海鸥", **values}
    made = add_rule(actor=cast.alice, values=RuleValues(**values))
    if on:
        switch_rule(actor=cast.alice, rule_id=made.pk, enabled=True)
    return made


FOUND = ["a gull!", "GULL", "gu\u200bll", "\uff47\uff55\uff4c\uff4c", "看海鸥飞"]
NOT_FOUND = ["gulls", "seagull", "the terns"]


@pytest.mark.parametrize(
    ("text", "found"), [*((one, True) for one in FOUND), *((one, False) for one in NOT_FOUND)]
)
def test_words_are_found_however_they_are_written(cast: Cast, text: str, found: bool) -> None:
    rule(cast)
    assert bool(say(cast.bob, cast.lounge, text).withheld) == found


def test_a_held_message_was_never_seen_and_comes_in_when_it_is_a_false_alarm(cast: Cast) -> None:
    rule(cast)
    with hearing() as heard:
        message = say(cast.bob, cast.lounge, "a gull for @mona")
    assert (message.withheld, message.source) == ("held", "")
    assert "a gull for" not in str(heard)
    assert fresh(cast.lounge).last_seq == 0
    assert not Mention.objects.exists()
    case = Case.objects.get()
    assert (case.snapshot, case.reports.get().reporter) == ("a gull for @mona", None)

    decide(actor=cast.mona, case_id=case.pk, verdict=Verdict("dismiss"))
    assert Message.objects.get(pk=message.pk).source == "a gull for @mona"
    assert Mention.objects.get().user == cast.mona
    assert fresh(cast.lounge).last_seq == message.seq


def test_a_mute_by_a_rule_is_taken_back_with_the_false_alarm(cast: Cast) -> None:
    rule(cast, outcome="mute", mute_minutes=30)
    say(cast.bob, cast.lounge, "gull")
    assert Sanction.objects.get().created_by is None
    with refused("read_only", cast.lounge):
        say(cast.bob, cast.lounge, "tern")
    decide(actor=cast.alice, case_id=Case.objects.get().pk, verdict=Verdict("dismiss"))
    say(cast.bob, cast.lounge, "tern")
    assert not Message.objects.exclude(withheld="").exists()


def test_a_warning_lets_the_message_through(cast: Cast) -> None:
    rule(cast, outcome="warn")
    assert not say(cast.bob, cast.lounge, "gull").withheld
    assert Notice.objects.get(user=cast.bob).act == "warn"
    assert AuditEntry.objects.filter(act="rule_broken", actor=None, target=cast.bob).exists()


def test_an_edit_brings_in_nothing_that_a_rule_holds(cast: Cast) -> None:
    rule(cast)
    message = say(cast.bob, cast.lounge, "tern")
    with refused("forbidden", cast.lounge):
        edit_message(
            user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, base=message.seq, text="gull"
        )


def test_moderators_and_direct_rooms_are_left_alone(cast: Cast) -> None:
    rule(cast)
    assert not say(cast.mona, cast.lounge, "gull").withheld
    assert not say(cast.bob, cast.duo, "gull").withheld
    assert not Case.objects.exists()


def test_a_flood_and_the_same_text_again(cast: Cast) -> None:
    rule(cast, kind="flood", text="", count=4, seconds=60, name="Flood")
    texts = [say(cast.bob, cast.lounge, f"tern {number}").withheld for number in range(4)]
    assert texts == ["", "", "", "held"]
    rule(cast, kind="repeat", text="", count=3, seconds=60, name="Again", outcome="hide")
    texts = [say(cast.gus, cast.lounge, text).withheld for text in ("Hi", "ho", "hi")]
    assert texts == ["", "", ""]
    assert say(cast.gus, cast.workshop, "HI").withheld


def test_a_rule_of_one_room_stays_in_it_and_one_switched_off_does_nothing(cast: Cast) -> None:
    made = rule(cast, room_id=cast.lounge.pk)
    assert not say(cast.bob, cast.workshop, "gull").withheld
    assert say(cast.bob, cast.lounge, "gull").withheld
    switch_rule(actor=cast.alice, rule_id=made.pk, enabled=False)
    assert not say(cast.bob, cast.lounge, "gull").withheld
    delete_rule(actor=cast.alice, rule_id=made.pk)
    assert not Rule.objects.exists()


def test_a_dry_run_counts_and_searches_only_where_its_author_may_read(cast: Cast) -> None:
    staff = add_person("imod", role="moderator")
    for room in (cast.lounge, cast.workshop, cast.duo):
        say(cast.bob, room, "gull")
    say(cast.gus, cast.lounge, "tern")
    old = say(cast.gus, cast.lounge, "gull")
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    draft = draft_rule(RuleValues("x", "words", "hold", text="gull"), by=staff)
    assert (dry_run(draft, staff).met, dry_run(draft, cast.alice).met) == (1, 2)
    assert (
        dry_run(draft_rule(RuleValues("x", "flood", "hold", count=2, seconds=60), by=staff), staff).met == 0
    )


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "pattern", "text": "("},
        {"kind": "pattern", "text": ""},
        {"kind": "pattern", "text": r"(a)\1"},
        {"kind": "words", "text": " \n "},
        {"kind": "dance"},
        {"outcome": "ban"},
        {"name": " "},
        {"kind": "flood", "count": 1},
        {"kind": "flood", "seconds": 0},
        {"room_id": 7},
    ],
)
def test_what_is_no_rule(cast: Cast, values: dict[str, Any]) -> None:
    with refused("invalid"):
        rule(cast, **values)


def test_rules_are_made_by_moderators_of_the_instance(cast: Cast) -> None:
    for who in (cast.mona, cast.bob):
        with refused("forbidden"):
            add_rule(actor=who, values=RuleValues("x", "words", "hold", text="gull"))
    User.objects.filter(pk=cast.mona.pk).update(role="moderator")
    add_rule(actor=User.objects.get(pk=cast.mona.pk), values=RuleValues("x", "words", "hold", text="gull"))


def test_rules_that_read_texts_cost_an_ordinary_send_no_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rule(cast, kind="pattern", text="gulls? +for +sale")
    say(cast.bob, cast.lounge, "tern")
    with django_assert_num_queries(9):  # as without, and the reading back of `say`
        say(cast.bob, cast.lounge, "another tern")


def test_a_hostile_pattern_takes_no_time(cast: Cast) -> None:
    rule(cast, kind="pattern", text="(a+)+b$")
    started = timezone.now()
    say(cast.bob, cast.lounge, "a" * 9_999)
    assert timezone.now() - started < timedelta(seconds=20)


def test_moderators_hear_of_what_a_rule_held(cast: Cast) -> None:
    rule(cast)
    with hearing() as heard:
        say(cast.bob, cast.lounge, "gull")
    told = {group for group, one in heard if '"case.changed"' in str(one.get("text"))}
    assert told == {f"user.{cast.alice.pk}", f"user.{cast.mona.pk}"}
    assert any(one["type"] == "case.changed" and one["open"] == 1 for one in events_of(heard))
