"""A site to be harmed: its processes, its stores, and chaos proxies on the links between them."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.faults.mutated import told_in
from tests.faults.pace import PACE
from tests.faults.proxy import Proxy
from tests.live.town import Town, settle
from tests.servers import Process, ServerName, Site, Stores, running_site
from tests.services import Redis
from tests.stores import redis_url

# Canaries are removed, one before everything and one during each fault; the others read and write.
PEOPLE = ("alice", *(f"person{n}" for n in range(12)))
CANARIES = tuple(f"canary{n}" for n in range(24))
OBEYED_WITHIN = 30.0


@dataclass
class Stack:
    """`proxies`: by name: `browser0`, `browser1`, and `redis`, `postgresql` where asked for.

    `through_proxies`: whether whoever connects now goes through those of the browsers.
    """

    site: Site
    town: Town
    server: ServerName
    stores: Stores
    trigger: Path
    redis: Redis | None = None
    proxies: dict[str, Proxy] = field(default_factory=dict)
    through_proxies: bool = False
    database_url: str = ""  # past any proxy
    canaries: Iterator[str] = field(default_factory=lambda: iter(CANARIES))  # those who are still members

    @property
    def name(self) -> str:
        return f"{self.server}-{self.stores}"

    @property
    def processes(self) -> list[Process]:
        return self.site.processes

    def door(self, place: int) -> tuple[str, int | None]:
        """Where the tab with this number connects: the origin it names, and the port of a proxy before it."""
        number = place % len(self.processes)
        proxy = self.proxies.get(f"browser{number}") if self.through_proxies else None
        return self.processes[number].origin, proxy.port if proxy else None

    async def mutate(self, mutation: str) -> None:
        """Every process obeys this from now on; the empty one makes it the product again."""
        whole = self.trigger.with_suffix(".new")
        whole.write_text(mutation)
        whole.rename(self.trigger)
        async with asyncio.timeout(OBEYED_WITHIN):
            while any(self._does(process) != mutation for process in self.processes):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def _does(self, process: Process) -> str | None:
        told = told_in(self.trigger, process.pid)
        return told.read_text() if told.exists() else None

    async def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, straight from the database: the oracle shares no code with the product. `%s` for values."""
        return await asyncio.to_thread(self._query, statement, values)

    def _query(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self.database_url:
            with psycopg.connect(self.database_url, autocommit=True) as server:
                cursor = server.execute(statement.encode(), values)
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(Path(self.site.env["DATA_DIR"]) / "chat.sqlite3", timeout=20)
        try:
            with connection:
                return list(connection.execute(statement.replace("%s", "?"), values))
        finally:
            connection.close()


@asynccontextmanager
async def running_stack(
    server: ServerName,
    stores: Stores,
    *,
    proxies: tuple[str, ...] = (),
    own_redis: bool = False,
    mutated: bool = False,
    people: tuple[str, ...] = (*PEOPLE, *CANARIES),
    given: dict[str, str] | None = None,
) -> AsyncIterator[Stack]:
    """SQLite, the in-process layer and one process; or PostgreSQL, Redis and two.

    `proxies`: of `redis`, `postgresql`; browsers have theirs always. `mutated`: the processes obey
    `tests.faults.mutated`.
    """
    async with AsyncExitStack() as exits:
        redis = await _own_redis(exits) if own_redis else None
        env = {"LIMITS": "off", **PACE.settings, **(given or {})}
        if redis:
            env["REDIS_URL"] = redis.url
        count = 2 if stores == "postgresql" else 1
        context = running_site(server=server, stores=stores, processes=count, start=False, given=env)
        site = await asyncio.to_thread(context.__enter__)
        exits.push_async_callback(asyncio.to_thread, context.__exit__, None, None, None)
        direct = site.env.get("DATABASE_URL", "")
        trigger = site.folder / "trigger"
        site.env["FAULTS_TRIGGER"] = str(trigger)
        made = {name: await _between(exits, site, name) for name in proxies}
        for process in site.processes:
            process.env = site.env
            if mutated:
                process.command = (sys.executable, "-m", "tests.faults.mutated")
        await in_threads(*(process.start for process in site.processes))
        for number, process in enumerate(site.processes):
            made[f"browser{number}"] = await exits.enter_async_context(Proxy(process.port))
        town = await asyncio.to_thread(settle, site, *people)
        yield Stack(site, town, server, stores, trigger, redis, made, database_url=direct)


async def _own_redis(exits: AsyncExitStack) -> Redis:
    redis = Redis()
    exits.push_async_callback(asyncio.to_thread, redis.close)
    await asyncio.to_thread(redis.start)
    return redis


async def _between(exits: AsyncExitStack, site: Site, name: str) -> Proxy:
    """Puts a proxy between the site and a store, by the URL that the site is given."""
    variable = {"redis": "REDIS_URL", "postgresql": "DATABASE_URL"}[name]
    parts = urlsplit(site.env.get(variable) or redis_url())
    proxy = await exits.enter_async_context(Proxy(int(parts.port or 0)))
    user = f"{parts.username}@" if parts.username else ""
    site.env[variable] = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{proxy.port}"))
    return proxy


async def in_threads(*acts: Callable[[], Any]) -> None:
    """Runs blocking acts side by side, and the event loop meanwhile."""
    await asyncio.gather(*(asyncio.to_thread(act) for act in acts))


def same_key(value: object) -> str:
    """A key as both databases write it."""
    return str(value if isinstance(value, uuid.UUID) else uuid.UUID(str(value)))
