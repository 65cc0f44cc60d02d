"""A TCP relay that misbehaves on demand: between browser and server, server and Redis, server and PostgreSQL.

async with Proxy(port) as proxy:
    proxy.port              # connect here
    proxy.mode = "stall"    # from now on, also on links that are open
    proxy.reset()           # cuts every open link
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

# pass      every byte, at once
# delay     `seconds` later
# throttle  at most `rate` bytes a second, each way
# stall     nothing moves, nothing closes: half-open, as when a cable is pulled
# reset     whoever connects is cut at once (`reset()` cuts those who are)
# cut       after `count` bytes from the client the link is cut: a request lost in its middle
# swallow   the server hears everything, the client nothing, then it is cut: an answer lost after COMMIT
# replay    the first answer to a POST is lost and the same bytes are sent again: a balancer that retries
Mode = Literal["pass", "delay", "throttle", "stall", "reset", "cut", "swallow", "replay"]
CHUNK = 65_536
STEP = 0.05  # seconds between slices of a throttled link
HOLD = 0.3  # seconds a swallowed answer leaves the client waiting before the cut


@dataclass(eq=False)
class Link:
    """One connection through the proxy. `asked`: what its client has sent so far, while that may be replayed."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    asked: bytearray = field(default_factory=bytearray)
    passed: int = 0
    lost_an_answer: bool = False

    def cut(self) -> None:
        for writer in (self.client, self.server):
            _reset(writer)


class Proxy:
    def __init__(self, target: int, *, host: str = "127.0.0.1") -> None:
        self.seconds = 0.2
        self.rate = 8_000
        self.count = 0
        self.links: set[Link] = set()
        self.port = 0
        self._target = (host, target)
        self._mode: Mode = "pass"
        self._moved = asyncio.Event()
        self._listening: asyncio.Server | None = None
        self._treatments: dict[Mode, Callable[[Link, bytes, asyncio.StreamWriter], Awaitable[None]]] = {
            "delay": self._delay,
            "throttle": self._throttle,
            "cut": self._cut,
            "swallow": self._swallow,
            "replay": self._replay,
        }

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._listening.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._listening
        self._listening.close()
        self.mode = "reset"
        self.reset()

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self._moved.set()
        self._moved = asyncio.Event()

    def reset(self) -> None:
        """Cuts every open link, as a router that lost its table does."""
        for link in list(self.links):
            link.cut()

    async def _serve(self, client_in: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if self._mode == "reset":
            return _reset(client)
        try:
            server_in, server = await asyncio.open_connection(*self._target)
        except OSError:
            return _reset(client)
        link = Link(client, server)
        self.links.add(link)
        pumps = [
            asyncio.ensure_future(self._pump(link, client_in, server)),
            asyncio.ensure_future(self._pump(link, server_in, client)),
        ]
        try:
            # An HTTP client may close its half and still wait for the answer: both ends end the link.
            await asyncio.wait(pumps)
        finally:
            for pump in pumps:
                pump.cancel()
            self.links.discard(link)
            link.cut()
        return None

    async def _pump(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._go_on()
                await self._pass_on(link, data, writer)
            await self._go_on()
            # The end of one half is the end of the other once all bytes are through.
            writer.close()

    async def _go_on(self) -> None:
        while self._mode == "stall":
            await self._moved.wait()

    async def _pass_on(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        treat = self._treatments.get(self._mode)
        if treat is not None:
            return await treat(link, data, writer)
        writer.write(data)
        await writer.drain()
        return None

    async def _delay(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.seconds)
        writer.write(data)

    async def _throttle(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        slice_ = max(1, int(self.rate * STEP))
        while data and self._mode == "throttle":
            writer.write(data[:slice_])
            data = data[slice_:]
            await asyncio.sleep(STEP)
        writer.write(data)

    async def _cut(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        if writer is link.client:
            writer.write(data)
            return
        left = self.count - link.passed
        link.passed += len(data)
        writer.write(data[: max(0, left)])
        if link.passed > self.count:
            await writer.drain()
            link.cut()

    async def _swallow(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        if writer is link.server:
            writer.write(data)
        elif not link.lost_an_answer:
            link.lost_an_answer = True
            asyncio.get_running_loop().call_later(HOLD, link.cut)

    async def _replay(self, link: Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        if writer is link.server:
            link.asked += data
            writer.write(data)
        elif not link.asked.startswith(b"POST "):
            writer.write(data)
        elif not link.lost_an_answer:
            link.lost_an_answer = True
            again_in, again = await asyncio.open_connection(*self._target)
            again.write(bytes(link.asked))
            while answer := await again_in.read(CHUNK):
                writer.write(answer)
            again.close()
            writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closes with RST instead of FIN."""
    raw = writer.transport.get_extra_info("socket")
    if raw is not None and not writer.transport.is_closing():
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
