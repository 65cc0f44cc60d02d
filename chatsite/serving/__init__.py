"""One module per ASGI server, each with `serve(served)`: listens, drains on SIGINT and SIGTERM, returns."""

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from socket import socket
from typing import Any

# The application judges frames above 64 KiB itself, with an error that the browser can read; this is the
# server's own cap against what would fill memory first.
FRAME_CAP = 262_144  # bytes
HEAD_CAP = 65_536  # bytes of one request's head
GRACE = 3  # seconds for what still runs after `drain`, which waits longer
BACKLOG = 2048
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Served:
    """What a server module serves: an application on a listening socket, and how it says goodbye."""

    application: Any
    listener: socket
    drain: Callable[[], Awaitable[None]]
