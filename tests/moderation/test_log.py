"""The audit log: a chain that shows what was done to it, searched and taken away as files; the papers' table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions import change_instance, change_role, deactivate
from accounts.models import User
from chat.access.table import page_part
from chat.audit.actions import record
from chat.audit.queries import verify
from chat.management.commands.permissions_table import BEGIN, END
from chat.models import AuditEntry, AuditHead
from tests.base import browser_of, in_parallel
from tests.cast import Cast, add_person


def fill(cast: Cast, count: int = 5) -> None:
    for number in range(count):
        record("warn", actor=cast.alice, target=cast.bob, reason=f"reason {number}", after={"n": number})


def test_a_whole_log_verifies_and_names_its_last_hash(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    fill(cast)
    head = AuditHead.objects.get().hash
    call_command("verify_audit")
    assert capsys.readouterr().out == f"5 entries hold. The last hash is {head}.\n"
    fill(cast)
    call_command("verify_audit", head=head)
    with pytest.raises(CommandError, match="written anew"):
        call_command("verify_audit", head="0" * 64)


FORGERIES = {
    "a reason": ("UPDATE chat_auditentry SET reason = 'kind words' WHERE number = 3", "Entry 3 was changed"),
    "an actor": ("UPDATE chat_auditentry SET actor_id = target_id WHERE number = 2", "Entry 2 was changed"),
    "a time": (
        "UPDATE chat_auditentry SET at = '2020-01-01 00:00:00' WHERE number = 4",
        "Entry 4 was changed",
    ),
    "one gone": ("DELETE FROM chat_auditentry WHERE number = 2", "Entry 2 is missing"),
    "the first gone": ("DELETE FROM chat_auditentry WHERE number = 1", "Entry 1 is missing"),
    "the last gone": ("DELETE FROM chat_auditentry WHERE number = 5", "Entry 5 is missing"),
    "all gone": ("DELETE FROM chat_auditentry", "Entry 1 is missing"),
    "another hash": (
        "UPDATE chat_auditentry SET hash = 'ffff' WHERE number = 5",
        "Entry 5 was changed",
    ),
    "another chain": (
        "UPDATE chat_auditentry SET previous = 'ffff' WHERE number = 2",
        "Entry 2 does not",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_rewritten_in_the_database_is_named(cast: Cast, forgery: str) -> None:
    fill(cast)
    statement, named = FORGERIES[forgery]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError, match=named):
        call_command("verify_audit")


def test_an_empty_log_holds(cast: Cast) -> None:
    assert verify() == (0, "", None)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain(cast: Cast) -> None:
    in_parallel([lambda: record("warn", actor=cast.alice, target=cast.bob)] * 6)
    assert verify()[0] == 6
    assert verify()[2] is None


def test_what_is_done_to_accounts_and_the_instance_is_recorded(cast: Cast) -> None:
    change_role(cast.alice, cast.bob, role="moderator")
    deactivate(cast.alice, User.objects.get(pk=cast.bob.pk))
    change_instance(cast.alice, name="Brackwater", signup_mode="open", link_previews=False)
    change_instance(None, name="Brackwater", signup_mode="open", link_previews=False)  # nothing changed
    found = list(AuditEntry.objects.values_list("act", "actor", "target", "before", "after"))
    assert found[0] == (
        "role_changed",
        cast.alice.pk,
        cast.bob.pk,
        {"role": "member"},
        {"role": "moderator"},
    )
    assert [one[0] for one in found] == ["role_changed", "deactivated", "instance_changed"]


def test_the_page_finds_by_words_act_and_day(cast: Cast) -> None:
    fill(cast)
    record("ban", actor=cast.alice, target=cast.gus, reason="spam for boats")
    browser = browser_of(cast.alice)
    for query, count in {
        "q=boats": 1,
        "q=Gus": 1,
        "act=warn": 5,
        "q=alice+boats": 1,
        "since=2999-01-01": 0,
    }.items():
        page = browser.get(f"/moderation/log/?{query}").content.decode()
        assert page.count("<b><bdi>Alice</bdi></b>") == count, query
    assert browser.get("/moderation/log/?since=soon&before=").status_code == 200
    assert browser.get("/moderation/log/?before=x").status_code == 400


def test_the_files_hold_all_that_the_hash_covers_and_no_formula(cast: Cast) -> None:
    record("ban", actor=cast.alice, target=cast.gus, reason="=cmd()|x")
    browser = browser_of(cast.alice)
    lines = b"".join(browser.get("/moderation/log/export/").streaming_content).decode()  # type: ignore[attr-defined]
    (entry,) = [json.loads(line) for line in lines.splitlines()]
    assert (entry["act"], entry["reason"], entry["hash"]) == ("ban", "=cmd()|x", AuditHead.objects.get().hash)
    text = b"".join(browser.get("/moderation/log/export/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["reason"] == "'=cmd()|x"
    assert row["actor_name"] == "Alice"


def test_older_entries_are_pages_further(cast: Cast) -> None:
    add_person("imod", role="moderator")
    fill(cast, 55)
    page = browser_of(cast.alice).get("/moderation/log/").content.decode()
    assert "before=6" in page
    assert browser_of(cast.alice).get("/moderation/log/?before=6").content.decode().count("reason ") == 5


def test_the_papers_say_what_the_gates_do() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "moderation.md").read_text(encoding="utf-8")
    assert f"{BEGIN}\n{page_part()}\n{END}" in page
