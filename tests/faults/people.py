"""Who takes part: writers that never give up, readers that show what they know, and a canary that is removed."""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import InvalidHandshake

from tests.faults.sequence import Frame, Outcome, Sequence
from tests.live.client import Refused, Tab
from tests.live.town import Town

UNREACHABLE = (OSError, ConnectionError, TimeoutError, EOFError, InvalidHandshake)


@dataclass
class Entry:
    """One intent: what was sent under which key, and every answer that it got."""

    key: str
    text: str
    answers: list[tuple[int, int]] = field(default_factory=list)


class Member:
    """Somebody with one tab, who comes back to any process when it is cut."""

    def __init__(self, town: Town, name: str, seed: int) -> None:
        self.town = town
        self.name = name
        self.random = random.Random(seed)
        self.stopping = False

    async def connect(self) -> Tab:
        while True:
            tab = self.town.tab(self.name, process=self.random.randrange(len(self.town.site.processes)))
            try:
                await tab.open()
                await tab.until(lambda tab=tab: tab.closed is not None or bool(tab.of("hello")), 8.0)  # type: ignore[misc]
                if tab.closed is None:
                    return tab
            except UNREACHABLE:
                pass
            await asyncio.sleep(self.random.uniform(0.05, 0.4))


class Writer(Member):
    """Sends one message after another; no answer means: the same key again."""

    def __init__(self, town: Town, name: str, seed: int) -> None:
        super().__init__(town, name, seed)
        self.journal: list[Entry] = []

    async def run(self) -> None:
        tab = await self.connect()
        for number in itertools.count():
            if self.stopping:
                break
            entry = Entry(str(uuid.uuid4()), f"{self.name} {number}")
            self.journal.append(entry)
            tab = await self._insist(tab, entry)
            await asyncio.sleep(self.random.uniform(0.0, 0.08))
        await tab.close()

    async def _insist(self, tab: Tab, entry: Entry) -> Tab:
        while not entry.answers:
            try:
                # Doubled on purpose: a repeat must be harmless at any moment.
                sends = [tab.say(self.town.workshop, entry.text, client_id=entry.key) for _ in range(2)]
                done = await asyncio.wait_for(asyncio.gather(*sends), 6.0)
                entry.answers.extend((one["id"], one["seq"]) for one in done)
            except Refused as refused:
                if refused.code != "unavailable":
                    raise
            except UNREACHABLE:
                tab.cut()
                tab = await self.connect()
        return tab


class Reader(Member):
    """Runs the client's state machine over one room. `rows`: what it shows, by id."""

    def __init__(self, town: Town, name: str, seed: int) -> None:
        super().__init__(town, name, seed)
        self.rows: dict[int, tuple[int, str]] = {}
        self.faults: list[str] = []
        self.frames: list[Frame] = []
        self.connects = 0
        self._sequence = Sequence(0)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        self.stopping = True
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self.stopping:
            tab = await self.connect()
            self.connects += 1
            try:
                await self._follow(tab)
            except (*UNREACHABLE, Refused):
                pass
            finally:
                self._sequence.stop()
                await tab.close()

    async def _follow(self, tab: Tab) -> None:
        taken = 0
        syncing = asyncio.create_task(self._sync(tab))
        while tab.closed is None:
            await tab.until(lambda: tab.closed is not None or len(tab.frames) > taken, 60.0)  # noqa: B023
            for frame in tab.frames[taken:]:
                self._take(tab, frame)
            taken = len(tab.frames)
        await asyncio.gather(syncing, return_exceptions=True)

    async def _sync(self, tab: Tab) -> None:
        # Refused: the canary comes back after its removal.
        with suppress(*UNREACHABLE, Refused):
            await tab.ask("room.open", room=self.town.workshop, after=self._sequence.start())

    def _take(self, tab: Tab, frame: Frame) -> None:
        self.frames.append(frame)
        if frame.get("room") != self.town.workshop:
            return
        if "upto" in frame and "items" in frame:
            self._apply(tab, self._sequence.answer(frame))
        elif frame["type"] == "room.batch" or ("message" in frame and "seq" in frame):
            self._apply(tab, self._sequence.receive(frame))

    def _apply(self, tab: Tab, outcome: Outcome) -> None:
        if outcome.reset:
            self.faults.append("was told to reset")
        if outcome.hole:
            self.faults.append(f"saw a hole after {self._sequence.cursor}")
            asyncio.get_running_loop().create_task(self._sync(tab))
        for item in outcome.apply:
            self._show(item["message"], item["html"])

    def _show(self, message: dict[str, Any], html: str) -> None:
        newest = max((seq for seq, _html in self.rows.values()), default=0)
        if message["id"] not in self.rows and message["seq"] < newest:
            self.faults.append(f"showed {message['seq']} after {newest}")
        self.rows[message["id"]] = (message["seq"], html)

    def shown(self) -> list[tuple[int, int]]:
        """(seq, id) in the order of display."""
        return sorted((seq, id_) for id_, (seq, _html) in self.rows.items())


class Canary(Reader):
    """Is removed from the room midway; `removed_at` is the number of that."""

    removed_at = 0

    def heard_after_removal(self) -> list[int]:
        heard = []
        for frame in self.frames:
            for event in [*frame.get("events", []), *frame.get("items", []), frame]:
                message = event.get("message", {})
                if message.get("room") == self.town.workshop:
                    heard.append(max(event.get("seq", 0), message.get("changed_seq", 0)))
        return [seq for seq in heard if seq > self.removed_at]


async def until(holds: Callable[[], bool], patience: float) -> bool:
    """Whether it held before patience ended."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not holds():
        if loop.time() > end:
            return False
        await asyncio.sleep(0.05)
    return True
