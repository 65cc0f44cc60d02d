"""Hypercorn."""

import asyncio
import logging
import os

import hypercorn.asyncio
from hypercorn.config import Config

from chatsite.serving import BACKLOG, FRAME_CAP, GRACE, SIGNALS, Served


def serve(served: Served) -> None:
    """Serve until a signal comes."""
    asyncio.run(_serve(served))


async def _serve(served: Served) -> None:
    config = Config()
    # Hypercorn owns and closes the descriptor that it is given.
    config.bind = [f"fd://{os.dup(served.listener.fileno())}"]
    config.backlog = BACKLOG
    config.websocket_max_message_size = FRAME_CAP
    config.websocket_ping_interval = None  # the application's own ping decides
    config.graceful_timeout = GRACE
    config.include_server_header = False
    config.errorlog = logging.getLogger("hypercorn.error")
    config.loglevel = "WARNING"
    stopped = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)

    async def until_drained() -> None:
        await stopped.wait()
        served.listener.close()
        await served.drain()

    await hypercorn.asyncio.serve(served.application, config, shutdown_trigger=until_drained)
