"""One server with an application that does with its transport what it is told: `python -m tests.serving.echo`.

Arguments: server, port, and the files of a certificate and its key where it is to speak TLS. Over the socket come
JSON commands: {"do": "write", "text"}, {"do": "flood", "text", "times"}, {"do": "plain", "text"},
{"do": "close", "code"}, {"do": "abort"}. The first frame out says whether ready frames were offered.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import Any

from chat.socket.frames import NOTHING, frame_of
from chat.socket.transports import EXTENSION, Transport
from chatsite.serving import Served


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    transport: Transport | None = (scope.get("extensions") or {}).get(EXTENSION)
    await send({"type": "websocket.send", "text": json.dumps(transport is not None)})
    while (event := await receive())["type"] == "websocket.receive" and transport:
        command = json.loads(event["text"])
        if command["do"] == "plain":
            await send({"type": "websocket.send", "text": command["text"]})
        else:
            act(transport, command)
    if transport:
        # The peer has gone: nothing of this may raise.
        transport.write(frame_of("too late"))
        transport.write(NOTHING)
        transport.close(4000)
        transport.abort()


def act(transport: Transport, command: dict[str, Any]) -> None:
    match command["do"]:
        case "write":
            transport.write(frame_of(command["text"]))
        case "flood":
            frame = frame_of(command["text"])
            pending = max(transport.write(frame) for _each in range(command["times"]))
            # Behind a full buffer a close waits: what was pending then is told to whoever reads the log.
            print(f"pending {pending}", flush=True)
        case "close":
            transport.close(command["code"])
            transport.write(frame_of("behind the close"))
        case "abort":
            transport.abort()


async def drain() -> None:
    """Nobody to say goodbye to."""


def main(server: str, port: str, certificate: str = "", key: str = "") -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own = server == "daphne" and bool(key)  # Twisted's TLS endpoint binds by itself
    listener.bind(("127.0.0.1", 0 if own else int(port)))
    listener.listen()
    listener.setblocking(False)
    served = Served(application, listener, drain)
    if server == "daphne":
        from chatsite.serving.daphne import DrainingServer

        daphne = DrainingServer(served)
        if own:
            daphne.endpoints = [f"ssl:{port}:privateKey={key}:certKey={certificate}:interface=127.0.0.1"]
        daphne.run()
    else:
        from chatsite.serving import uvicorn as ours

        config = ours.config_of(served)
        config.ssl_certfile, config.ssl_keyfile = certificate or None, key or None
        ours.DrainingServer(config, served).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
