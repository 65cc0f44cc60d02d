"""Clean-up in one step: counted before, done as a task, undone to what was there, forgotten after 30 days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import User
from chat.messages.actions import delete_message, edit_message, react
from chat.messages.deliver import empty_bin
from chat.models import AuditEntry, Case, CleanUp, Message, RemovedMessage, Room
from chat.moderation.cleanups.actions import carry_on, start_clean_up, undo_clean_up
from chat.moderation.cleanups.deliver import run_clean_up
from chat.moderation.cleanups.queries import preview_of
from chat.moderation.reports.actions import Verdict, decide, report_message
from chat.moderation.sanctions.actions import impose, lift
from tests.base import events_of, fresh, hearing, numbers, refused, say
from tests.cast import Cast

# What an undo does not turn back: numbers of changes only grow, and the log and the notices tell of both acts.
COUNTERS = {"seq", "changed_seq", "acl_version", "changed_at", "number"}
OF_THE_ACTS = {
    "auditentry",
    "audithead",
    "notice",
    "sanction",
    "cleanup",
    "dbtaskresult",
    "session",
    "usersession",
}


def database() -> dict[str, list[dict[str, Any]]]:
    """Every row of the product, without what only counts."""
    found = {}
    for model in (*apps.get_app_config("chat").get_models(), *apps.get_app_config("accounts").get_models()):
        if model._meta.model_name in OF_THE_ACTS:
            continue
        rows = model._default_manager.order_by("pk").values()
        found[str(model._meta.model_name)] = [
            {key: value for key, value in row.items() if key not in COUNTERS} for row in rows
        ]
    return found


def spam(cast: Cast) -> list[Message]:
    rooms = [cast.lounge, cast.workshop, cast.duo]
    sent = [say(cast.bob, room, f"@mona buy {number}") for room in rooms for number in range(3)]
    say(cast.gus, cast.lounge, "hello", reply_to=sent[0].pk)
    react(user=cast.gus, room_id=cast.lounge.pk, message_id=sent[0].pk, emoji="👍", present=True)
    react(user=cast.mona, room_id=cast.lounge.pk, message_id=sent[0].pk, emoji="🎉", present=True)
    edit_message(
        user=cast.bob, room_id=cast.lounge.pk, message_id=sent[1].pk, base=sent[1].seq, text="@mona @gus"
    )
    return sent


def run(clean_up: CleanUp) -> CleanUp:
    run_clean_up.func(clean_up.pk)
    clean_up.refresh_from_db()
    return clean_up


def test_a_preview_counts_and_changes_nothing(cast: Cast) -> None:
    sent = spam(cast)
    before = database()
    seen = preview_of(cast.bob, "all")
    assert (seen.messages, seen.rooms, seen.invitations) == (9, 3, 0)
    Message.objects.filter(pk=sent[0].pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert preview_of(cast.bob, "hour").messages == 8
    assert preview_of(cast.bob, "day").messages == 9
    Message.objects.filter(pk=sent[0].pk).update(created_at=sent[0].created_at)
    assert database() == before


def test_a_ban_with_clean_up_and_its_undo_leave_everything_as_it_was(cast: Cast) -> None:
    spam(cast)
    before = database()
    ban = impose(actor=cast.alice, person_id=cast.bob.pk, kind="ban", reason="spam")
    clean_up = start_clean_up(actor=cast.alice, person_id=cast.bob.pk, span="all", reason="spam")
    with hearing() as heard:
        run(clean_up)
    assert (clean_up.state, clean_up.done, clean_up.total) == ("done", 9, 9)
    assert not Message.objects.living().filter(author=cast.bob).exists()
    assert "buy" not in str(heard)
    progress = [one["done"] for one in events_of(heard) if one["type"] == "clean_up.progress"]
    assert progress == sorted(progress)
    assert progress[-1] == 9
    assert fresh(cast.workshop).last_seq == 0

    lift(actor=cast.alice, sanction_id=ban.pk)
    undo_clean_up(actor=cast.alice, clean_up_id=clean_up.pk)
    assert run(clean_up).state == "undone"
    assert database() == before
    assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"ban", "clean_up", "clean_up_undone"}
    for room in (cast.lounge, cast.workshop, cast.duo):
        changed = Message.objects.in_room(room.pk).values_list("changed_seq", flat=True)
        assert max(changed) == fresh(room).seq  # no number without its change
        assert len(set(changed)) == len(changed)


def test_one_that_was_cut_off_goes_on_where_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.moderation.cleanups.actions.BATCH", 2)
    spam(cast)
    clean_up = start_clean_up(actor=cast.alice, person_id=cast.bob.pk, span="all", reason="spam")
    assert carry_on(clean_up.pk)
    assert Message.objects.living().filter(author=cast.bob).count() == 7
    with refused("conflict"):
        undo_clean_up(actor=cast.alice, clean_up_id=clean_up.pk)
    assert run(clean_up).done == 9


def test_what_was_written_after_the_order_stays(cast: Cast) -> None:
    spam(cast)
    clean_up = start_clean_up(actor=cast.alice, person_id=cast.bob.pk, span="hour", reason="spam")
    later = say(cast.bob, cast.lounge, "sorry")
    run(clean_up)
    assert list(Message.objects.living().filter(author=cast.bob)) == [later]


@pytest.mark.parametrize("who", ["mona", "gus", "carol"])
def test_who_may_not_clean_up(cast: Cast, who: str) -> None:
    with refused("forbidden"):
        start_clean_up(actor=getattr(cast, who), person_id=cast.bob.pk, span="all", reason="spam")
    assert not CleanUp.objects.exists()


MARKER = "zanzibar7719"  # one word, also where search keeps it folded


def rows_with(marker: str) -> list[str]:
    """Tables of the database in which the marker stands anywhere."""
    found = []
    with connection.cursor() as cursor:
        # What a virtual table holds lies in tables of its own, which are looked at.
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
        virtual = {name for (name,) in cursor.fetchall()}
        for table in set(connection.introspection.table_names()) - virtual:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            if any(marker in str(cell) for row in cursor.fetchall() for cell in row):
                found.append(table)
    return found


def age(queries: Iterable[Any], **fields: Any) -> None:
    for query in queries:
        query.update(**fields)


def test_deleted_means_deleted(cast: Cast) -> None:
    own, removed, reported = (say(cast.bob, cast.lounge, f"{MARKER} {number}") for number in range(3))
    for message in (own, removed):
        edit_message(
            user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, base=message.seq, text=f"{MARKER}!"
        )
    report_message(user=cast.gus, room_id=cast.lounge.pk, message_id=reported.pk, reason="spam")
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=own.pk)
    delete_message(user=cast.mona, room_id=cast.lounge.pk, message_id=removed.pk)
    decide(actor=cast.mona, case_id=Case.objects.get().pk, verdict=Verdict("remove", reason="spam"))
    assert set(rows_with(MARKER)) == {"chat_removedmessage", "chat_revision", "chat_case"}

    empty_bin.func()
    assert RemovedMessage.objects.count() == 2  # not due yet
    RemovedMessage.objects.update(removed_at=timezone.now() - timedelta(days=31))
    empty_bin.func()
    assert rows_with(MARKER) == []
    assert numbers(Room.objects.get(pk=cast.lounge.pk)) == [1, 2, 3]
    assert User.objects.get(pk=cast.bob.pk).messages.count() == 3
