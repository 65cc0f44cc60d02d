"""The one oracle of all fault tests: load, a fault in the middle of it, quiescence, judgement.

async with running_stack("daphne", "postgresql") as stack, trial(stack) as trial_:
    report = await trial_.phase("F01", kill_one)
    assert report.broken == []
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.judgement import differences, judge
from tests.faults.meters import Held, LogWatch, Probe, excess, held, percentile
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import Member, until
from tests.faults.readers import Canary, Reader
from tests.faults.record import Record, read_record, read_seq, removed_at
from tests.faults.stacks import PEOPLE, Stack
from tests.faults.web import NO_ANSWER, ask
from tests.faults.writers import Writer

LOOKS = (
    24  # requests at once to each process, so that it has all the threads and connections it will ever have
)

Fault = Callable[["Trial"], Awaitable[None]]
Judge = Callable[[Record], Awaitable[list[str]]]


@dataclass(frozen=True)
class Bounds:
    """Seconds that are promised. `allowed`: patterns of log records that this fault explains."""

    converge: float = 30.0
    send_p99: float | None = None
    up_p99: float = 1.0
    reconnects: int | None = None  # of all readers together
    allowed: tuple[str, ...] = ()
    patience: float = QUIESCENCE  # until the readers must agree, whatever the pace


@dataclass
class Report:
    """One row of the published table. `broken`: the promises that did not hold, in words."""

    row: str
    stack: str
    pace: str
    broken: list[str]
    measured: dict[str, Any] = field(default_factory=dict)


class Trial:
    """Readers stay from fault to fault; writers write during each, and rest in between."""

    def __init__(self, stack: Stack, *, writers: int, readers: int, padding: int, after: int) -> None:
        self.stack = stack
        self.room = stack.town.workshop
        names = PEOPLE[1:]
        self.writers = [
            Writer(
                stack, names[n % len(names)], n, room=self.room,
                sends_by="socket" if n % 2 else "http", padding=padding,
            )
            for n in range(writers)
        ]  # fmt: skip
        self.readers = [
            Reader(stack, names[n % len(names)], 1000 + n, room=self.room, after=after)
            for n in range(readers)
        ]
        self.others: Judge | None = None  # looks at what is shown elsewhere
        self.guests: list[Writer] = []  # judged, but driven by the fault
        self.canaries: list[Canary] = []
        self.noted: dict[str, Any] = {}  # what the fault measured
        self.complaints: list[str] = []  # what the fault found wrong
        self.reports: list[Report] = []
        self.window = (0.0, 0.0)
        self._base: Held | None = None

    async def begin(self) -> None:
        """Everybody is there, and one canary is gone before anything happens."""
        for member in (*self.writers, *self.readers):
            member.start()
        await self._remove(self._next_canary())
        assert await until(lambda: all(reader.is_settled for reader in self.readers), QUIESCENCE)

    async def end(self) -> None:
        await asyncio.gather(*(member.stop() for member in self._everyone()))

    def _everyone(self) -> list[Member]:
        return [*self.writers, *self.guests, *self.readers, *self.canaries]

    def _tabs(self) -> int:
        return sum(1 for member in self._everyone() if member.online.is_set())

    async def phase(self, row: str, fault: Fault, bounds: Bounds | None = None) -> Report:
        """One fault under load, and whether every promise held."""
        bounds = bounds or Bounds()
        if self._base is None:
            await self._warm_up()
        base, logs, probe = await read_seq(self.stack, self.room), LogWatch(self.stack), Probe(self.stack)
        connects = self._connects()
        await self._under_load(fault)
        await probe.stop()
        given_up = await self._rest()
        record = await read_record(self.stack, self.room)
        converged, differing = await self._agree(record, bounds.patience)
        if self.others:
            differing += await self.others(record)
        leaks = await self._settle_down()
        broken = judge(
            record, base=base, removals=1, writers=(*self.writers, *self.guests), readers=self.readers,
            canaries=self.canaries,
        )  # fmt: skip
        broken += [*differing, *given_up, *leaks, *logs.alarms(bounds.allowed), *self.complaints]
        measured = self._measure(converged, probe, connects) | self.noted
        broken += _too_slow(bounds, measured)
        return self._report(row, broken, measured)

    def _report(self, row: str, broken: list[str], measured: dict[str, Any]) -> Report:
        report = Report(row, self.stack.name, PACE.name, broken, measured)
        self.reports.append(report)
        keep(report)
        self.noted, self.complaints = {}, []
        for member in (*self.writers, *self.guests, *self.readers):
            member.forget()
        return report

    def note(self, **figures: float) -> None:
        """For the row: what this fault measured beyond the usual."""
        self.noted |= {name: round(figure, 2) for name, figure in figures.items()}

    def within(self, name: str, figure: float, promised: float) -> None:
        """Notes a figure, and complains above what is promised of it at full pace."""
        self.note(**{name: figure})
        if figure > promised / PACE.scale * PACE.slack:
            self.complaints.append(f"{name} is {figure:.1f}, promised {promised}")

    # Load

    async def _warm_up(self) -> None:
        """Pools and caches fill, so that what is held afterwards can be compared."""
        await self._write_more(PACE.steady)
        await self._rest()
        await asyncio.gather(*(self._look(place) for place in range(LOOKS * len(self.stack.processes))))
        self._base = await held(self.stack, self._tabs())
        # A phase starts its journal at a number that the database holds: what was written so far is history.
        for member in (*self.writers, *self.readers):
            member.forget()

    async def _look(self, place: int) -> None:
        origin, _port = self.stack.door(place)
        with suppress(*NO_ANSWER):
            await ask(origin, f"/rooms/{self.room}/history/", cookie=self.writers[0].cookie)

    async def _under_load(self, fault: Fault) -> None:
        loop = asyncio.get_running_loop()
        canary = self._next_canary()
        await until(lambda: canary.is_settled, QUIESCENCE)
        await self._write_more(PACE.steady)
        removing = asyncio.create_task(self._remove(canary))
        began = loop.time()
        await fault(self)
        self.window = (began, loop.time())
        await removing
        await self._write_more(PACE.steady)

    async def _write_more(self, acts: int) -> None:
        """Returns when each writer has been acknowledged so often again."""
        for writer in self.writers:
            if not writer.is_writing:
                writer.write()
        goals = [writer.acknowledged + acts for writer in self.writers]
        enough = await until(
            lambda: all(
                writer.acknowledged >= goal for writer, goal in zip(self.writers, goals, strict=True)
            ),
            QUIESCENCE,
        )
        assert enough, f"writing did not come back: {self._stuck(goals)}"

    def _stuck(self, goals: list[int]) -> list[str]:
        late = [
            writer for writer, goal in zip(self.writers, goals, strict=True) if writer.acknowledged < goal
        ]
        return [f"{one.name} {one.online.is_set()} {one.refused[-1:]} {one.journal[-1:]}" for one in late]

    async def _rest(self) -> list[str]:
        """Every intent ends; returns what never got an answer."""
        pausing = [asyncio.create_task(writer.pause()) for writer in self.writers]
        _done, late = await asyncio.wait(pausing, timeout=2 * QUIESCENCE)
        for task in late:
            task.cancel()
        return [f"S6: {len(late)} writers got no answer in {2 * QUIESCENCE:.0f} s"] if late else []

    def _next_canary(self) -> Canary:
        name = next(self.stack.canaries)
        canary = Canary(self.stack, name, 2000 + len(self.canaries), room=self.room)
        self.canaries.append(canary)
        canary.start()
        return canary

    async def _remove(self, canary: Canary) -> None:
        """The owner removes somebody, as often as it takes."""
        path = f"/rooms/{self.room}/members/{canary.user_id}/remove/"
        cookie = self.stack.town.people["alice"]["cookie"]
        for attempt in range(1000):
            origin, port = self.stack.door(attempt)
            with suppress(*NO_ANSWER):
                await ask(origin, path, cookie=cookie, form={}, port=port, patience=5.0)
                with suppress(Exception):  # the database may be the patient
                    canary.removed_at = await removed_at(self.stack, self.room, canary.user_id)
            if canary.removed_at is not None:
                return
            await asyncio.sleep(0.1)

    # Judgement

    async def _agree(self, record: Record, patience: float) -> tuple[float, list[str]]:
        """Seconds until everybody shows the record, and who does not."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        late = list(self.readers)

        def agreed() -> bool:
            late[:] = [reader for reader in late if reader.cursor < record.seq or not reader.is_settled]
            return not late

        await until(agreed, patience)
        took = loop.time() - began
        broken = []
        for reader in self.readers:
            if difference := differences(reader, record):
                broken.append(f"S4: {reader.name} {difference}")
        return took, broken[:5]

    async def _settle_down(self) -> list[str]:
        """R1 and R2: what is still held when it should be free again."""
        assert self._base
        for _attempt in range(40):
            broken = excess(self._base, await held(self.stack, self._tabs()), len(self.stack.processes))
            if not broken:
                break
            await asyncio.sleep(0.5)
        return broken

    def _connects(self) -> int:
        return sum(reader.connects for reader in self.readers)

    def _measure(self, converged: float, probe: Probe, connects: int) -> dict[str, Any]:
        intents = [intent for writer in self.writers for intent in writer.journal]
        during = [intent.took for intent in intents if self.window[0] <= intent.began <= self.window[1]]
        pushed = [
            arrived - intent.began
            for intent in intents
            for reader in self.readers
            if intent.act == "send" and (arrived := reader.arrivals.get(intent.key)) is not None
        ]
        return {
            "changes": len(intents),
            "repeats": sum(intent.tries - 1 for intent in intents),
            "reconnects": self._connects() - connects,
            "fault_s": round(self.window[1] - self.window[0], 1),
            "converged_s": round(converged, 2),
            "send_p99_s": round(percentile(during), 3),
            "push_p50_s": round(percentile(pushed, 0.5), 3),
            "push_p99_s": round(percentile(pushed), 3),
            "up_p99_s": round(percentile(probe.took), 3),
        }


