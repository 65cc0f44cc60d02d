"""Sends that wait together: one flush for all, each with an outcome, an order and a language of its own."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper as DatabaseWrapper
from django.utils import translation
from django.utils.translation import gettext

from chat.errors import ChatError, Invalid
from chat.messages.actions import send_message
from chat.models import Message, Room
from chat.models.commits import Commits, _Write, commits
from chat.models.prepared import insert
from tests.base import fresh, hearing, numbers
from tests.cast import Cast
from tests.services import until

pytestmark = pytest.mark.django_db(transaction=True)


def together(works: list[Callable[[], Any]], here: Commits = commits) -> list[Future[Any]]:
    """Runs them on threads of their own, while a first one holds the turn until all of them wait."""
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(60)

    def run(work: Callable[[], Any]) -> Any:
        try:
            return here.run(work)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works) + 1) as pool:
        first = pool.submit(run, hold)
        begun.wait(60)
        futures = [pool.submit(run, work) for work in works]
        until(lambda: len(here._waiting) == len(works), "not all came")
        go.set()
        first.result(20)
    return futures


def said(cast: Cast, number: int, room: Room | None = None) -> Callable[[], Any]:
    row = Message(room=room or cast.lounge, author=cast.bob, source=f"{number}", client_id=uuid.uuid4())

    def store() -> int:
        with transaction.atomic():
            row.seq = row.changed_seq = Room.objects.take_turn(row.room_id).seq
            insert(row)
        return row.seq

    return store


def test_many_writes_share_one_commit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()
    begun: list[str] = []
    atomic = transaction.Atomic.__enter__

    def note(self: transaction.Atomic) -> None:
        if not connection.in_atomic_block:
            begun.append(threading.current_thread().name)
        threads.add(threading.current_thread().name)
        atomic(self)

    monkeypatch.setattr(transaction.Atomic, "__enter__", note)
    futures = together([said(cast, number) for number in range(8)])
    assert sorted(future.result() for future in futures) == list(range(1, 9))
    assert numbers(cast.lounge) == list(range(1, 9))
    assert len(begun) == 1


def test_one_that_fails_takes_nobody_with_it_and_no_number(cast: Cast) -> None:
    def fail() -> None:
        with transaction.atomic():
            Room.objects.take_turn(cast.lounge.pk)
            raise Invalid("not this one")

    futures = together([said(cast, 0), fail, said(cast, 1), fail, said(cast, 2)])
    assert [type(future.exception()) for future in futures] == [
        type(None),
        Invalid,
        type(None),
        Invalid,
        type(None),
    ]
    assert numbers(cast.lounge) == [1, 2, 3]
    assert fresh(cast.lounge).seq == 3


def test_when_the_commit_fails_all_hear_of_it_and_nothing_is_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(DatabaseWrapper, "_commit", full)
    futures = together([said(cast, number) for number in range(3)])
    monkeypatch.undo()
    assert [type(future.exception()) for future in futures] == [OperationalError] * 3
    assert numbers(cast.lounge) == []


def test_everybody_is_answered_in_their_own_language(cast: Cast) -> None:
    def refuse() -> None:
        raise Invalid(gettext("Write something first."))

    def in_language(code: str) -> str:
        with translation.override(code):
            try:
                here.run(refuse)
            except ChatError as error:
                return str(error.detail)
            return ""

    here = Commits()
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(60)

    with ThreadPoolExecutor(3) as pool:
        pool.submit(here.run, hold)
        begun.wait(60)
        english, chinese = pool.submit(in_language, "en"), pool.submit(in_language, "zh-hans")
        until(lambda: len(here._waiting) == 2, "not both came")
        go.set()
    assert english.result() == "Write something first."
    assert chinese.result() != english.result()


def test_sends_side_by_side_are_gapless_and_announced_once(cast: Cast) -> None:
    def send(number: int) -> int:
        try:
            return send_message(
                user=cast.bob, room_id=cast.lounge.pk, text=f"{number}", client_id=uuid.uuid4()
            ).seq
        finally:
            connection.close()

    with hearing() as heard, ThreadPoolExecutor(6) as pool:
        seqs = list(pool.map(send, range(18)))
    assert sorted(seqs) == list(range(1, 19))
    assert numbers(cast.lounge) == list(range(1, 19))
    assert sorted(envelope["seq"] for _group, envelope in heard) == list(range(1, 19))


def test_within_a_transaction_there_is_nobody_to_wait_for(cast: Cast) -> None:
    with transaction.atomic():
        assert commits.run(said(cast, 0)) == 1


def test_who_leads_for_others_first_still_gets_an_outcome(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.models.commits.AT_ONCE", 2)
    here = Commits()
    # Locks are not fair: the turn may come to somebody who stands behind more than one commit takes.
    here._waiting = [_Write(said(cast, number)) for number in range(3)]
    assert here.run(said(cast, 3)) == 4
    assert numbers(cast.lounge) == [1, 2, 3, 4]
