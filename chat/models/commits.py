"""Writes that wait for SQLite's one writer share a transaction, and with it one flush of the disk.

Whoever comes first leads: it runs the writes of all who wait behind it, each in a savepoint of its own, commits once
and hands everybody their outcome. PostgreSQL does the like by itself, and lets rooms write side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import translation

from chat.errors import DATABASE_AWAY

R = TypeVar("R")

AT_ONCE = 16


class _Write:
    """One act that waits, with the language of who asked for it: errors are told in it."""

    __slots__ = ("done", "error", "language", "outcome", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.language = translation.get_language()
        self.outcome: Any = None
        self.error: BaseException | None = None
        self.done = False

    def run(self) -> None:
        try:
            with translation.override(self.language):
                self.outcome = self.work()
        except Exception as error:
            self.error = error


class Commits:
    """One per process."""

    def __init__(self) -> None:
        self._waiting: list[_Write] = []
        self._listed = threading.Lock()
        self._turn = threading.Lock()

    def run(self, work: Callable[[], R]) -> R:
        """Runs a write that opens its own `atomic`; returns, or raises, when it is committed or undone."""
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            return work()
        mine = _Write(work)
        with self._listed:
            self._waiting.append(mine)
        with self._turn:
            while not mine.done:
                self._lead()
        if mine.error is not None:
            raise mine.error
        outcome: R = mine.outcome
        return outcome

    def _lead(self) -> None:
        with self._listed:
            writes, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        try:
            self._commit(writes)
        except BaseException as error:  # each raises it for itself: nobody may take silence for success
            for one in writes:
                one.error = one.error or error
        finally:
            for one in writes:
                one.done = True

    def _commit(self, writes: list[_Write]) -> None:
        if len(writes) == 1:
            writes[0].run()
            return
        with transaction.atomic():
            for one in writes:
                one.run()
                if isinstance(one.error, DATABASE_AWAY):
                    # A disk that is full undoes the whole transaction, not the savepoint alone.
                    raise one.error


commits = Commits()
