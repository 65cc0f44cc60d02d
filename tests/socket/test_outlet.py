"""The way out to one tab, on a real event loop: ordered, bounded, and never waited for."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from chat.socket import outlet as module
from chat.socket.frames import Frame
from chat.socket.outlet import Outlet
from chat.socket.transports import PlainTransport, Transport

WINDOW, PING_BYTES = 2_000, 500


class Peer:
    """What a tab was sent. `reads` cleared: it takes nothing more, as a stalled connection."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.aborted = False

    def transport(self) -> Transport:
        return PlainTransport(self.send, self.abort)

    def drain(self) -> None:
        """Takes what waits, if it reads. With plain ASGI the server does that by itself."""

    async def send(self, event: dict[str, Any]) -> None:
        await self.reads.wait()
        self.events.append(event)

    def abort(self) -> None:
        self.aborted = True

    @property
    def frames(self) -> list[Any]:
        return [json.loads(one["text"]) for one in self.events if one["type"] == "websocket.send"]

    @property
    def data(self) -> list[Any]:
        return [one for one in self.frames if not isinstance(one, dict)]

    @property
    def pings(self) -> list[str]:
        return [one["nonce"] for one in self.frames if isinstance(one, dict) and one["type"] == "ping"]

    @property
    def closed(self) -> int | None:
        return next((int(one["code"]) for one in self.events if one["type"] == "websocket.close"), None)


