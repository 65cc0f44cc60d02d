"""Requests that arrive a byte at a time are cut: each has some seconds, and more for every byte that came.

So are bodies that no door takes: the largest is one piece of a file.

The rule of Apache's mod_reqtimeout. Bodies are timed here, on every server; heads arrive before any application
is asked, and are timed by chatsite/serving.
"""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings

from chat.uploads.sizes import PIECE
from chatsite.plain import answer

BYTES_PER_SECOND = 500.0
LARGEST_BODY = PIECE + 262_144


class TooSlow(Exception):
    """The body did not come in time."""


class TooMuch(Exception):
    """The body is larger than any that is wanted."""


class Patience:
    """Wraps the HTTP application."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if announced(scope) > LARGEST_BODY:
            await answer(send, 413, "The request is too large.")
            return
        body = Body(receive, settings.CHAT.request_seconds)
        try:
            await self._application(scope, body.receive, send)
        except TooSlow:
            await answer(send, 408, "The request came too slowly.")
        except TooMuch:
            await answer(send, 413, "The request is too large.")


def announced(scope: dict[str, Any]) -> int:
    """The body's length as its head says; 0 where it says nothing that can be read."""
    found = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(found) if found.isdigit() else 0


class Body:
    """What is left to come of one request."""

    def __init__(self, receive: Any, seconds: float) -> None:
        self._receive = receive
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._is_complete = False
        self._arrived = 0

    async def receive(self) -> Any:
        """As the server's; raises TooSlow and TooMuch."""
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._deadline += len(message.get("body", b"")) / BYTES_PER_SECOND
        self._arrived += len(message.get("body", b""))
        if self._arrived > LARGEST_BODY:
            raise TooMuch
        self._is_complete = not message.get("more_body", False)
        return message
