"""HTTP requests on a bounded set of long-lived threads.

Django gives each request a thread of its own and with it a new database connection, without any bound. Here all
requests share a few threads: connections are kept, and a flood waits in line instead of making threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler

LANES = 8


class LaneHandler(ASGIHandler):
    """Django's handler on shared threads.

    A request may change threads between hops. That is safe here: every view and every middleware of ours is
    synchronous, so that a whole transaction happens within one hop.
    """

    def __init__(self) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(LANES, thread_name_prefix="http")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with ThreadSensitiveContext(executor=self._executor):
            await self.handle(scope, receive, send)