class ReadyPeer(Peer):
    """The same behind a server that takes ready frames: what it wrote waits in a buffer while the peer reads not."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: deque[dict[str, Any]] = deque()

    def transport(self) -> Transport:
        return self

    def write(self, frame: Frame, /) -> int:
        self._pending.extend({"type": "websocket.send", "text": text} for text in frame.texts)
        self.drain()
        return sum(len(event.get("text", ".")) for event in self._pending)

    def close(self, code: int, /) -> None:
        self._pending.append({"type": "websocket.close", "code": code})
        self.drain()

    def drain(self) -> None:
        while self.reads.is_set() and self._pending:
            self.events.append(self._pending.popleft())


@pytest.fixture(params=[Peer, ReadyPeer], ids=["plain", "ready"])
def peer(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Peer:
    settings.CHAT = replace(settings.CHAT, window_bytes=WINDOW, ping_bytes=PING_BYTES)
    monkeypatch.setattr(module, "MOST_PENDING", WINDOW // 4)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    made: Peer = request.param()
    return made


def outlet_to(peer: Peer) -> Outlet:
    return Outlet(user_id=1, session="s", password_mark="", transport=peer.transport())


@pytest.fixture
async def outlet(peer: Peer) -> AsyncIterator[Outlet]:
    out = outlet_to(peer)
    out.release('"hello"')
    yield out
    out.stop()


async def settle(peer: Peer) -> None:
    """Lets writer and peer do all that they can do now."""
    for _each in range(50):
        await asyncio.sleep(0)
        peer.drain()


async def test_before_hello_everything_waits_and_then_comes_in_order(peer: Peer) -> None:
    out = outlet_to(peer)
    for number in range(3):
        out.write(str(number))
    await settle(peer)
    assert peer.frames == []
    out.release('"hello"')
    out.write("3")
    await settle(peer)
    assert peer.frames == ["hello", 0, 1, 2, 3]
    out.stop()


async def test_an_echo_is_asked_for_in_the_stream_and_only_one_at_a_time(outlet: Outlet, peer: Peer) -> None:
    for _each in range(3):
        outlet.write(json.dumps("x" * PING_BYTES))
    await settle(peer)
    (nonce,) = peer.pings
    assert not outlet.echo("another")
    assert outlet.echo(nonce)
    assert not outlet.echo(nonce)
    outlet.write(json.dumps("x" * PING_BYTES))
    await settle(peer)
    assert len(peer.pings) == 2


async def test_a_peer_that_echoes_nothing_gets_one_window_and_no_more(outlet: Outlet, peer: Peer) -> None:
    for _each in range(12):
        outlet.write(json.dumps("x" * 300))
    await settle(peer)
    got = len(peer.data)
    assert got < 12
    assert sum(len(one["text"]) for one in peer.events) <= WINDOW + 2 * 300
    while peer.pings and outlet.echo(peer.pings[-1]):
        await settle(peer)
    assert len(peer.data) == 13  # and hello: nothing was lost on the way


async def test_a_queue_of_two_windows_is_too_slow(outlet: Outlet, peer: Peer) -> None:
    await settle(peer)
    peer.reads.clear()
    for _each in range(20):
        outlet.write(json.dumps("x" * 300))
    assert outlet.closing == 4008
    outlet.write('"late"')
    peer.reads.set()
    await settle(peer)
    assert peer.frames[-1] == {"type": "bye", "code": 4008, "reason": "too slow"}
    assert peer.closed == 4008
    assert "late" not in peer.frames


async def test_what_waits_is_dropped_when_the_right_to_it_ends(outlet: Outlet, peer: Peer) -> None:
    await settle(peer)
    peer.reads.clear()
    outlet.write(json.dumps("on its way, " * 60))
    await settle(peer)
    outlet.write('"secret"')
    outlet.close(4401, "signed out")
    peer.reads.set()
    await settle(peer)
    assert "secret" not in peer.frames
    assert peer.closed == 4401


async def test_a_second_close_says_nothing_new(outlet: Outlet, peer: Peer) -> None:
    outlet.close(4401, "signed out")
    outlet.close(4012, "restarting", retry_after=1)
    await settle(peer)
    assert [one["code"] for one in peer.frames if isinstance(one, dict)] == [4401]


async def test_a_peer_that_does_not_take_the_close_is_cut(
    outlet: Outlet, peer: Peer, settings: Settings
) -> None:
    settings.CHAT = replace(settings.CHAT, close_timeout=0.03)
    peer.reads.clear()
    outlet.close(4008, "too slow")
    async with asyncio.timeout(60):
        while not peer.aborted:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_silence_after_a_ping_is_death(outlet: Outlet, peer: Peer, settings: Settings) -> None:
    now = time.monotonic()
    outlet.check(now + settings.CHAT.ping_interval + 1)
    await settle(peer)
    assert len(peer.pings) == 1
    outlet.check(now + settings.CHAT.pong_timeout - 1)
    assert outlet.closing is None
    outlet.check(now + settings.CHAT.pong_timeout + settings.CHAT.ping_interval + 1)
    await settle(peer)
    assert peer.closed == 4408


async def test_who_echoes_lives_until_the_socket_is_old(
    outlet: Outlet, peer: Peer, settings: Settings
) -> None:
    outlet.check(time.monotonic() + settings.CHAT.ping_interval + 1)
    await settle(peer)
    assert outlet.echo(peer.pings[0])
    outlet.check(outlet.opened_at + settings.CHAT.socket_age[1] + 1)
    await settle(peer)
    assert peer.closed == 4000


async def test_a_full_window_without_progress_is_too_slow_only_after_the_grace(
    outlet: Outlet, peer: Peer, settings: Settings
) -> None:
    for _each in range(10):
        outlet.write(json.dumps("x" * 300))
    await settle(peer)
    now = time.monotonic()
    outlet.check(now + settings.CHAT.window_grace - 1)
    assert outlet.closing is None
    outlet.check(now + settings.CHAT.window_grace + 1)
    assert outlet.closing == 4008


async def test_reading_up_to_here_needs_an_echo_that_follows_what_was_written(
    outlet: Outlet, peer: Peer
) -> None:
    outlet.check(time.monotonic() + 1_000)  # a ping that precedes what is written next
    await settle(peer)
    outlet.write('"part one"')
    waiting = asyncio.create_task(outlet.read_up_to_here())
    await settle(peer)
    outlet.echo(peer.pings[0])
    await settle(peer)
    assert not waiting.done()
    assert outlet.echo(peer.pings[1])
    await asyncio.wait_for(waiting, 1)
    assert peer.frames.index("part one") < len(peer.frames) - 1


async def test_who_waits_for_an_echo_is_let_go_when_the_connection_ends(peer: Peer) -> None:
    out = outlet_to(peer)
    out.release('"hello"')
    waiting = asyncio.create_task(out.read_up_to_here())
    await settle(peer)
    out.stop()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 1)


async def test_a_frame_larger_than_the_window_stalls_nobody_who_reads(outlet: Outlet, peer: Peer) -> None:
    outlet.check(time.monotonic() + 1_000)  # a ping is on its way when the large frame is written
    await settle(peer)
    outlet.write(json.dumps("x" * int(1.5 * WINDOW)))
    outlet.write('"after"')
    await settle(peer)
    while peer.pings and outlet.echo(peer.pings[-1]):
        await settle(peer)
    assert peer.data[-1] == "after"


async def test_an_echo_proves_the_reading_of_what_was_written_just_before(outlet: Outlet, peer: Peer) -> None:
    await settle(peer)
    waiting = asyncio.create_task(outlet.read_up_to_here())
    outlet.write('"the answer"')  # as a command writes it, right after it has started what follows
    await settle(peer)
    assert peer.frames.index("the answer") == len(peer.frames) - 2
    assert outlet.echo(peer.pings[-1])
    await asyncio.wait_for(waiting, 1)
