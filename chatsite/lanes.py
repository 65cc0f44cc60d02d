"""HTTP requests on a bounded set of long-lived threads.

Django gives each request a thread of its own and with it a new database connection, without any bound. Here a
request borrows one of a few lanes: connections are kept, and a flood waits in line instead of making threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler

LANES = 8


class Lanes:
    """Lends single-thread executors, the most recently used first."""

    def __init__(self, count: int) -> None:
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] = asyncio.LifoQueue()
        for number in range(count):
            self._free.put_nowait(ThreadPoolExecutor(1, thread_name_prefix=f"http-{number}"))

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[None]:
        """Within this, thread-sensitive code runs on one lane."""
        executor = await self._free.get()
        context = _Lane()
        SyncToAsync.context_to_thread_executor[context] = executor
        token = SyncToAsync.thread_sensitive_context.set(context)
        try:
            yield
        finally:
            SyncToAsync.thread_sensitive_context.reset(token)
            SyncToAsync.context_to_thread_executor.pop(context, None)
            self._free.put_nowait(executor)


class _Lane(ThreadSensitiveContext):
    """A context to key the borrowed executor by; it is never entered, so nothing shuts the executor down."""


class LaneHandler(ASGIHandler):
    """Django's handler, with each request on a borrowed lane."""

    def __init__(self) -> None:
        super().__init__()
        self._lanes: Lanes | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"not HTTP: {scope['type']}")
        self._lanes = self._lanes or Lanes(LANES)
        async with self._lanes.borrow():
            await self.handle(scope, receive, send)
