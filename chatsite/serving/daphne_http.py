"""Requests for Daphne, which reads them whole before anybody is asked, however slowly they come."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from twisted.web.http import HTTPChannel

from chatsite.patience import BYTES_PER_SECOND


class CarefulChannel(HTTPChannel):
    """Twisted's timer begins anew with every byte; this one only with as many as an honest client brings."""

    _arrived = 0

    def connectionMade(self) -> None:
        self.timeOut: Any = settings.CHAT.request_seconds
        super().connectionMade()  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> Any:
        self._arrived += len(data)
        if self._arrived >= self.timeOut * BYTES_PER_SECOND:
            self._arrived = 0
            super().resetTimeout()  # type: ignore[no-untyped-call]
        return super().dataReceived(data)  # type: ignore[no-untyped-call]

    def resetTimeout(self) -> None:
        """Called by Twisted for every chunk."""
