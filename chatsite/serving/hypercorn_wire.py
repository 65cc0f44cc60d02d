"""Hypercorn's connection, narrowed to what this site speaks: HTTP/1.1 and uncompressed WebSockets.

Hypercorn itself accepts HTTP/2 in clear text and compression from everybody, reads frames without a limit, and keeps
a connection whose peer takes nothing for as long as that peer likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import h11
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.events import Closed, Event
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.protocol.ws_stream import WSStream
from hypercorn.typing import ConnectionState
from hypercorn.utils import parse_socket_addr
from wsproto.connection import Connection as Frames
from wsproto.events import Event as FrameEvent

from chatsite.serving.frame_meter import FrameMeter

LAST_BYTES_SECONDS = 2.0  # for a peer to take what was written before the end
# Nothing of these is spoken here, and what is not ASCII in them would end in a traceback.
UNHEARD = {b"sec-websocket-extensions", b"sec-websocket-protocol"}


class TooManyFrames(Exception):
    """More than any honest client sends."""


class Metered:
    """The frames of one socket, counted."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._meter = FrameMeter()

    def events(self) -> Iterator[FrameEvent]:
        for event in self._frames.events():
            if self._meter.is_over():
                raise TooManyFrames
            yield event

    def __getattr__(self, name: str) -> Any:
        return getattr(self._frames, name)


class PlainH11(H11Protocol):
    """HTTP/1.1, and WebSockets without extensions."""

    async def handle(self, event: Event) -> None:
        stream = self.stream
        if isinstance(stream, WSStream) and stream.handshake.accepted:
            if not isinstance(stream.connection, Metered):
                stream.connection = cast(Frames, Metered(stream.connection))
            try:
                return await super().handle(event)
            except TooManyFrames:
                return await self.send(Closed())
        return await super().handle(event)

    async def _check_protocol(self, event: h11.Request) -> None:
        """No HTTP/2."""

    async def _create_stream(self, request: h11.Request) -> None:
        headers = [(name, value) for name, value in request.headers if name not in UNHEARD]
        heard = h11.Request(
            method=request.method, target=request.target, headers=headers, http_version=request.http_version
        )
        try:
            await super()._create_stream(heard)
        except UnicodeDecodeError:
            await self._send_error_response(400)
            await self.send(Closed())


class Connection(TCPServer):
    """One TCP connection; awaiting it serves it to its end."""

    async def run(self) -> None:
        """As TCPServer's, without TLS and HTTP/2."""
        socket = self.writer.get_extra_info("socket")
        try:
            client = parse_socket_addr(socket.family, socket.getpeername())
            server = parse_socket_addr(socket.family, socket.getsockname())
            async with TaskGroup(self.loop) as group:
                self._task_group = group
                state = ConnectionState(self.state)
                protocol = PlainH11(
                    self.app,
                    self.config,
                    self.context,
                    group,
                    state,
                    False,
                    client,
                    server,
                    self.protocol_send,
                )
                self.protocol = protocol  # type: ignore[assignment]
                await protocol.initiate()
                await self.idle_task.restart(group, self._idle_timeout)
                await self._read_data()
        except OSError:
            pass
        finally:
            await self._close()

    async def _close(self) -> None:
        self.loop.call_later(LAST_BYTES_SECONDS, self.writer.transport.abort)
        await super()._close()
