"""Requests that arrive a byte at a time are cut: each has some seconds, and more for every byte that came.

The rule of Apache's mod_reqtimeout. Bodies are timed here, on every server; heads arrive before any application
is asked, and are timed by chatsite/serving.
"""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings

from chatsite.plain import answer

BYTES_PER_SECOND = 500.0


class TooSlow(Exception):
    """The body did not come in time."""


class Patience:
    """Wraps the HTTP application."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = Body(receive, settings.CHAT.request_seconds)
        try:
            await self._application(scope, body.receive, send)
        except TooSlow:
            await answer(send, 408, "The request came too slowly.")


class Body:
    """What is left to come of one request."""

    def __init__(self, receive: Any, seconds: float) -> None:
        self._receive = receive
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._is_complete = False

    async def receive(self) -> Any:
        """As the server's; raises TooSlow."""
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._deadline += len(message.get("body", b"")) / BYTES_PER_SECOND
        self._is_complete = not message.get("more_body", False)
        return message
