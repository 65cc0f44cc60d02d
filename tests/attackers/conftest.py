"""One started site per server for all attacks on the wire: what one attack leaves behind, the next one meets."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.attackers.raw import Raw
from tests.live.town import Town, settle
from tests.servers import SERVERS, ServerName, running_site
from tests.services import PATIENCE

TUNED = {
    "CHAT_PING_INTERVAL": "1",
    "CHAT_PONG_TIMEOUT": "4",
    "CHAT_WINDOW_BYTES": "65536",
    "CHAT_PING_BYTES": "16384",
    "CHAT_WINDOW_GRACE": "2",
    "CHAT_REQUEST_SECONDS": "2",
    "CHAT_SOCKETS_PER_PROCESS": "70",
    "CHAT_CLOSE_TIMEOUT": "1.5",
}


@dataclass
class Besieged:
    """A site that is attacked, and what an attack must leave as it was."""

    town: Town
    server: ServerName
    process: psutil.Process

    @property
    def origin(self) -> str:
        return self.town.site.origin

    def cookie(self, name: str) -> dict[str, str]:
        return {"Cookie": str(self.town.people[name]["cookie"])}

    def raw(self, *, buffer: int = 0) -> Raw:
        return Raw(self.origin, buffer=buffer)

    def open(self, name: str = "bob", *, buffer: int = 0) -> Raw:
        """A signed-in socket, greeted."""
        raw = self.raw(buffer=buffer).open(self.town, name)
        raw.until("hello")
        return raw

    def memory(self) -> float:
        """MiB that the process holds."""
        return float(self.process.memory_info().rss) / 2**20

    def answers_within(self) -> float:
        """Seconds until /up answers."""
        began = time.monotonic()
        with urllib.request.urlopen(f"{self.origin}/up", timeout=PATIENCE) as answer:
            assert answer.status == 200
        return time.monotonic() - began


@pytest.fixture(scope="session", params=SERVERS)
def started(request: pytest.FixtureRequest) -> Iterator[Besieged]:
    server: ServerName = request.param
    with running_site(server=server, given=TUNED) as site:
        yield Besieged(settle(site), server, psutil.Process(site.processes[0].pid))


@pytest.fixture
def besieged(started: Besieged) -> Iterator[Besieged]:
    """Afterwards the site still serves, for everybody, without an error in its log that an attacker wrote."""
    log = started.town.site.log
    before = len(log())
    yield started
    with started.open("alice") as alice:
        alice.ask("room.sync", room=started.town.lounge, after=0)
        alice.until("ok")
    written = log()[before:]
    assert "Traceback" not in written, written[-3000:]
    assert " ERROR " not in written, written[-3000:]