@asynccontextmanager
async def trial(
    stack: Stack,
    *,
    writers: int = 0,
    readers: int = 0,
    padding: int = 0,
    late: bool = False,
    others: Judge | None = None,
) -> AsyncIterator[Trial]:
    """Everybody comes, and leaves afterwards. None given: as many as the pace says.

    `padding`: characters added to each message. `late`: readers know the room's number but none of its rows,
    as a page that has just been loaded. `others`: says what is wrong with whatever else shows the room.
    """
    after = await read_seq(stack, stack.town.workshop) if late else 0
    writers, readers = writers or PACE.writers, readers or PACE.readers
    made = Trial(stack, writers=writers, readers=readers, padding=padding, after=after)
    made.others = others
    try:
        await made.begin()
        yield made
    finally:
        await made.end()


def _too_slow(bounds: Bounds, measured: dict[str, Any]) -> list[str]:
    asked = {
        "L1": ("converged_s", bounds.converge),
        "L2": ("send_p99_s", bounds.send_p99),
        "L3": ("up_p99_s", bounds.up_p99),
    }
    broken = []
    if bounds.reconnects is not None and measured["reconnects"] > bounds.reconnects:
        broken.append(f"{measured['reconnects']} links were cut")
    for name, (figure, bound) in asked.items():
        # What is promised in seconds is not made shorter by shorter intervals; a slow machine gets slack.
        if bound is not None and measured[figure] > bound * PACE.slack:
            broken.append(f"{name}: {figure} is {measured[figure]}, promised {bound}")
    return broken


def keep(report: Report) -> None:
    """One line of JSON per report, in the file that FAULTS_REPORT names."""
    if path := os.environ.get("FAULTS_REPORT"):
        with Path(path).open("a") as file:
            file.write(json.dumps(asdict(report)) + "\n")


def broken(reports: Sequence[Report]) -> list[str]:
    """Everything that did not hold, with the row it belongs to."""
    return [f"{report.row} on {report.stack}: {fault}" for report in reports for fault in report.broken]
