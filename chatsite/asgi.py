"""The ASGI application: Daphne, Uvicorn, Hypercorn or any other ASGI server can serve it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)

from chatsite.single import refuse_second_server  # noqa: E402

refuse_second_server()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from chat.socket.consumer import ChatConsumer  # noqa: E402
from chat.socket.origin import OriginCheck  # noqa: E402
from chat.socket.runtime import runtime  # noqa: E402
from chat.wire.publisher import publisher  # noqa: E402
from chatsite.lanes import LaneHandler  # noqa: E402
from chatsite.patience import Patience  # noqa: E402
from chatsite.stopping import Doorkeeper  # noqa: E402

# For the requests that run when the server is stopped; the servers themselves add a moment to it.
FINISH_SECONDS = 18.0

http = Doorkeeper(Patience(LaneHandler()))
router = ProtocolTypeRouter(
    {"http": http, "websocket": OriginCheck(URLRouter([path("ws/", ChatConsumer.as_asgi())]))}
)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Everything announced in this process travels on the loop that serves its first connection."""
    if scope["type"] == "lifespan":
        return await _live(receive, send)
    publisher.start()
    try:
        await router(scope, receive, send)
    except ValueError as error:
        # Unknown paths of sockets: the router raises where HTTP would answer 404.
        if scope["type"] != "websocket" or "No route" not in str(error):
            raise
        await send({"type": "websocket.close"})
    return None


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def drain() -> None:
    """Finishes what runs and tells every open browser that the server restarts; they come back by themselves."""
    http.leave()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS):
            await runtime().door.see_out()
            await http.finish()
    http.shut()


def hurry() -> None:
    """Somebody waits for the end of `drain`: it waits for nothing more."""
    runtime().door.hurry()
