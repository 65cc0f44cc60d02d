"""A server whose application says back what it hears: `python -m tests.attackers.parrot SERVER stock|ours PORT`.

Stock: the server as its own package starts it. Ours: as `bin/run` does. Frame caps are the same.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import socket
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from chatsite.serving import BACKLOG, FRAME_CAP, Served


async def parrot(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        kind = "bytes" if event.get("text") is None else "text"
        await send({"type": "websocket.send", kind: event[kind]})


async def drain() -> None:
    """Nobody to say goodbye to."""


def serve_ours(server: str, port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    listener.setblocking(False)
    importlib.import_module(f"chatsite.serving.{server}").serve(Served(parrot, listener, drain))


def serve_stock(server: str, port: int) -> None:
    if server == "daphne":
        from daphne.server import Server

        Server(
            parrot,
            endpoints=[f"tcp:port={port}:interface=127.0.0.1"],
            websocket_max_message_size=FRAME_CAP,
            websocket_max_frame_size=FRAME_CAP,
        ).run()
    elif server == "uvicorn":
        import uvicorn

        uvicorn.run(
            parrot,
            port=port,
            ws="websockets-sansio",
            ws_max_size=FRAME_CAP,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="critical",
        )
    else:
        import hypercorn.asyncio
        from hypercorn.config import Config

        config = Config()
        config.bind = [f"127.0.0.1:{port}"]
        config.websocket_max_message_size = FRAME_CAP
        asyncio.run(hypercorn.asyncio.serve(parrot, config))  # type: ignore[arg-type]


if __name__ == "__main__":
    logging.disable()
    {"stock": serve_stock, "ours": serve_ours}[sys.argv[2]](sys.argv[1], int(sys.argv[3]))
