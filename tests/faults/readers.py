"""Readers, who show what they know as a browser does, and canaries, who have lost the right to know it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.people import UNREACHABLE, Member, Refused
from tests.faults.sequence import Outcome, Sequence
from tests.faults.stacks import Stack
from tests.faults.web import NO_ANSWER, ask
from tests.faults.wire import Frame

RETRY = 0.3
KEPT_DELAYS = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it stands in front of somebody."""

    seq: int
    changed_seq: int
    deleted: bool
    reactions: int
    html: str


class Reader(Member):
    """Follows one room with the browser's state machine.

    `rows`: what it shows, by id. `floor`: older rows are not loaded. `faults`: what no reader should ever see.
    `settled`: (cursor, rows shown) at each moment at which the page claims to be complete.
    `arrivals`: when each new message was pushed, by its key.
    """

    def __init__(
        self, stack: Stack, name: str, seed: int, *, room: int, after: int = 0, port: int | None = None
    ) -> None:
        super().__init__(stack, name, seed, port=port)
        self.room = room
        self.rows: dict[int, Shown] = {}
        self.floor = after + 1 if after else 0
        self.faults: list[str] = []
        self.settled: list[tuple[int, int]] = []
        self.arrivals: dict[str, float] = {}
        self._sequence = Sequence(after)
        self._sequence.stop()
        self._asking: asyncio.Task[None] | None = None

    @property
    def cursor(self) -> int:
        return self._sequence.cursor

    @property
    def is_settled(self) -> bool:
        return self.online.is_set() and not self._sequence.syncing

    async def stop(self) -> None:
        if self._asking:
            self._asking.cancel()
        await super().stop()

    def left(self) -> None:
        self._sequence.stop()
        if self._asking:
            self._asking.cancel()

    def heard(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "hello":
            self._sequence.stop()
            self._ask("room.open")
        elif frame.get("room") != self.room:
            return
        elif kind == "room.more":
            self._take(self._sequence.answer(frame))
        elif kind == "room.batch" or ("message" in frame and "seq" in frame):
            self._note_arrival(frame)
            self._take(self._sequence.receive(frame))

    def _note_arrival(self, frame: Frame) -> None:
        if frame["type"] == "message.created" and frame["message"]["client_id"]:
            self.arrivals.setdefault(frame["message"]["client_id"], self.last_frame_at)

    def _ask(self, type_: str) -> None:
        self._asking = asyncio.create_task(self._catch_up(type_))

    async def _catch_up(self, type_: str) -> None:
        with suppress(*UNREACHABLE):
            while True:
                try:
                    frame = await self.ask(type_, room=self.room, after=self._sequence.start(), patience=60.0)
                    break
                except Refused as refused:
                    if refused.code in ("not_found", "forbidden"):
                        return
                    await asyncio.sleep(refused.retry_after or RETRY)
            if frame.get("reset"):
                await self._reload()
            else:
                self._take(self._sequence.answer(frame))

    async def _reload(self) -> None:
        """The replay was too long: the last page instead."""
        while True:
            origin, port = self.door()
            with suppress(*NO_ANSWER):
                answer = await ask(origin, f"/rooms/{self.room}/history/", cookie=self.cookie, port=port)
                if answer.status == 200:
                    break
            await asyncio.sleep(RETRY)
        page = answer.json()
        self.rows.clear()
        self.floor = page["items"][0]["message"]["seq"] if page["older"] else 0
        self._apply(page["items"])
        self._take(self._sequence.restart(page["head"]))

    def _take(self, outcome: Outcome) -> None:
        self._apply([item for item in outcome.apply if "message" in item])
        if not self._sequence.syncing:
            self._note_settled()
        if outcome.hole:
            self.faults.append(f"S8: {self.name} saw a hole after {self.cursor}")
            self._ask("room.sync")

    def _note_settled(self) -> None:
        moment = (self.cursor, len(self.rows))
        if not self.settled or self.settled[-1] != moment:
            self.settled.append(moment)

    def _apply(self, items: list[Frame]) -> None:
        for item in items:
            message = item["message"]
            seq = message["seq"]
            if seq < self.floor:
                continue
            reactions = sum(len(people) for _emoji, people in message["reactions"])
            self.rows[message["id"]] = Shown(
                seq, message["changed_seq"], message["deleted"], reactions, item["html"]
            )

    def forget(self) -> None:
        self.faults.clear()
        self.settled.clear()
        self.arrivals.clear()


class Canary(Reader):
    """Is removed from the room; `removed_at` is the number of that. `numbers`: of all it was ever told."""

    removed_at: int | None = None

    def __init__(self, stack: Stack, name: str, seed: int, *, room: int) -> None:
        super().__init__(stack, name, seed, room=room)
        self.numbers: list[int] = []

    def heard(self, frame: Frame) -> None:
        super().heard(frame)
        for event in (*frame.get("events", ()), *frame.get("items", ()), frame):
            message = event.get("message")
            if isinstance(message, dict) and message.get("room") == self.room:
                self.numbers.append(max(event.get("seq", 0), message["changed_seq"]))
        if frame["type"] == "hello":
            self.numbers += [seq for room, seq, *_rest in frame["rooms"] if room == self.room]

    async def ask(self, type_: str, *, patience: float = 0.0, **payload: object) -> Frame:
        frame = await super().ask(type_, patience=patience, **payload)
        # Answers are heard too: a page of what it may not see would come by them.
        self.numbers += [item["message"]["changed_seq"] for item in frame.get("items", ())]
        return frame

    def heard_after_removal(self) -> list[int]:
        removed_at = self.removed_at
        return [] if removed_at is None else sorted({seq for seq in self.numbers if seq > removed_at})
