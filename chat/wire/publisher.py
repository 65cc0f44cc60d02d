"""The bounded queue between a commit and the channel layer.

What is published is a hint: when the layer is slow or away, hints are dropped and counted, and the hub's
heads check finds what they would have told. Nobody who commits ever waits for the layer.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections import deque
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from chat.wire.envelopes import Envelope
from chat.wire.layers import LocalChannelLayer
from chat.wire.losses import losses

# Hints that may wait for the layer at once, per process; at 20 messages/s this is minutes of them.
CAPACITY = 10_000
FLUSH_SECONDS = 3.0


class Publisher:
    """One per process. Runs on the server's event loop, or on a thread of its own in a command."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, Envelope]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._starting = threading.Lock()

    def start(self) -> None:
        """Binds to the running loop, which from now on carries all announcements of this process."""
        if self._loop is asyncio.get_running_loop():
            return
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._task = self._loop.create_task(self._carry())

    def put(self, group: str, envelope: Envelope) -> None:
        """From any thread; never blocks, never raises."""
        if len(self._waiting) >= CAPACITY:
            losses.count("the queue of announcements was full", 1)
            return
        if not self._is_running() and not self._start_thread():
            return
        self._idle.clear()
        self._waiting.append((group, envelope))
        if self._loop and self._wake:
            self._loop.call_soon_threadsafe(self._wake.set)

    def _is_running(self) -> bool:
        return self._loop is not None and not self._loop.is_closed()

    def _start_thread(self) -> bool:
        """For commands. The in-process layer ends at the process: there, the server finds changes by itself."""
        if isinstance(get_channel_layer(), LocalChannelLayer):
            return False
        with self._starting:
            if not self._is_running():
                ready = threading.Event()
                threading.Thread(target=self._run_thread, args=[ready], daemon=True).start()
                ready.wait()
                atexit.register(self._idle.wait, FLUSH_SECONDS)
        return True

    def _run_thread(self, ready: threading.Event) -> None:
        async def carry() -> None:
            self.start()
            ready.set()
            assert self._task
            await self._task

        asyncio.run(carry())

    async def _carry(self) -> None:
        assert self._wake
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._send(*self._waiting.popleft())
            self._idle.set()

    async def _send(self, group: str, envelope: Envelope) -> None:
        layer: Any = get_channel_layer()
        try:
            async with asyncio.timeout(settings.CHAT.publish_timeout):
                await layer.group_send(group, envelope)
        except Exception as error:  # the layer's libraries raise many kinds; none may end the publisher
            # What waits behind a dead layer would only arrive stale: the heads check is faster.
            losses.count("announcements could not be sent", 1 + len(self._waiting), repr(error))
            self._waiting.clear()


publisher = Publisher()
