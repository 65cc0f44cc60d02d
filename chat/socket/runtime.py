"""The hub's life in a process: what runs beside it, from the first connection on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from django.conf import settings

from chat.socket import reads
from chat.socket.complaints import log_failure
from chat.socket.door import Door
from chat.socket.hub import Hub
from chat.socket.threads import in_thread

# Seconds. A room is compared if it changed since the last check or this much earlier: a change may be committed
# that much later than it was dated.
COMMIT_MARGIN = 5.0
CHECKS_PER_PING_INTERVAL = 25


class Runtime:
    """Starts the hub's loops on the running event loop and keeps them alive whatever fails in one round."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.door = Door()
        self._sessions_checked_at = time.monotonic()
        self._heads_checked_at = time.monotonic()
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self.hub.subscriptions.receive()),
            loop.create_task(
                self._every(
                    lambda: settings.CHAT.ping_interval / CHECKS_PER_PING_INTERVAL, self._check_outlets
                )
            ),
            loop.create_task(self._every(self._heads_interval, self._check_database)),
        ]
        if not self.hub.subscriptions.is_local:
            self._tasks.append(loop.create_task(self._every(self._probe_interval, self._probe)))

    def _heads_interval(self) -> float:
        alone = self.hub.subscriptions.is_local or self.hub.subscriptions.degraded
        return settings.CHAT.heads_interval_degraded if alone else settings.CHAT.heads_interval

    def _probe_interval(self) -> float:
        chat = settings.CHAT
        return chat.heads_interval_degraded if self.hub.subscriptions.degraded else chat.probe_interval

    async def _every(self, interval: Callable[[], float], work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._rest(interval)
            try:
                await work()
            except Exception as error:
                log_failure(f"hub: {work.__name__}", error)

    async def _rest(self, interval: Callable[[], float]) -> None:
        """Sleeps in short steps, so that a layer that has just failed is noticed at its shorter interval."""
        started = time.monotonic()
        left = interval()
        while left > 0:
            await asyncio.sleep(min(left, settings.CHAT.heads_interval_degraded))
            left = started + interval() - time.monotonic()

    async def _check_outlets(self) -> None:
        now = time.monotonic()
        for outlet in self.hub.outlets():
            outlet.check(now)
        self.hub.presence.check(now)

    async def _check_database(self) -> None:
        """Heads and rights, in one hop; sessions at the longer interval unless the layer is down."""
        started = time.monotonic()
        people = list(self.hub.people)
        if people:
            seconds = started - self._heads_checked_at + COMMIT_MARGIN
            await self.hub.compare_heads(await in_thread(reads.read_heads, seconds, people))
        self._heads_checked_at = started
        await self.hub.subscriptions.tidy()
        due = time.monotonic() - self._sessions_checked_at >= settings.CHAT.heads_interval
        if due or self.hub.subscriptions.degraded:
            await self._check_sessions()

    async def _check_sessions(self) -> None:
        self._sessions_checked_at = time.monotonic()
        outlets = self.hub.outlets()
        sessions = {outlet.session: (outlet.user_id, outlet.password_mark) for outlet in outlets}
        places = {(outlet.address, outlet.user_id) for outlet in outlets}
        if not outlets:
            return
        lost, shut_out = await in_thread(reads.lost_ways, sessions, places)
        for outlet in outlets:
            if outlet.session in lost:
                outlet.close(4401, "signed out")
            elif (outlet.address, outlet.user_id) in shut_out:
                outlet.close(4403, "address banned")

    async def _probe(self) -> None:
        await self.hub.subscriptions.probe()


_runtimes: dict[asyncio.AbstractEventLoop, Runtime] = {}


def runtime() -> Runtime:
    """This process's, made at its first use. Only on the server's event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _runtimes:
        _runtimes[loop] = Runtime()
    return _runtimes[loop]
