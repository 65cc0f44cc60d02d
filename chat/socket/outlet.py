"""The way out to one browser tab: ordered, bounded, never awaited by whoever writes.

Nobody knows how much a peer has really read: its system, and ours, take megabytes before anything looks full. So
the peer says it: pings travel in the same stream as the data, and their echo proves that everything before them has
arrived. What is not echoed counts against a window.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import deque

from django.conf import settings

from chat.socket.frames import NOTHING, Frame, frame_of
from chat.socket.transports import Transport
from chat.wire import events
from chat.wire.encoding import encode

# Of the time in which a close is to be answered, the part in which the peer's system is to take it.
CLOSE_TAKEN = 1 / 3
# Closes that end nobody's rights: what was answered before them still arrives.
DELIVERED_FIRST = frozenset({4000, 4009, 4012, 4029})
# More than this in a transport waits here instead, where it can still be dropped, and behind pings.
MOST_PENDING = 65_536  # bytes
RETRY_SECONDS = 0.02


class Outlet:
    """One socket's writer. From the event loop only."""

    __slots__ = (
        "_age_limit", "_echoed", "_echoes", "_flows", "_held", "_kept", "_look_at", "_pending", "_ping_at",
        "_pinged", "_pinged_at_byte", "_progress_at", "_retry", "_sent", "_transport", "_waiting", "active",
        "address", "checked_for_typing",
        "closing", "open_rooms", "opened_at", "password_mark", "session", "user_id",
    )  # fmt: skip

    def __init__(self, *, user_id: int, session: str, password_mark: str, transport: Transport) -> None:
        self.user_id = user_id
        self.session = session
        self.address = ""
        self.password_mark = password_mark
        self.open_rooms: set[int] = set()
        self.checked_for_typing: dict[int, float] = {}
        self.active = True
        self.opened_at = time.monotonic()
        self.closing: int | None = None
        self._age_limit = random.uniform(*settings.CHAT.socket_age)  # noqa: S311
        self._transport = transport
        self._held = True
        self._flows = False
        self._waiting: deque[Frame] = deque()
        self._kept = 0
        self._sent = self._echoed = self._pending = 0
        self._look_at = 0
        self._progress_at = self._ping_at = self.opened_at
        self._pinged: tuple[str, int] | None = None
        self._pinged_at_byte = 0
        self._retry: asyncio.TimerHandle | None = None
        self._echoes: list[asyncio.Future[None]] = []

    def write(self, text: str) -> None:
        """Sends a frame of its own. A peer that is too far behind is closed instead."""
        self.deliver(frame_of(text))

    def deliver(self, frame: Frame) -> None:
        """As `write`, for what goes to many."""
        if self._flows:
            self._hand_over(frame)
        elif self.closing is None:
            self._keep(frame)

    def _hand_over(self, frame: Frame) -> None:
        sent = self._sent = self._sent + len(frame)
        pending = self._pending = self._transport.write(frame)
        if sent >= self._look_at or pending > MOST_PENDING:
            self._look()

    def _keep(self, frame: Frame) -> None:
        self._waiting.append(frame)
        self._kept += len(frame)
        if self._kept > 2 * settings.CHAT.window_bytes:
            self.close(4008, "too slow")

    def _look(self) -> None:
        """Asks for an echo when enough is on its way; stops where the window or the transport is full."""
        chat = settings.CHAT
        is_full = self._unechoed > chat.window_bytes
        if is_full or self._sent - self._pinged_at_byte >= chat.ping_bytes:
            self._ping()
        if is_full and self._flows:
            self._progress_at = time.monotonic()
        self._flows = not is_full and self._pending <= MOST_PENDING
        next_ping = self._pinged_at_byte + chat.ping_bytes
        full = self._echoed + chat.window_bytes + 1
        self._look_at = full if self._pinged else min(next_ping, full)
        if self._pending > MOST_PENDING and self._retry is None:
            # Asked again and again, since servers tell in as many ways as there are that a peer takes more.
            self._retry = asyncio.get_running_loop().call_later(RETRY_SECONDS, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        if self.closing is None:
            self._pending = self._transport.write(NOTHING)
            self._go_on()

    def _go_on(self) -> None:
        """Hands over what waits, as far as it goes."""
        self._look()
        while self._waiting and self._flows:
            frame = self._waiting.popleft()
            self._kept -= len(frame)
            self._hand_over(frame)
        self._flows = self._flows and not self._waiting

    def release(self, first: str) -> None:
        """Ends the holding back that a socket starts with: `first`, then all that came meanwhile, in order."""
        if self.closing is not None:
            return
        self._held = False
        frame = frame_of(first)
        self._waiting.appendleft(frame)
        self._kept += len(frame)
        self._go_on()

    def close(self, code: int, reason: str, *, retry_after: float | None = None) -> None:
        """Says `bye` and closes. What still waited is dropped where the right to it, or the peer, is gone."""
        if self.closing is not None:
            return
        self.closing = code
        self._flows = False
        if code in DELIVERED_FIRST:
            for frame in self._waiting:
                self._transport.write(frame)
        self._waiting.clear()
        self._transport.write(frame_of(encode(events.bye(code=code, reason=reason, retry_after=retry_after))))
        self._transport.close(code)
        asyncio.get_running_loop().call_later(settings.CHAT.close_timeout * CLOSE_TAKEN, self._cut)

    def _cut(self) -> None:
        """Who has taken the close gets more time to answer it: a reset could overtake the code. Not for ever,
        and also where the server has told the application meanwhile that this socket is closed."""
        if self._transport.write(NOTHING):
            self._transport.abort()
        else:
            asyncio.get_running_loop().call_later(
                settings.CHAT.close_timeout * (1 - CLOSE_TAKEN), self._transport.abort
            )

    def stop(self) -> None:
        """The connection is gone."""
        self.closing = self.closing or 1006
        self._flows = False
        self._waiting.clear()
        if self._retry:
            self._retry.cancel()
        for echo in self._echoes:
            echo.cancel()

    def echo(self, nonce: str) -> bool:
        """The peer has read everything up to this ping. False for a nonce that was not asked."""
        if self._pinged is None or self._pinged[0] != nonce or self.closing is not None:
            return False
        self._echoed = self._pinged[1]
        self._pinged = None
        self._progress_at = time.monotonic()
        self._go_on()
        echoes, self._echoes = self._echoes, []
        for echo in echoes:
            if not echo.done():
                echo.set_result(None)
        return True

    async def read_up_to_here(self) -> None:
        """Returns when the peer has echoed a ping that follows all that is written so far."""
        await asyncio.sleep(0)  # a command's own answer is written when the command has returned
        while self._waiting:
            await self._next_echo()
        written = self._sent
        while self._echoed < written:
            await self._next_echo()

    async def _next_echo(self) -> None:
        self._ping()
        echo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._echoes.append(echo)
        await echo

    def check(self, now: float) -> None:
        """Called about every second: pings when due, closes who is dead, slow or old."""
        chat = settings.CHAT
        if self.closing is not None:
            return
        if self._held:
            if now - self.opened_at > chat.pong_timeout:
                self.close(4000, "unavailable")
            return
        if self._pinged and now - self._ping_at > chat.pong_timeout:
            self.close(4408, "no answer")
        elif self._unechoed > chat.window_bytes and now - self._progress_at > chat.window_grace:
            self.close(4008, "too slow")
        elif now - self.opened_at > self._age_limit:
            self.close(4000, "please reconnect")
        elif now - self._ping_at >= chat.ping_interval:
            self._ping()

    @property
    def _unechoed(self) -> int:
        return self._sent - self._echoed

    def _ping(self) -> None:
        """Before what still waits, and whatever the window says: only its echo can open a full window."""
        if self._pinged is None and self.closing is None:
            nonce = secrets.token_hex(4)
            frame = frame_of(encode(events.ping(nonce=nonce)))
            self._ping_at = time.monotonic()
            self._sent += len(frame)
            self._pinged_at_byte = self._sent
            self._pinged = (nonce, self._sent)
            self._pending = self._transport.write(frame)
