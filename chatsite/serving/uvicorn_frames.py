"""Ready frames for Uvicorn: handed to the connection's transport as they are."""

from __future__ import annotations

import contextlib

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request
from websockets.protocol import State

from chat.socket.transports import EXTENSION
from chatsite.serving.frame_meter import FrameMeter

UNREADABLE = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class FramesProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol of one socket, which is also the Transport that the application is offered."""

    _is_ending = False
    _meter: FrameMeter | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # A handshake that cannot be read, as one with a body. Uvicorn would leave it without an answer.
            self.transport.write(UNREADABLE)
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        # Uvicorn closes too, but first logs a traceback for what any client may send.
        self.frames = [b"".join(self.frames)]
        if self.curr_msg_data_type == "text" and not _is_utf8(self.frames[0]):
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_cont(self, event: Frame) -> None:
        if not self._is_too_much():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if not self._is_too_much():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if not self._is_too_much():
            super().handle_pong(event)

    def _is_too_much(self) -> bool:
        """Counts what costs work and no bytes; above the measure the connection is dropped."""
        self._meter = self._meter or FrameMeter()
        if self._meter.is_over():
            self.transport.abort()
            return True
        return False

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


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
