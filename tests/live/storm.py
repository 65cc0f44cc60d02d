"""Everybody is cut at once and comes back: how long until all are back with their gaps filled, and who noticed.

.venv/bin/python -m tests.live.storm --clients 2000 --server uvicorn    # on Linux: server on core 0, crowd on core 1
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.live.client import Tab
from tests.live.crowd import Visitor
from tests.live.http import ask
from tests.live.town import Town, settle
from tests.servers import running_site
from tests.services import PATIENCE

TABS_PER_PERSON = 20
CONNECT_AT_ONCE = 40


@dataclass
class Storm:
    """What was seen. Times in seconds."""

    clients: int
    all_back: float = 0.0
    back: list[float] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    answers: list[float] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    incomplete: int = 0
    is_bystander_cut: bool = False

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.clients} clients cut at once: all back with gaps filled after {self.all_back:.1f} s "
            f"(median {statistics.median(self.back):.1f} s)",
            f"tries: {dict(sorted(Counter(self.tries).items()))}; closed with: {dict(self.codes)}",
            f"/up beside it: p50 {quantile(self.answers, 50):.0f} ms, p99 {quantile(self.answers, 99):.0f} ms, "
            f"max {max(self.answers) * 1000:.0f} ms",
            f"sends of who was not cut: p50 {quantile(self.sends, 50):.0f} ms, p99 {quantile(self.sends, 99):.0f} ms",
            f"with a gap left: {self.incomplete}",
        ]


def quantile(seconds: list[float], percent: int) -> float:
    """In milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)] * 1000


async def storm(town: Town, clients: int) -> Storm:
    """Needs a town whose people, but alice, have TABS_PER_PERSON tabs each."""
    names = [name for name in town.people if name != "alice"]
    visitors = [
        Visitor(town.site.origin, town.people[names[n % len(names)]]["cookie"], town.lounge)
        for n in range(clients)
    ]
    seen = Storm(clients)
    await gather_in_parts([visitor.connect for visitor in visitors])
    await asyncio.gather(*(visitor.back.wait() for visitor in visitors))
    async with town.tab("alice") as alice:
        first = (await alice.say(town.lounge, "before the storm"))["seq"]
        beside = [asyncio.create_task(act(town, alice, seen)) for act in (ask_whether_up, keep_talking)]
        began = asyncio.get_running_loop().time()
        for visitor in visitors:
            visitor.cut()
        await asyncio.gather(*(visitor.back.wait() for visitor in visitors))
        seen.all_back = asyncio.get_running_loop().time() - began
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        last = (await alice.say(town.lounge, "after the storm"))["seq"]
        await until_all_saw(visitors, last)
        seen.is_bystander_cut = alice.closed is not None
    expected = set(range(first, last + 1))
    seen.incomplete = sum(not expected <= visitor.seen for visitor in visitors)
    seen.back = [visitor.back_at - began for visitor in visitors]
    seen.tries = [visitor.tries for visitor in visitors]
    seen.codes.update(code for visitor in visitors for code in visitor.codes)
    for visitor in visitors:
        visitor.stop()
    return seen


async def gather_in_parts(acts: list[Any]) -> None:
    for first in range(0, len(acts), CONNECT_AT_ONCE):
        await asyncio.gather(*(act() for act in acts[first : first + CONNECT_AT_ONCE]))
        await asyncio.sleep(0)


async def until_all_saw(visitors: list[Visitor], last: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not all(last in visitor.seen for visitor in visitors):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def ask_whether_up(town: Town, alice: Tab, seen: Storm) -> None:
    while True:
        began = time.monotonic()
        assert (await ask(town.site.origin, "/up")).status == 200
        seen.answers.append(time.monotonic() - began)
        await asyncio.sleep(0.05)


async def keep_talking(town: Town, alice: Tab, seen: Storm) -> None:
    while True:
        began = time.monotonic()
        await alice.say(town.lounge, "while they come back")
        seen.sends.append(time.monotonic() - began)
        await asyncio.sleep(0.2)


def people_for(clients: int) -> list[str]:
    return ["alice", *(f"p{number}" for number in range(-(-clients // TABS_PER_PERSON)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--server", default="daphne", choices=["daphne", "uvicorn", "hypercorn"])
    parser.add_argument("--stores", default="sqlite", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    intervals = {"CHAT_PING_INTERVAL": "25", "CHAT_PONG_TIMEOUT": "60", "CHAT_HEADS_INTERVAL": "30"}
    with running_site(server=chosen.server, stores=chosen.stores, LIMITS="off", given=intervals) as site:
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(site.processes[0].pid, {0})
            os.sched_setaffinity(0, {1})
        town = settle(site, *people_for(chosen.clients))
        print(f"{chosen.server}, {chosen.stores}; load average {os.getloadavg()[0]:.1f}")
        for line in asyncio.run(storm(town, chosen.clients)).lines():
            print(line)


if __name__ == "__main__":
    main()
