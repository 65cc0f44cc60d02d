"""Nothing acknowledged is lost, doubled, reordered, or told to somebody who lost the right: under faults."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.checker import Load, check
from tests.live.town import Town, settle
from tests.servers import Site, running_site
from tests.services import Redis

NAMES = ("alice", "bob", "dora", "emil", "fatima", "gao")


@contextmanager
def wide_town(mutation: str = "") -> Iterator[tuple[Town, Redis]]:
    """Two processes on PostgreSQL and a Redis of their own."""
    redis = Redis()
    redis.start()
    try:
        with running_site(
            stores="postgresql", processes=2, start=False, LIMITS="off", REDIS_URL=redis.url
        ) as site:
            start(site, mutation)
            yield settle(site, *NAMES), redis
    finally:
        redis.close()


def start(site: Site, mutation: str) -> None:
    for process in site.processes:
        if mutation:
            process.command = (sys.executable, "-m", "tests.faults.mutated", mutation)
        process.start()


async def kill_one_process(town: Town) -> None:
    process = town.site.processes[1]
    await asyncio.to_thread(process.kill)
    await asyncio.sleep(1.0)
    await asyncio.to_thread(process.start)


async def test_a_killed_process_loses_nothing() -> None:
    with wide_town() as (town, _redis):
        report = await check(town, kill_one_process, Load())
    assert report.broken == []
    assert report.measured["reconnects"] > 0
    assert report.measured["messages"] > 50


async def test_a_restarted_redis_loses_nothing() -> None:
    with wide_town() as (town, redis):

        async def restart(_town: Town) -> None:
            await asyncio.to_thread(redis.end)
            await asyncio.sleep(2.0)
            await asyncio.to_thread(redis.start)

        report = await check(town, restart, Load())
    assert report.broken == []
    assert report.measured["messages"] > 50


async def test_a_redis_that_forgets_its_groups_loses_nothing() -> None:
    with wide_town() as (town, redis):

        async def forget(_town: Town) -> None:
            await asyncio.to_thread(redis.command_line, "FLUSHALL")

        report = await check(town, forget, Load())
    assert report.broken == []


async def test_one_process_on_sqlite_restarted_loses_nothing() -> None:
    with running_site(LIMITS="off") as site:
        town = settle(site, *NAMES)

        async def restart(town: Town) -> None:
            await asyncio.to_thread(town.site.processes[0].kill)
            await asyncio.to_thread(town.site.processes[0].start)

        report = await check(town, restart, Load())
    assert report.broken == []
    assert report.measured["reconnects"] > 0


async def nothing(_town: Town) -> None:
    await asyncio.sleep(0)


async def test_hints_that_come_out_of_order_go_out_in_order() -> None:
    with wide_town(mutation="disorder") as (town, _redis):
        report = await check(town, nothing, Load(after=2.0))
    assert report.broken == []
    assert report.measured["messages"] > 50


@pytest.mark.parametrize(
    ("mutation", "promise"), [("no_key", "S2"), ("no_order", "hole"), ("no_fence", "S7")]
)
async def test_the_checker_notices_a_promise_that_was_taken_out(mutation: str, promise: str) -> None:
    with wide_town(mutation=mutation) as (town, _redis):
        if mutation == "no_key":
            drop = "ALTER TABLE chat_message DROP CONSTRAINT one_message_per_intent"
            town.site.python(f"from django.db import connection; connection.cursor().execute({drop!r})")
        report = await check(town, nothing, Load(after=2.0, quiescence=8.0))
    assert any(promise in fault for fault in report.broken), report
