"""A server that is stopped finishes what it has begun, sends everybody away, and ends; asked twice, at once."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.live.client import Tab
from tests.live.http import TOKEN
from tests.live.town import Town, settle
from tests.servers import SERVERS, Process, ServerName, Site, running_site
from tests.services import PATIENCE, until

TABS = 6


@contextmanager
def writing_is_held_up(site: Site) -> Iterator[None]:
    """Somebody else holds the database's one lock for writing."""
    with closing(database(site)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def database(site: Site) -> sqlite3.Connection:
    return sqlite3.connect(Path(site.env["DATA_DIR"]) / "chat.sqlite3", isolation_level=None)


def stored(site: Site, text: str) -> int:
    with closing(database(site)) as reading:
        (count,) = reading.execute("SELECT count(*) FROM chat_message WHERE source = ?", [text]).fetchone()
    return int(count)


def ask_to_stop(process: Process, number: signal.Signals) -> None:
    assert process.popen
    process.popen.send_signal(number)


def is_refused(process: Process) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", process.port)) != 0


class Browser:
    """A connection that is kept alive between its requests."""

    def __init__(self, town: Town, name: str) -> None:
        self.town, self.name = town, name
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", town.site.processes[0].port, timeout=PATIENCE
        )
        self.connection.request("GET", "/up")
        self.connection.getresponse().read()

    def ask_to_post(self, text: str) -> None:
        form = f"text={text}&client_id={uuid.uuid4()}"
        headers = {
            "Cookie": f"{self.town.people[self.name]['cookie']}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Origin": self.town.site.origin,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request("POST", f"/rooms/{self.town.lounge}/messages/", form, headers)

    def answer(self) -> tuple[int, str | None]:
        """Status, and what becomes of the connection."""
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Connection")

    def become_a_socket(self) -> bytes:
        """What the server sends to a WebSocket that is opened over this connection, until it closes it."""
        opening = (
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {self.town.site.origin}\r\n"
            f"Cookie: {self.town.people[self.name]['cookie']}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        self.connection.sock.sendall(opening.encode())
        came = b""
        while b"4012" not in came and (more := self.connection.sock.recv(4096)):
            came += more
        return came


async def begin_to_send(tab: Tab, room: int, text: str) -> asyncio.Task[dict[str, int]]:
    """A send that the server has read, since it has answered the ping that followed it."""
    sending = asyncio.create_task(tab.say(room, text))
    await asyncio.sleep(0)
    assert tab._socket
    await (await tab._socket.ping())
    return sending


@pytest.fixture(scope="module", params=SERVERS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    server: ServerName = request.param
    with running_site(server=server, LIMITS="off") as site:
        yield site


async def test_what_runs_is_answered_and_every_browser_is_told_when_to_come_back(site: Site) -> None:
    town, process = await asyncio.to_thread(settle, site, "alice", "bob"), site.processes[0]
    posting, opening = Browser(town, "bob"), Browser(town, "bob")
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(town.tab("bob")) for _ in range(TABS)]
        alice = await stack.enter_async_context(town.tab("alice"))
        with writing_is_held_up(site):
            sending = await begin_to_send(alice, town.lounge, "by socket")
            posting.ask_to_post("by-form")
            ask_to_stop(process, signal.SIGTERM)
            await asyncio.to_thread(until, lambda: is_refused(process), "new connections are still taken")
            assert b"101" in (came := await asyncio.to_thread(opening.become_a_socket))
            assert b'"retry_after"' in came
            assert not sending.done()
        assert (await sending)["seq"] > 0
        assert await asyncio.to_thread(posting.answer) == (201, "close")
        for tab in (alice, *tabs):
            await tab.until(lambda tab=tab: tab.closed is not None)  # type: ignore[misc]
            assert tab.closed and tab.closed[0] == 4012
            assert tab.of("bye")[0]["retry_after"] > 0
    assert await asyncio.to_thread(process.wait, PATIENCE) == 0
    assert stored(site, "by socket") == stored(site, "by-form") == 1
    assert "Traceback" not in site.log()


async def test_a_second_signal_ends_the_waiting(site: Site) -> None:
    process = site.processes[0]
    if process.popen and process.popen.poll() is not None:  # the test before has ended it
        await asyncio.to_thread(process.start)
    town = await asyncio.to_thread(settle, site, "alice", "bob")
    async with town.tab("alice") as alice:
        with writing_is_held_up(site):
            sending = await begin_to_send(alice, town.lounge, "never answered")
            ask_to_stop(process, signal.SIGINT)
            await asyncio.to_thread(until, lambda: is_refused(process), "new connections are still taken")
            ask_to_stop(process, signal.SIGINT)
            assert await asyncio.to_thread(process.wait, PATIENCE) == 0
            with pytest.raises(ConnectionError):
                await sending
        assert json.dumps(alice.of("bye")).count("4012") == 1
    assert "Stopping at once." in process.lines
    assert "Traceback" not in site.log()
    assert stored(site, "never answered") == 0
