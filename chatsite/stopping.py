"""HTTP while the server stops: what runs is finished, what still comes is answered as long as it can be."""

from __future__ import annotations

import asyncio
from typing import Any

from chatsite.plain import answer, closing

RETRY_AFTER = 3  # seconds


class Doorkeeper:
    """Wraps the HTTP application. Open, then leaving (answers, and closes the connection), then shut (503)."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._running = 0
        self._is_leaving = self._is_shut = False
        self._idle = asyncio.Event()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if self._is_shut or (self._is_leaving and scope["path"] == "/ready"):
            headers = [(b"retry-after", str(RETRY_AFTER).encode())]
            return await answer(send, 503, "The server restarts; try again in a moment.", headers)
        self._running += 1
        try:
            await self._application(scope, receive, closing(send, self._when_leaving))
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
        return None

    def leave(self) -> None:
        """From now on each connection ends behind its answer."""
        self._is_leaving = True

    async def finish(self) -> None:
        """Returns when nothing runs."""
        self._idle.clear()
        if self._running:
            await self._idle.wait()

    def shut(self) -> None:
        """What still comes is refused."""
        self._is_shut = True

    def _when_leaving(self) -> bool:
        return self._is_leaving
