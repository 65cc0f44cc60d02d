"""The log is read by people: what each act says of before and after, in words and in the reader's own time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.actions import change_instance, change_role
from chat.models import AuditEntry, Case
from chat.moderation.addresses.actions import ban_addresses
from chat.moderation.automod.actions import RuleValues, add_rule, change_house_rules, switch_rule
from chat.moderation.cleanups.actions import start_clean_up
from chat.moderation.controls.actions import Controls, appoint, control_room
from chat.moderation.log.details import FIELDS, OF_ACT, details_of
from chat.moderation.reports.actions import Verdict, decide, report_message
from chat.moderation.sanctions.actions import impose, lift
from tests.base import browser_of, say
from tests.cast import Cast

# What programs write and people do not.
RAW = re.compile(r"None|True|False|\{|\d{4}-\d\d-\d\dT|>[a-z]+_[a-z_]+:")


def do_everything(cast: Cast) -> None:
    """One act at least of each kind that leaves facts."""
    lounge = cast.lounge
    rules: tuple[dict[str, Any], ...] = (
        {"kind": "words", "text": "gull", "outcome": "mute"},
        {"kind": "flood", "count": 7, "outcome": "hold"},
    )
    for number, values in enumerate(rules):
        rule = add_rule(
            actor=cast.alice, values=RuleValues(**{"name": f"Rule {number}", "text": "", **values})
        )
        switch_rule(actor=cast.alice, rule_id=rule.pk, enabled=True)
    say(cast.gus, lounge, "a gull")
    reported = say(cast.bob, lounge, "buy sails")
    report_message(user=cast.trent, room_id=lounge.pk, message_id=reported.pk, reason="spam")
    verdict = Verdict("mute_here", reason="spam", minutes=60, remove_text=True)
    decide(actor=cast.alice, case_id=Case.objects.get(message=reported).pk, verdict=verdict)
    impose(actor=cast.alice, person_id=cast.bob.pk, kind="warn", reason="mind the tide")
    for kind, room, minutes in (("suspend", None, 60), ("room_ban", lounge.pk, None), ("ban", None, None)):
        made = impose(
            actor=cast.alice, person_id=cast.erin.pk, kind=kind, room_id=room, minutes=minutes, reason="spam"
        )
        lift(actor=cast.alice, sanction_id=made.pk)
    start_clean_up(actor=cast.alice, person_id=cast.bob.pk, span="all", reason="spam")
    ban_addresses(
        actor=cast.alice, network="203.0.113.0/24", reason="spam", minutes=60, own_address="198.51.100.9"
    )
    change_house_rules(actor=cast.alice, tell_reporters=False, tell_authors=True, hide_after=2)
    control_room(
        user=cast.mona,
        room_id=lounge.pk,
        controls=Controls(posting="moderators", slow_seconds=30, newcomer_days=3, most_mentions=5),
    )
    appoint(user=cast.alice, room_id=lounge.pk, user_id=cast.bob.pk, role="moderator")
    change_role(cast.alice, cast.carol, role="moderator")
    change_instance(cast.alice, name="Saltmarsh", signup_mode="open", link_previews=False)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "place in the room:",
                "until it is lifted",
                "Mute in this room",
                "30 seconds",
                "Anyone may sign up",
            ],
        ),
        ("zh-hans", ["房间", "直到解除", "在本房间禁言", "30 秒"]),
    ],
)
def test_every_entry_is_in_words(cast: Cast, language: str, words: list[str]) -> None:
    do_everything(cast)
    cast.alice.language = language
    cast.alice.save()
    with translation.override(None):  # what the page switches to ends with it
        page = browser_of(cast.alice).get("/moderation/log/").content.decode()
    listed = page[page.index('id="log"') :]
    listed = re.sub(r'datetime="[^"]*"', "", listed[: listed.index("</ol>")])
    assert RAW.findall(listed) == []
    assert [one for one in words if one not in listed] == []
    told = {(entry.act, key) for entry in AuditEntry.objects.all() for key in {**entry.before, **entry.after}}
    unknown = {
        pair for pair in told if pair not in OF_ACT and pair[1] not in {*FIELDS, "sanction", "room_id"}
    }
    assert unknown == set()


def test_an_end_is_told_in_the_readers_own_time() -> None:
    entry = AuditEntry(act="mute", after={"sanction": 1, "until": "2026-11-25T23:30:00.000Z"})
    with timezone.override("Asia/Shanghai"):
        (detail,) = details_of(entry)
    assert "7:30" in str(detail.after)


def test_a_warning_has_no_end() -> None:
    assert details_of(AuditEntry(act="warn", after={"sanction": 1, "until": None})) == []
