"""How long a right that was taken away lives on in open tabs: until the last of two hundred, on two processes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass

from bench.sites import AS_SHIPPED, own_services
from bench.tools import Lost, on_server_core
from tests.live.client import Tab
from tests.live.http import ask
from tests.live.town import Town, settle
from tests.servers import ServerName, running_site
from tests.services import Redis

TABS = 200
OPENED_AT_ONCE = 20
LONGEST = 45.0  # seconds; promised are 30 without Redis
AFTERWARDS = "committed afterwards"


@dataclass(frozen=True)
class Act:
    """A form that somebody sends, and how a tab of the person concerned shows that it has arrived."""

    path: Callable[[Town, str], str]
    form: dict[str, str]
    by_themselves: bool = False
    arrived: Callable[[Tab], bool] = lambda tab: tab.closed is not None


BAN = Act(
    lambda town, name: f"/moderation/people/{town.id(name)}/sanction/",
    {"kind": "ban", "reason": "spam", "minutes": "60"},
)
SIGN_OUT = Act(lambda _town, _name: "/settings/devices/", {"everywhere": "1"}, by_themselves=True)
REMOVAL = Act(
    lambda town, name: f"/rooms/{town.workshop}/members/{town.id(name)}/remove/",
    {},
    arrived=lambda tab: bool(tab.of("room.left")),
)


def delays(server: ServerName, act: Act, *, times: int, redis_stops: bool = False) -> list[float]:
    """Seconds from sending the form until each tab knew, sorted: two hundred tabs, so many times.

    With `redis_stops` it ends right before each act. Raises Lost where a tab showed what was committed afterwards.
    """
    names = [f"bob{number}" for number in range(times)]
    found: list[float] = []
    with _two_processes(server, names) as (town, redis):
        for name in names:
            found += asyncio.run(_once(town, name, act, redis if redis_stops else None))
            if redis_stops:
                redis.start()
    return sorted(found)


@contextmanager
def _two_processes(server: ServerName, names: list[str]) -> Iterator[tuple[Town, Redis]]:
    with ExitStack() as stack:
        own_services()
        redis = Redis()
        redis.start()
        stack.callback(redis.close)
        given = {**AS_SHIPPED, "REDIS_URL": redis.url}
        site = stack.enter_context(
            running_site(server=server, stores="postgresql", processes=2, start=False, given=given)
        )
        town = settle(site, "alice", *names)
        for process in site.processes:
            process.command = tuple(on_server_core([sys.executable, "-m", "chatsite.launch"]))
            process.start()
        yield town, redis


async def _once(town: Town, name: str, act: Act, stopping: Redis | None) -> list[float]:
    async with AsyncExitStack() as stack:
        alice = await stack.enter_async_context(town.tab("alice"))
        tabs = [town.tab(name, process=number % 2) for number in range(TABS)]
        for first in range(0, TABS, OPENED_AT_ONCE):
            opening = tabs[first : first + OPENED_AT_ONCE]
            await asyncio.gather(*(stack.enter_async_context(tab) for tab in opening))
        if stopping:
            await asyncio.to_thread(stopping.end)
        began = time.monotonic()
        waiting = [asyncio.create_task(_arrival(tab, act)) for tab in tabs]
        await _send(town, name, act)
        for _each in range(5):
            await alice.say(town.workshop, AFTERWARDS)
        arrivals = await asyncio.gather(*waiting)
        await alice.until_said(town.workshop, AFTERWARDS)
        if any(AFTERWARDS in str(tab.frames) for tab in tabs):
            raise Lost("a tab showed what was committed after its right had ended")
    return [at - began for at in arrivals]


async def _arrival(tab: Tab, act: Act) -> float:
    try:
        await tab.until(lambda: act.arrived(tab), LONGEST)
    except TimeoutError as error:
        raise Lost(f"a tab knew nothing after {LONGEST:.0f} s") from error
    return time.monotonic()


async def _send(town: Town, name: str, act: Act) -> None:
    cookie = town.people[name if act.by_themselves else "alice"]["cookie"]
    answer = await ask(town.site.origin, act.path(town, name), cookie, form=act.form)
    if answer.status != 302:
        raise Lost(f"the form was answered with {answer.status}")
