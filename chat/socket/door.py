"""Who may come in, how many at once, and how everybody is seen out.

A storm of returning browsers must not feed itself: a few sockets are opened at a time, some wait in line, and
whoever finds the line full is told a moment of its own at which to come back.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

# Files that are no tabs: database, Redis, static files, and HTTP connections beside them.
FILES_FOR_OTHERS = 256
FEWEST_TABS = 16
# The soonest that a new process answers, and the latest that anybody is sent away for.
EARLIEST_RETURN = 1.0
LATEST_RETURN = 60.0
# Between the first goodbye and the last one.
GOODBYE_SECONDS = 4.0
GOODBYES_PER_SECOND = 500
# For the answers to what was asked before a goodbye: longer than a database waits for a lock.
ANSWERS_SECONDS = 8.0
# For the browsers' own half of the close; outlets cut who does not answer.
GONE_SECONDS = 3.0


class Guest(Protocol):
    """What the door knows of a socket."""

    async def leave(self) -> None:
        """Answers what was asked so far, then closes with 4012 and an appointment."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A close code, its reason, and the seconds after which to come back."""

    code: int
    reason: str
    retry_after: float


class Door:
    """One per process. Use from its event loop only."""

    def __init__(self) -> None:
        self.inside: set[Guest] = set()
        self.most = most_sockets()
        self.is_closing = False
        self._turns = asyncio.Semaphore(settings.CHAT.opening_at_once)
        self._waiting = 0
        self._next_return = 0.0
        self._hurried = asyncio.Event()
        self._empty = asyncio.Event()

    def enter(self, guest: Guest) -> Refusal | None:
        """Counts a socket that has just been accepted. Why it cannot stay, if it cannot."""
        self.inside.add(guest)
        if self.is_closing:
            return Refusal(4012, "restarting", self.appointment())
        if len(self.inside) > self.most or self._waiting >= settings.CHAT.opening_queue:
            return Refusal(4029, "too many at once", self.appointment())
        return None

    def forget(self, guest: Guest) -> None:
        self.inside.discard(guest)
        if not self.inside:
            self._empty.set()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One of the few that are opened at the same time, in the order of coming."""
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    def appointment(self) -> float:
        """Seconds until the caller may come back: a moment of its own, so that nobody returns in step."""
        now = time.monotonic()
        step = 1 / settings.CHAT.returns_per_second
        self._next_return = max(self._next_return + step, now + EARLIEST_RETURN)
        return round(min(self._next_return - now, LATEST_RETURN), 3)

    async def see_out(self) -> None:
        """Says goodbye to everybody, spread over a moment; returns when they have gone, or were told long ago."""
        self.is_closing = True
        self._empty.clear()
        leaving = list(self.inside)
        began = time.monotonic()
        rate = max(GOODBYES_PER_SECOND, len(leaving) / GOODBYE_SECONDS)
        async with asyncio.TaskGroup() as group:
            for number, guest in enumerate(leaving):
                group.create_task(guest.leave())
                # Counted from the start: single sleeps would add up to more under load.
                await self.hurried_within(began + (number + 1) / rate - time.monotonic())
        if self.inside:
            await _within(self._empty.wait(), GONE_SECONDS)

    async def answered(self, commands: Coroutine[Any, Any, None]) -> None:
        """Waits for what a guest is still to be answered, though not for ever, and not when in a hurry."""
        waiting = {asyncio.ensure_future(commands), asyncio.ensure_future(self._hurried.wait())}
        await asyncio.wait(waiting, timeout=ANSWERS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()

    async def hurried_within(self, seconds: float) -> bool:
        return await _within(self._hurried.wait(), seconds)

    def hurry(self) -> None:
        """From now on nothing is waited for."""
        self._hurried.set()


async def _within(event: Coroutine[Any, Any, Any], seconds: float) -> bool:
    """Whether it came in time."""
    try:
        await asyncio.wait_for(event, max(0.0, seconds))
    except TimeoutError:
        return False
    return True


def most_sockets() -> int:
    """The setting, or what this process may open beside its other files, where that is less."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = int(settings.CHAT.sockets_per_process)
    return most if files == resource.RLIM_INFINITY else min(most, max(FEWEST_TABS, files - FILES_FOR_OTHERS))
