"""Ready frames for Daphne: written at once, straight to the socket, where nothing stands in the way.

Twisted's own `write` queues, then registers and unregisters the socket with the event loop: two more system calls for
each frame. The socket itself is asked here, while nothing waits, and only on plain TCP.
"""

from __future__ import annotations

from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

from chatsite.serving.frame_meter import FrameMeter


class FramesProtocol(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """Daphne's protocol of one socket, which is also the Transport that the application is offered."""

    def __init__(self) -> None:
        super().__init__()
        self._meter = FrameMeter()

    def onConnect(self, request: Any) -> Any:
        # We speak none, and daphne logs a traceback for one that is not ASCII.
        request.headers.pop("sec-websocket-protocol", None)
        return super().onConnect(request)

    def onFrameBegin(self) -> None:
        """Counts every frame, also the empty ones that no size limits."""
        if self._meter.is_over():
            self.dropConnection(abort=True)
        else:
            super().onFrameBegin()

    def write(self, frame: bytes, /) -> int:
        """Writes whole frames; the bytes that still wait in this process."""
        if self.state != self.STATE_OPEN:
            return self._pending()
        if frame and self._may_write_at_once():
            try:
                written = self.transport.socket.send(frame)
            except (BlockingIOError, InterruptedError):
                written = 0
            except OSError:
                self.transport.abortConnection()
                return 0
            if written == len(frame):
                return 0
            frame = frame[written:]
        if frame:
            self.sendData(frame)
        return self._pending()

    def _may_write_at_once(self) -> bool:
        transport = self.transport
        return bool(
            # Through a TLS wrapper the same socket would carry clear text.
            isinstance(transport, tcp.Connection)
            and not transport.TLS
            and transport.connected
            and not transport.disconnecting
            and self.send_state == self.SEND_STATE_GROUND
            and not self.send_queue
            and not transport._tempDataLen
            and not transport.dataBuffer
        )

    def _pending(self) -> int:
        """What Twisted has not handed to the system. A TLS wrapper passes the question on to its socket."""
        transport: Any = self.transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def close(self, code: int, /) -> None:
        """Begins the closing handshake, behind all that was written."""
        if self.state == self.STATE_OPEN:
            self.sendClose(code=code)

    def abort(self) -> None:
        """Drops the connection with all that is pending."""
        if self.transport.connected:
            self.transport.abortConnection()
