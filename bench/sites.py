"""The product on each server and each kind of store, as an operator starts it, on one core."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.tools import ROOT, memory_of, on_server_core
from tests.servers import ServerName, Site, Stores, running_site
from tests.services import PostgreSQL, Redis

# What tests scale for speed is as shipped here.
AS_SHIPPED = {
    "CHAT_HEADS_INTERVAL": "30",
    "CHAT_HEADS_INTERVAL_DEGRADED": "2",
    "CHAT_PING_INTERVAL": "25",
    "CHAT_PONG_TIMEOUT": "60",
    "CHAT_PROBE_INTERVAL": "10",
    "CHAT_WINDOW_GRACE": "15",
    "CHAT_SOCKETS_PER_PERSON": "100000",
    "LIMITS": "off",
    "LOG_LEVEL": "ERROR",
}
READY = '"type":"hello"'
SEND = '{"type":"message.send","ref":"s","room":{room},"client_id":"{uuid}","text":"{text}"}'
SYNC = '{"type":"room.sync","ref":"y","room":{room},"after":{after}}'


class DurablePostgreSQL(PostgreSQL):
    """As the tests', with every commit on the disk."""

    def command(self) -> list[str]:
        return [*super().command(), "-c", "fsync=on", "-c", "synchronous_commit=on"]


@dataclass(frozen=True)
class Served:
    """A running site with its people: `options` are what the load generator needs to reach it."""

    site: Site
    cookies: list[str]
    rooms: list[int]
    options: dict[str, Any]

    @property
    def port(self) -> int:
        return self.site.processes[0].port

    @property
    def memory(self) -> int:
        return memory_of(self.site.processes[0].pid)


@contextmanager
def served(server: ServerName, stores: Stores, town: dict[str, int]) -> Iterator[Served]:
    """A site with a town in it (see bench.town)."""
    with ExitStack() as stack:
        if stores == "postgresql":
            own_services()
        site = stack.enter_context(running_site(server=server, stores=stores, start=False, given=AS_SHIPPED))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chat-bench-")))
        made = build_town(site.env, town)
        (folder / "cookies").write_text("\n".join(made["cookies"]) + "\n")
        (folder / "rooms").write_text("\n".join(map(str, made["rooms"])) + "\n")
        process = site.processes[0]
        process.command = tuple(on_server_core([sys.executable, "-m", "chatsite.launch"]))
        process.start()
        options = {
            "port": process.port,
            "path": "/ws/",
            "cookies": folder / "cookies",
            "rooms": folder / "rooms",
            "ready": READY,
            "send": SEND,
        }
        yield Served(site, made["cookies"], made["rooms"], options)


@cache
def own_services() -> None:
    """Stores beside the servers, on the load's cores: theirs is not the time that is measured. One pair per run."""
    for name, kind in (("TEST_REDIS_URL", Redis), ("TEST_DATABASE_URL", DurablePostgreSQL)):
        if name not in os.environ:
            service = kind()
            service.start()
            atexit.register(service.close)
            os.environ[name] = service.url


def build_town(env: dict[str, str], town: dict[str, int]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.town"],
        cwd=ROOT,
        env=env,
        input=json.dumps(town),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the town could not be built:\n{done.stderr}")
    made: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return made
