"""Clients that vanish, crawl or repeat themselves, as acts on a trial under load."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import psutil

from tests.faults.checker import Trial
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import Member, until
from tests.faults.proxy import Proxy
from tests.faults.readers import Reader
from tests.faults.stacks import Stack
from tests.faults.wire import Frame, Line
from tests.faults.writers import Intent, Writer
from tests.servers import Process

SLEEPERS = 3
# Until the next ping, for its echo, for the goodbye: 25, 60 and 6 s.
GONE_WITHIN = 92.0
LITTLE = 4096  # bytes of receive buffer
KINDS = ("reads nothing", "reads 100 B/s", "writes and reads nothing", "confirms without reading")
MEGABYTE = 2**20


class Observer(Member):
    """Has a room open and knows who is there."""

    def __init__(self, stack: Stack, name: str, seed: int, *, room: int) -> None:
        super().__init__(stack, name, seed)
        self.room = room
        self.present: dict[int, str] = {}
        self._opening: asyncio.Task[Frame] | None = None

    def heard(self, frame: Frame) -> None:
        if frame["type"] == "hello":
            self._opening = asyncio.create_task(self.ask("room.open", room=self.room))
        elif frame["type"] == "presence":
            self.present.update(dict(frame["people"]))


def holds(process: Process, ports: set[int]) -> int:
    """How many connections from these local ports a process still has open."""
    connections = psutil.Process(process.pid).net_connections(kind="tcp")
    return sum(1 for one in connections if one.raddr and one.raddr.port in ports)


async def pull_the_cable(trial: Trial) -> None:
    """F09: some tabs vanish without a word. The server lets them go; they are current soon after they wake."""
    loop, stack, alice = asyncio.get_running_loop(), trial.stack, trial.stack.town.id("alice")
    process = stack.processes[0]
    async with AsyncExitStack() as exits:
        cable = await exits.enter_async_context(Proxy(process.port))
        sleepers = [
            Reader(stack, "alice", 3000 + n * len(stack.processes), room=trial.room, port=cable.port)
            for n in range(SLEEPERS)
        ]
        observer = Observer(stack, "person0", len(stack.processes) - 1, room=trial.room)
        for member in (observer, *sleepers):
            member.start()
            exits.push_async_callback(member.stop)
        assert await until(lambda: all(one.is_settled for one in sleepers), QUIESCENCE)
        assert await until(lambda: observer.present.get(alice) == "online", QUIESCENCE)
        ports = {link.server.get_extra_info("sockname")[1] for link in cable.links}
        cable.mode = "stall"
        began = loop.time()
        gone, offline = await asyncio.gather(
            _when(lambda: not holds(process, ports)), _when(lambda: observer.present.get(alice) == "offline")
        )
        trial.within("gone_s", gone - began, GONE_WITHIN)
        trial.within("offline_s", offline - began, GONE_WITHIN)
        await _wake(trial, sleepers, cable)


async def _when(holds_: Callable[[], bool]) -> float:
    """The moment at which it first held, or at which patience ended."""
    await until(holds_, 2 * QUIESCENCE)
    return asyncio.get_running_loop().time()


async def _wake(trial: Trial, sleepers: list[Reader], cable: Proxy) -> None:
    loop = asyncio.get_running_loop()
    began, due = loop.time(), max(reader.cursor for reader in trial.readers)
    cable.mode = "pass"
    await until(lambda: all(one.is_settled and one.cursor >= due for one in sleepers), QUIESCENCE)
    trial.note(awake_s=loop.time() - began)
    if loop.time() - began > 5.0 * PACE.slack:
        trial.complaints.append("who woke up was not current in time")
    trial.complaints += [fault for one in sleepers for fault in one.faults]


async def crawl(trial: Trial) -> None:
    """F07: clients that do not read what they are sent. They are let go of; nobody else notices."""
    loop, process = asyncio.get_running_loop(), trial.stack.processes[0]
    size = psutil.Process(process.pid).memory_info().rss
    lines: list[Line] = []
    beats: list[asyncio.Task[None]] = []
    cookie = trial.stack.town.people["alice"]["cookie"]
    for kind in KINDS * PACE.slow:
        greeted = asyncio.Event()
        line = await Line.open(
            process.origin, cookie, _until_hello(greeted), receive_buffer=LITTLE, patience=QUIESCENCE
        )
        await greeted.wait()
        assert line.transport
        line.transport.pause_reading()
        lines.append(line)
        beats.append(asyncio.create_task(_behave(kind, line)))
    ports = {line.transport.get_extra_info("sockname")[1] for line in lines if line.transport}
    began, most = loop.time(), size
    while holds(process, ports) and loop.time() - began < 2 * QUIESCENCE:
        most = max(most, psutil.Process(process.pid).memory_info().rss)
        await asyncio.sleep(0.2)
    trial.within("gone_s", loop.time() - began, GONE_WITHIN)
    each = (most - size) / MEGABYTE / len(lines)
    trial.note(slow_clients=len(lines), mib_each=each)
    if each > 2.0 * PACE.slack:
        trial.complaints.append(f"a slow client costs {each:.1f} MiB")
    for beat in beats:
        beat.cancel()
    for line in lines:
        line.cut()


def _until_hello(greeted: asyncio.Event) -> Callable[[Frame], None]:
    def take(frame: Frame) -> None:
        if frame["type"] == "hello":
            greeted.set()

    return take


async def _behave(kind: str, line: Line) -> None:
    assert line.transport
    descriptor = line.transport.get_extra_info("socket").fileno()
    with suppress(OSError):
        while True:
            await asyncio.sleep(1.0)
            if kind == "reads 100 B/s":
                os.read(descriptor, 100)
            elif kind == "writes and reads nothing":
                line.send("presence.beat", active=True)
            elif kind == "confirms without reading":
                line.send("pong", nonce="00000000")


async def repeat_in_parallel(trial: Trial) -> None:
    """F12: the same key many times at once over all processes, after an edit, after a deletion, with other content."""
    writer = Writer(trial.stack, "person10", 4000, room=trial.room, sends_by="socket")
    writer.start()
    trial.guests.append(writer)
    assert await until(writer.online.is_set, QUIESCENCE)
    for times in (2, 5, 20):
        intent = writer.intend("send")
        await _all_at_once(writer, intent, times)
        await writer.insist(writer.intend("edit"))
        await _all_at_once(writer, intent, 2)
        await writer.insist(writer.intend("delete"))
        await _all_at_once(writer, intent, 2)
        # Now the tombstone is the last word of this message, and the repeats changed nothing.
        for room, text in ((trial.room, "other words"), (trial.stack.town.lounge, intent.text)):
            status = await writer.post(intent.key, room, text)
            if status != 409:
                trial.complaints.append(f"the same key with other content was answered {status}")
    trial.note(repeats_at_once=20)


async def _all_at_once(writer: Writer, intent: Intent, times: int) -> None:
    loop = asyncio.get_running_loop()
    intent.began = intent.began or loop.time()
    doors = [writer.by_http if n % 2 else writer.by_socket for n in range(times)]
    intent.tries += times
    answers = await asyncio.gather(*(door(intent, place=n) for n, door in enumerate(doors)))
    intent.answers.extend(answers)
    intent.acked = intent.acked or loop.time()
    writer.latest = answers[0]
