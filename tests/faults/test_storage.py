"""Databases restart, stop, refuse, lock and fill up under load: only 503, nothing acknowledged is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from signal import SIGINT, SIGQUIT

import psycopg
import pytest

from tests.faults import storage_faults as faults
from tests.faults.checker import Bounds, broken, trial
from tests.faults.pace import PACE
from tests.faults.stacks import Stack, running_stack
from tests.services import PostgreSQL, until


@asynccontextmanager
async def on_a_postgresql_of_its_own() -> AsyncIterator[tuple[Stack, PostgreSQL]]:
    """The site connects as an ordinary user, since limits do not bind superusers."""
    postgresql = await asyncio.to_thread(PostgreSQL)
    try:
        await asyncio.to_thread(postgresql.start)
        await asyncio.to_thread(_make_database, postgresql.url)
        url = f"postgresql://site@127.0.0.1:{postgresql.port}/site"
        given = {"DATABASE_URL": url, "CHAT_LAYER_CAPACITY": str(faults.CAPACITY)}
        async with running_stack("daphne", "postgresql", given=given) as stack:
            yield replace(stack, database_url=postgresql.url.replace("/postgres", "/site")), postgresql
    finally:
        await asyncio.to_thread(postgresql.close)


def _make_database(url: str) -> None:
    until(lambda: _answers(url), "PostgreSQL does not answer")  # it listens a moment before
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE ROLE site LOGIN")
        server.execute("CREATE DATABASE site OWNER site")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.timeout(PACE.patience)
async def test_no_fault_of_postgresql_or_of_a_full_layer_breaks_a_promise() -> None:
    async with on_a_postgresql_of_its_own() as (stack, postgresql), trial(stack) as under:
        # First, since what is lost is told once a minute.
        await under.phase("F18", faults.overflow, Bounds(up_p99=30.0))
        rows = {
            "F05 fast restart": faults.restarted(postgresql, SIGINT, 10),
            "F05 immediate restart": faults.restarted(postgresql, SIGQUIT, 10),
            "F05 paused": faults.paused(postgresql, 15),
            "F05 connection limit": faults.refused("site", 20),
        }
        for row, fault in rows.items():
            report = await under.phase(row, faults.watched(fault))
            if report.measured["reconnects"]:
                report.broken.append(f"{report.measured['reconnects']} links were cut")
        # Last, since a process with a false clock cannot sleep exactly.
        await under.phase("F11", faults.jump)
        found = broken(under.reports)
    assert found == []


@pytest.mark.timeout(PACE.patience)
async def test_no_lock_no_backup_and_no_full_disk_breaks_a_promise() -> None:
    async with running_stack("daphne", "sqlite") as stack, trial(stack) as under:
        await under.phase("F16 locked 3 s", faults.watched(faults.locked(3)))
        await under.phase("F16 locked 8 s", faults.watched(faults.locked(8)))
        await under.phase("F16 backup beside a long reader", faults.back_up)
        await under.phase("F06", faults.watched(faults.fill_the_disk))
        found = broken(under.reports)
    assert found == []
