"""The ASGI application: Daphne, Uvicorn, Hypercorn or any other ASGI server can serve it."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)

from chatsite.single import refuse_second_server  # noqa: E402

refuse_second_server()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from chat.socket.auth import SessionAuthStack  # noqa: E402
from chat.socket.consumer import ChatConsumer  # noqa: E402
from chat.socket.origin import OriginCheck  # noqa: E402
from chat.socket.runtime import runtime  # noqa: E402
from chat.wire.publisher import publisher  # noqa: E402
from chatsite.lanes import LaneHandler  # noqa: E402

# Between the first and the last goodbye at a restart, so that browsers do not all return in one instant.
GOODBYE_SECONDS = 2.0

router = ProtocolTypeRouter(
    {
        "http": LaneHandler(),
        "websocket": OriginCheck(SessionAuthStack(URLRouter([path("ws/", ChatConsumer.as_asgi())]))),
    }
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
    """Tells every open browser that the server restarts, spread over a moment; they come back by themselves."""
    outlets = runtime().hub.outlets()
    for outlet in outlets:
        outlet.close(4012, "restarting")
        await asyncio.sleep(GOODBYE_SECONDS / len(outlets))
