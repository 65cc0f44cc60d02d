"""Ready frames for Uvicorn: handed to the connection's transport as they are."""

from __future__ import annotations

import contextlib

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from chat.socket.transports import EXTENSION


class FramesProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol of one socket, which is also the Transport that the application is offered."""

    _is_ending = False

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]

    def write(self, frame: bytes, /) -> int:
        """Writes whole frames; the bytes that still wait in this process."""
        transport = self.transport
        # What is written behind a Close frame breaks the protocol.
        if frame and (
            self.handshake_complete
            and not self._is_ending
            and not self.close_sent
            and not self.disconnected
            and not transport.is_closing()
            and self.conn.state is State.OPEN
        ):
            transport.write(frame)
        return transport.get_write_buffer_size()

    def close(self, code: int, /) -> None:
        """Begins the closing handshake, behind all that was written."""
        self._is_ending = True
        task = self.loop.create_task(self._close(code))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _close(self, code: int) -> None:
        # The peer may have been quicker; it may also take nothing, and then this waits until `abort`.
        with contextlib.suppress(ClientDisconnected, RuntimeError):
            await self.send({"type": "websocket.close", "code": code, "reason": ""})

    def abort(self) -> None:
        """Drops the connection with all that is pending."""
        self.transport.abort()
