"""A WebSocket client small enough that hundreds of readers fit beside the servers on one machine.

What many readers get is the same bytes: they are decoded once. Treat frames as read-only.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

Frame = dict[str, Any]
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
GONE = 1006
RECEIVE_BUFFER = 65_536


class Rejected(ConnectionError):
    """The server answered the handshake with something else; the text is its status line."""


@lru_cache(maxsize=4096)
def decode(payload: bytes) -> Frame:
    frame: Frame = json.loads(payload)
    return frame


class Line(asyncio.Protocol):
    """One connection. `on_frame` gets every frame; `closed` becomes the close code, 1006 without one."""

    def __init__(self, origin: str, cookie: str, on_frame: Callable[[Frame], None]) -> None:
        loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[int] = loop.create_future()
        self.transport: asyncio.Transport | None = None
        self._origin = origin
        self._cookie = cookie
        self._on_frame = on_frame
        self._accepted: asyncio.Future[None] = loop.create_future()
        self._buffer = bytearray()
        self._code = GONE

    @classmethod
    async def open(
        cls,
        origin: str,
        cookie: str,
        on_frame: Callable[[Frame], None],
        *,
        port: int | None = None,
        patience: float = 15.0,
        receive_buffer: int = RECEIVE_BUFFER,
    ) -> Line:
        """Connects to `origin`, by way of `port` if a proxy stands there. Raises OSError or TimeoutError."""
        address = (str(urlsplit(origin).hostname), port or int(urlsplit(origin).port or 80))
        with_buffer = socket.socket()
        with_buffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        with_buffer.setblocking(False)
        line = cls(origin, cookie, on_frame)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience):
                await loop.sock_connect(with_buffer, address)
                await loop.create_connection(lambda: line, sock=with_buffer)
                await line._accepted
        except BaseException:
            line.cut()
            with_buffer.close()
            raise
        return line

    def send(self, type_: str, **payload: Any) -> None:
        self._send_frame(TEXT, json.dumps({"type": type_, **payload}).encode())

    def close(self) -> None:
        self._send_frame(CLOSE, (1000).to_bytes(2, "big"))

    def cut(self) -> None:
        """As when the network goes: no close frame."""
        if self.transport is not None:
            self.transport.abort()

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        size = len(payload)
        if size < 126:
            head = bytes([0x80 | opcode, 0x80 | size])
        else:
            head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
        # Masked with zeros: the rule asks for a mask, not for a secret.
        self.transport.write(head + bytes(4) + payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /ws/ HTTP/1.1",
            f"Host: {urlsplit(self._origin).netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Origin: {self._origin}",
            f"Cookie: {self._cookie}",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._accepted.done() and not self._read_handshake():
            return
        while self._read_frame():
            pass

    def connection_lost(self, error: Exception | None) -> None:
        if not self._accepted.done():
            self._accepted.set_exception(error or ConnectionResetError("cut in the handshake"))
            self._accepted.exception()
        if not self.closed.done():
            self.closed.set_result(self._code)

    def _read_handshake(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return False
        status = head.split(b"\r\n")[0].decode("latin-1")
        if " 101 " not in f"{status} ":
            self._accepted.set_exception(Rejected(status))
            self.cut()
            return False
        self._buffer = bytearray(rest)
        self._accepted.set_result(None)
        return True

    def _read_frame(self) -> bool:
        """Takes one whole frame off the buffer. Servers send none in parts at these sizes."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1] & 0x7F, 2
        if size > 125:
            start += 2 if size == 126 else 8
            if len(buffer) < start:
                return False
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return False
        opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        self._take(opcode, payload)
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._on_frame(decode(payload))
        elif opcode == PING:
            self._send_frame(PONG, payload)
        elif opcode == CLOSE:
            self._code = int.from_bytes(payload[:2], "big") or GONE
            self._send_frame(CLOSE, payload[:2])
            if self.transport is not None:
                self.transport.close()
