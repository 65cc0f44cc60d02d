"""How frames leave the process: written by the server as they are where it offers that, else by plain ASGI."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from chat.socket.frames import Frame

Send = Callable[[dict[str, Any]], Awaitable[None]]

# The ASGI extension that chatsite.serving offers. Its value in `scope["extensions"]` is a Transport.
EXTENSION = "chat.ready_frames"
SEND_SECONDS = 10.0


class Transport(Protocol):
    """The way to one peer. Nothing here waits, and nothing raises when the peer has gone."""

    def write(self, frame: Frame, /) -> int:
        """Writes whole frames, or nothing where `frame` is empty. Bytes that the peer's system has not taken yet."""

    def close(self, code: int, /) -> None:
        """Begins the closing handshake, behind all that was written."""

    def abort(self) -> None:
        """Drops the connection with all that is pending."""


class PlainTransport:
    """For any ASGI server: a queue, and a task that sends while something is in it.

    `abort` ends the application, which is all that plain ASGI lets us do about a peer that takes nothing.
    """

    def __init__(self, send: Send, abort: Callable[[], None]) -> None:
        self._send = send
        self._abort = abort
        self._events: deque[tuple[dict[str, Any], int]] = deque()
        self._pending = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, frame: Frame, /) -> int:
        for text in frame.texts:
            self._put({"type": "websocket.send", "text": text}, len(frame) // len(frame.texts))
        return self._pending

    def close(self, code: int, /) -> None:
        self._put({"type": "websocket.close", "code": code}, 1)

    def abort(self) -> None:
        if self._task:
            self._task.cancel()
        self._abort()

    def _put(self, event: dict[str, Any], size: int) -> None:
        self._events.append((event, size))
        self._pending += size
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._events:
                event, size = self._events.popleft()
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send(event)
                self._pending -= size
        except Exception:
            # Servers differ in what they raise for a peer that has gone; the end is the same.
            self._abort()
        finally:
            self._task = None


def transport_of(scope: dict[str, Any], send: Send, abort: Callable[[], None]) -> Transport:
    """The server's own for this socket, or the one that every server can carry."""
    offered: Transport | None = (scope.get("extensions") or {}).get(EXTENSION)
    return offered or PlainTransport(send, abort)
