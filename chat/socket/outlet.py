"""The way out to one browser tab: ordered, bounded, never awaited by whoever writes.

ASGI tells nobody how much a peer has really read, so the peer says it: pings travel in the same stream as the
data, and their echo proves that everything before them has arrived. What is not echoed counts against a window.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from chat.wire import events
from chat.wire.encoding import encode

Send = Callable[[dict[str, Any]], Awaitable[None]]

# A close that the peer does not take is cut after this.
CLOSE_SECONDS = 2.0
SEND_SECONDS = 10.0
# Closes that end nobody's rights: what was answered before them still arrives.
DELIVERED_FIRST = frozenset({4000, 4009, 4012, 4029})


class Outlet:
    """One socket's writer. `write` from the event loop only."""

    def __init__(
        self, *, user_id: int, session: str, password_mark: str, send: Send, abort: Callable[[], None]
    ) -> None:
        self.user_id = user_id
        self.session = session
        self.password_mark = password_mark
        self.open_rooms: set[int] = set()
        self.active = True
        self.opened_at = time.monotonic()
        self.closing: int | None = None
        self._age_limit = random.uniform(*settings.CHAT.socket_age)  # noqa: S311
        self._send = send
        self._abort = abort
        self._frames: deque[str] = deque()
        self._queued = 0
        self._held: list[str] | None = []
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._sent = 0
        self._echoed = 0
        self._progress_at = self._ping_at = self.opened_at
        self._pinged: tuple[str, int] | None = None
        self._pinged_at_byte = 0
        self._ping_is_first = False
        self._sending_since: float | None = None
        self._echoes: list[asyncio.Future[None]] = []
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def write(self, text: str) -> None:
        """Queues a frame. A peer that is too far behind is closed instead."""
        if self.closing is not None:
            return
        self._queued += size_of(text)
        if self._held is not None:
            self._held.append(text)
        else:
            self._frames.append(text)
            self._drained.clear()
            self._wake.set()
        if self._queued > 2 * settings.CHAT.window_bytes:
            self.close(4008, "too slow")

    def release(self, first: str) -> None:
        """Ends the holding back that a socket starts with: `first`, then all that came meanwhile, in order."""
        held, self._held = self._held or [], None
        self._queued = 0
        for text in (first, *held):
            self.write(text)

    def close(self, code: int, reason: str, *, retry_after: float | None = None) -> None:
        """Says `bye` and closes. What still waited is dropped where the right to it, or the peer, is gone."""
        if self.closing is not None:
            return
        if code in DELIVERED_FIRST:
            self._frames.extend(self._held or ())
        else:
            self._frames.clear()
        self._held = None
        self._frames.append(encode(events.bye(code=code, reason=reason, retry_after=retry_after)))
        self.closing = code
        self._wake.set()
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._abort)

    def stop(self) -> None:
        """The connection is gone."""
        self.closing = self.closing or 1006
        self._writer.cancel()
        for echo in self._echoes:
            echo.cancel()

    def echo(self, nonce: str) -> bool:
        """The peer has read everything up to this ping. False for a nonce that was not asked."""
        if self._pinged is None or self._pinged[0] != nonce:
            return False
        self._echoed = self._pinged[1]
        self._pinged = None
        self._progress_at = time.monotonic()
        self._wake.set()
        if self._sent - self._pinged_at_byte >= settings.CHAT.ping_bytes:
            self._ping()
        echoes, self._echoes = self._echoes, []
        for echo in echoes:
            if not echo.done():
                echo.set_result(None)
        return True

    async def read_up_to_here(self) -> None:
        """Returns when the peer has echoed a ping that follows all that is written so far."""
        await asyncio.sleep(0)  # a command's own answer is written when the command has returned
        await self._drained.wait()
        if self._pinged is not None:
            await self._next_echo()
        self._ping()
        await self._next_echo()

    async def _next_echo(self) -> None:
        echo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._echoes.append(echo)
        await echo

    def check(self, now: float) -> None:
        """Called about every second: pings when due, closes who is dead, slow or old."""
        chat = settings.CHAT
        if self.closing is not None:
            return
        if self._held is not None:
            if now - self.opened_at > chat.pong_timeout:
                self.close(4000, "unavailable")
            return
        stuck = self._sending_since is not None and now - self._sending_since > SEND_SECONDS
        if self._pinged and now - self._ping_at > chat.pong_timeout:
            self.close(4408, "no answer")
        elif stuck or (self._unechoed > chat.window_bytes and now - self._progress_at > chat.window_grace):
            self.close(4008, "too slow")
        elif now - self.opened_at > self._age_limit:
            self.close(4000, "please reconnect")
        elif now - self._ping_at >= chat.ping_interval:
            self._ping()

    @property
    def _unechoed(self) -> int:
        return self._sent - self._echoed

    def _ping(self) -> None:
        if self._pinged is None and self.closing is None:
            nonce = secrets.token_hex(4)
            self._ping_at = time.monotonic()
            self._pinged_at_byte = self._sent
            self._pinged = (nonce, self._sent)
            # Before what still waits, and whatever the window says: only its echo can open a full window.
            self._ping_is_first = True
            text = encode(events.ping(nonce=nonce))
            self._frames.appendleft(text)
            self._queued += size_of(text)
            self._wake.set()

    async def _write(self) -> None:
        try:
            await self._write_frames()
        except Exception:
            # Servers differ in what they raise for a peer that has gone; the end is the same.
            self._abort()

    async def _write_frames(self) -> None:
        chat = settings.CHAT
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames and (
                self._ping_is_first or self._unechoed <= chat.window_bytes or self.closing is not None
            ):
                self._drained.clear()
                self._ping_is_first = False
                await self._write_one(self._frames.popleft())
                if self._sent - self._pinged_at_byte >= chat.ping_bytes:
                    self._ping()
            if not self._frames:
                self._drained.set()
            if self.closing is not None and not self._frames:
                await self._send({"type": "websocket.close", "code": self.closing})
                return

    async def _write_one(self, text: str) -> None:
        if self._unechoed == 0:
            self._progress_at = time.monotonic()
        self._sending_since = time.monotonic()
        await self._send({"type": "websocket.send", "text": text})
        self._sending_since = None
        self._queued = max(0, self._queued - size_of(text))
        self._sent += size_of(text)


def size_of(text: str) -> int:
    """Bytes on the wire, at most: measuring exactly would encode every frame once per socket."""
    return len(text) if text.isascii() else 3 * len(text)
