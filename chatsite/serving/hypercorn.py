"""Hypercorn."""

import asyncio
import errno
import logging
from functools import partial
from typing import Any

from django.conf import settings
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import LifespanState
from hypercorn.utils import wrap_app

from chatsite.serving import BACKLOG, FRAME_CAP, GRACE, HEAD_CAP, SIGNALS, Served
from chatsite.serving.hypercorn_wire import Connection

ACCEPTS_AT_ONCE = 16
COMPLAIN_EVERY = 10.0  # seconds


class Complaints:
    """As asyncio's handler of exceptions, with one line in a while for files that ran out."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
            loop.default_exception_handler(context)
        elif loop.time() > self._quiet_until:
            self._quiet_until = loop.time() + COMPLAIN_EVERY
            logging.getLogger("hypercorn.error").warning("No connection can be accepted: %s.", error.strerror)


def serve(served: Served) -> None:
    """Serve until a signal comes."""
    asyncio.run(_serve(served))


def config_of() -> Config:
    """How Hypercorn is to serve it."""
    config = Config()
    config.h11_max_incomplete_size = HEAD_CAP
    config.websocket_max_message_size = FRAME_CAP
    config.websocket_ping_interval = None  # the application's own ping decides
    config.keep_alive_timeout = settings.CHAT.request_seconds  # also for a head that does not come
    config.include_server_header = False
    config.errorlog = logging.getLogger("hypercorn.error")
    config.loglevel = "WARNING"
    return config


async def _serve(served: Served) -> None:
    """As hypercorn's worker, with connections of ours; the application needs no lifespan."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    context = WorkerContext(None)
    application = wrap_app(served.application, 0, "asgi")
    state: LifespanState = {}
    connect = partial(Connection, application, loop, config_of(), context, state)
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = loop.create_task(connect(reader, writer).run())
        connections.add(task)
        task.add_done_callback(connections.discard)

    # asyncio accepts that many in one go, and where files run out it complains that many times.
    server = await asyncio.start_server(accept, sock=served.listener, backlog=ACCEPTS_AT_ONCE)
    served.listener.listen(BACKLOG)
    loop.set_exception_handler(Complaints())
    await stopped.wait()
    server.close()
    await served.drain()
    await context.terminated.set()
    if connections:
        await asyncio.wait(connections, timeout=GRACE)
