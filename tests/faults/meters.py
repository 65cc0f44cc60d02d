"""What a fault costs: how long /up takes, what each process holds, what it logged."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

from chat.socket.subscriptions import AT_ONCE
from tests.faults.stacks import Stack
from tests.faults.web import NO_ANSWER, ask

LOOK_EVERY = 0.25
MOST_TOLD, LONGEST_TOLD = 3, 500
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d |Traceback |Exception )", re.MULTILINE)
ALARM = re.compile(r"Traceback| (ERROR|CRITICAL) |Exception (ignored|in)|never retrieved")
# A 503 is a promise kept: nothing was stored, come back.
ALWAYS_ALLOWED = (r"django\.request: Service Unavailable",)


def percentile(values: Sequence[float], share: float = 0.99) -> float:
    """0.0 for nothing measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


class Probe:
    """Asks every process for /up, again and again. `took`: seconds of each answer; who is down gives none."""

    def __init__(self, stack: Stack) -> None:
        self.took: list[float] = []
        self._stack = stack
        self._tasks = [asyncio.create_task(self._look(number)) for number in range(len(stack.processes))]

    async def _look(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await ask(self._stack.processes[number].origin, "/up", patience=30.0)
                self.took.append(loop.time() - began)
            except TimeoutError:
                self.took.append(loop.time() - began)
            except NO_ANSWER:
                pass
            await asyncio.sleep(LOOK_EVERY)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True)
class Held:
    """`rss`: MiB of the largest process; the others are sums over the processes. `fds`: without our own tabs,
    and without connections to the database and to Redis, which are judged by themselves."""

    rss: float
    fds: int
    threads: int
    connections: int
    links: int  # to Redis


async def held(stack: Stack, tabs: int) -> Held:
    processes = [psutil.Process(process.pid) for process in stack.processes]
    connections = 0
    if stack.database_url:
        counting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        connections = int((await stack.query(counting))[0][0])
    links = sum(_links_to_redis(stack, process) for process in processes)
    return Held(
        max(process.memory_info().rss for process in processes) / 2**20,
        sum(process.num_fds() for process in processes) - tabs - connections - links,
        sum(process.num_threads() for process in processes),
        connections,
        links,
    )


def _links_to_redis(stack: Stack, process: psutil.Process) -> int:
    """Those through a proxy too."""
    port = urlsplit(stack.site.env.get("REDIS_URL", "")).port
    return sum(1 for one in process.net_connections("tcp") if port and one.raddr and one.raddr.port == port)


def excess(base: Held, now: Held, processes: int) -> list[str]:
    """What is not back where it was. Pools that fill at their first use are no leak: hence the room for threads."""
    broken = []
    if now.rss > base.rss + 30:
        broken.append(f"R1: a process holds {now.rss:.0f} MiB, {base.rss:.0f} before")
    if now.fds > base.fds + 5 * processes:
        broken.append(f"R2: {now.fds} descriptors are open, {base.fds} before")
    if now.threads > base.threads + 5 * processes:
        broken.append(f"R2: {now.threads} threads run, {base.threads} before")
    if now.connections > base.connections + 5 * processes:
        broken.append(f"R2: {now.connections} database connections are open, {base.connections} before")
    # Groups are joined so many at a time, each on a link that then stays in the pool: a bound, not a level.
    if now.links > (AT_ONCE + 5) * processes:
        broken.append(f"R2: {now.links} links to Redis are open, {base.links} before")
    return broken


class LogWatch:
    """What the processes logged since this was made."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._starts = [self._size(number) for number in range(len(stack.processes))]

    def _size(self, number: int) -> int:
        log = self._stack.processes[number].log
        return log.stat().st_size if log.exists() else 0

    def alarms(self, allowed: Sequence[str]) -> list[str]:
        """R3: errors and tracebacks that no pattern of `allowed` explains, the first few."""
        broken = []
        for number, start in enumerate(self._starts):
            log = self._stack.processes[number].log
            text = log.read_bytes()[start:].decode(errors="replace") if log.exists() else ""
            for record in RECORD.split(text):
                if ALARM.search(record) and not _is_explained(record, allowed):
                    broken.append(f"R3: process {number} logged {record.strip()[-LONGEST_TOLD:]!r}")
        return broken[:MOST_TOLD]


def _is_explained(record: str, allowed: Sequence[str]) -> bool:
    return any(re.search(pattern, record) for pattern in (*ALWAYS_ALLOWED, *allowed))
