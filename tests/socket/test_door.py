"""The door of a process: a few at a time, each with a time of its own to come back, and everybody seen out."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import replace

import pytest
from pytest_django import Settings

from chat.socket import door as module
from chat.socket.door import LATEST_RETURN, Door


class Guest:
    """Is told to leave, and leaves when `may_go`."""

    def __init__(self, door: Door, *, may_go: bool = True) -> None:
        self.door = door
        self.told = asyncio.Event()
        self.may_go = asyncio.Event()
        if may_go:
            self.may_go.set()

    async def leave(self) -> None:
        self.told.set()
        await self.door.answered(self._go())

    async def _go(self) -> None:
        await self.may_go.wait()
        self.door.forget(self)


@pytest.fixture
def door(settings: Settings) -> Door:
    settings.CHAT = replace(settings.CHAT, opening_at_once=2, opening_queue=3, sockets_per_process=10)
    return Door()


async def test_everybody_is_given_another_moment_to_come_back(door: Door, settings: Settings) -> None:
    moments = [time.monotonic() + door.appointment() for _ in range(400)]
    steps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(steps) > 0
    assert moments[-1] - moments[0] == pytest.approx(399 / settings.CHAT.returns_per_second, rel=0.1)


async def test_nobody_is_sent_away_for_longer_than_a_minute(door: Door) -> None:
    assert max(door.appointment() for _ in range(20_000)) == LATEST_RETURN


async def test_a_few_are_opened_at_a_time_in_the_order_of_coming_and_more_than_wait_are_refused(
    door: Door,
) -> None:
    opened: list[int] = []
    release = asyncio.Event()

    async def come(number: int) -> None:
        async with door.turn():
            opened.append(number)
            await release.wait()

    coming = []
    for number in range(5):
        assert door.enter(Guest(door)) is None
        coming.append(asyncio.create_task(come(number)))
        await asyncio.sleep(0)
    assert opened == [0, 1]
    refusal = door.enter(Guest(door))
    assert refusal
    assert (refusal.code, refusal.retry_after > 0) == (4029, True)
    release.set()
    await asyncio.gather(*coming)
    assert opened == [0, 1, 2, 3, 4]
    assert door.enter(Guest(door)) is None


async def test_who_gives_up_in_the_line_leaves_the_turn_to_the_next(door: Door) -> None:
    release = asyncio.Event()
    opened: list[int] = []

    async def come(number: int) -> None:
        async with door.turn():
            opened.append(number)
            await release.wait()

    coming = [asyncio.create_task(come(number)) for number in range(4)]
    await asyncio.sleep(0)
    coming[2].cancel()
    release.set()
    await asyncio.gather(*coming, return_exceptions=True)
    assert opened == [0, 1, 3]


async def test_more_than_a_process_holds_are_refused_until_somebody_leaves(door: Door) -> None:
    guests = [Guest(door) for _ in range(11)]
    refusals = [door.enter(guest) for guest in guests]
    assert [refusal.code for refusal in refusals if refusal] == [4029]
    door.forget(guests[-1])
    door.forget(guests[0])
    assert door.enter(Guest(door)) is None


async def test_a_closing_door_tells_whoever_comes_that_the_server_restarts(door: Door) -> None:
    guests = [Guest(door), Guest(door)]
    for guest in guests:
        door.enter(guest)
    await door.see_out()
    assert all(guest.told.is_set() for guest in guests)
    refusal = door.enter(Guest(door))
    assert refusal
    assert refusal.code == 4012


async def test_who_is_still_answered_is_waited_for_but_not_in_a_hurry(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GONE_SECONDS", 0.01)
    slow = Guest(door, may_go=False)
    door.enter(slow)
    seeing_out = asyncio.create_task(door.see_out())
    await slow.told.wait()
    await asyncio.sleep(0)
    assert not seeing_out.done()
    door.hurry()
    await asyncio.wait_for(seeing_out, 5)


async def test_files_bound_the_sockets_of_a_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for files, most in ((1_024, 768), (100, module.FEWEST_TABS), (10**6, 10_000), (-1, 10_000)):
        monkeypatch.setattr("resource.getrlimit", lambda _kind, files=files: (files, files))
        assert module.most_sockets() == most
