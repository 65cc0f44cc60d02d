"""Uvicorn."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from types import FrameType

import uvicorn

from chatsite.serving import BACKLOG, FRAME_CAP, GRACE, SIGNALS, Served
from chatsite.serving.uvicorn_frames import FramesProtocol
from chatsite.serving.uvicorn_http import CarefulHttp


class DrainingServer(uvicorn.Server):
    """Says goodbye to browsers before Uvicorn cuts their sockets, and ends with exit code 0."""

    def __init__(self, config: uvicorn.Config, served: Served) -> None:
        super().__init__(config)
        self._served = served

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._served.drain()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The stock one raises the signal again after a clean stop, which ends the process with its number.
        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        for number in SIGNALS:
            signal.signal(number, stop)
        yield


def config_of(served: Served) -> uvicorn.Config:
    """How Uvicorn is to serve it."""
    return uvicorn.Config(
        served.application,
        backlog=BACKLOG,
        http=CarefulHttp,
        ws=FramesProtocol,
        ws_max_size=FRAME_CAP,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the application's own ping decides
        ws_ping_timeout=None,
        proxy_headers=False,  # TRUSTED_PROXY_COUNT decides, the same way for every server
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
    )


def serve(served: Served) -> None:
    """Serve until a signal comes."""
    DrainingServer(config_of(served), served).run(sockets=[served.listener])
