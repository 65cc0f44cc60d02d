"""Requests for Daphne, which reads them whole before anybody is asked, however slowly they come and however much it is,
and which takes answers without asking whether the peer does.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.http_protocol import WebRequest
from django.conf import settings
from twisted.web.http import HTTPChannel

from chatsite.patience import BYTES_PER_SECOND, LARGEST_BODY

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Flow:
    """Twisted's push producer: hears when the peer's system takes no more, and when it does again."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def pauseProducing(self) -> None:
        self._open.clear()

    def resumeProducing(self) -> None:
        self._open.set()

    stopProducing = resumeProducing

    async def wait(self) -> None:
        await self._open.wait()


class CarefulRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A body has a largest size; an answer in parts waits for its peer."""

    _arrived = 0
    _flow: Flow | None = None

    def handleContentChunk(self, data: bytes) -> None:
        self._arrived += len(data)
        if self._arrived > LARGEST_BODY:
            self.channel.refuse()
        else:
            super().handleContentChunk(data)

    async def may_go_on(self) -> None:
        """Returns once the peer has taken enough of what was written."""
        if self.finished or self.channel is None:
            return
        if self._flow is None:
            self._flow = Flow()
            self.registerProducer(self._flow, True)
        await self._flow.wait()

    def finish(self) -> None:
        if self._flow is not None and self.channel is not None:
            self.unregisterProducer()
        super().finish()


class CarefulChannel(HTTPChannel):
    """Twisted's timer begins anew with every byte; this one only with as many as an honest client brings."""

    _arrived = 0
    _refused = False

    def connectionMade(self) -> None:
        self.timeOut: Any = settings.CHAT.request_seconds
        self.requestFactory = CarefulRequest  # daphne's factory has set its own
        super().connectionMade()  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> Any:
        if self._refused:
            return None
        self._arrived += len(data)
        if self._arrived >= self.timeOut * BYTES_PER_SECOND:
            self._arrived = 0
            super().resetTimeout()  # type: ignore[no-untyped-call]
        return super().dataReceived(data)  # type: ignore[no-untyped-call]

    def resetTimeout(self) -> None:
        """Called by Twisted for every chunk."""

    def allHeadersReceived(self) -> None:
        super().allHeadersReceived()  # type: ignore[no-untyped-call]
        if (self.length or 0) > LARGEST_BODY:
            self.refuse()

    def refuse(self) -> None:
        """Nothing more is read of a body that nobody wants."""
        if not self._refused and self.transport:
            self._refused = True
            self.writeSequence([TOO_LARGE])  # type: ignore[no-untyped-call]
            self.loseConnection()  # type: ignore[no-untyped-call]
