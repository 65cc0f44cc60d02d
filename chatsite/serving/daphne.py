"""Daphne."""

import asyncio
import contextlib
import os
from typing import Any

from daphne.server import Server
from twisted.internet import defer, reactor

from chat.socket.transports import EXTENSION
from chatsite.serving import FRAME_CAP, GRACE, SIGNALS, Served
from chatsite.serving.daphne_frames import FramesProtocol
from chatsite.serving.daphne_http import CarefulChannel


class DrainingServer(Server):  # type: ignore[misc]  # daphne has no types
    """Says goodbye to browsers, lets requests under way finish, then stops."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._stopping: asyncio.Task[None] | None = None
        self._ports: list[Any] = []
        super().__init__(
            served.application,
            endpoints=[f"fd:fileno={os.dup(served.listener.fileno())}"],
            signal_handlers=False,
            websocket_timeout=-1,  # the application ends old sockets; daphne's clock jumps with the system's
            # Both are for a storm, in which the first answer takes its time: who is dropped only comes again.
            websocket_connect_timeout=30,
            websocket_handshake_timeout=30,
            ping_interval=60,  # the application's own ping decides
            ping_timeout=60,
            websocket_max_message_size=FRAME_CAP,
            websocket_max_frame_size=FRAME_CAP,
            ready_callable=self._prepare,
            server_name="",
            verbosity=0,
        )

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """As daphne's, which lets any visitor move the site's addresses with a Daphne-Root-Path header."""
        scope["root_path"] = ""
        if isinstance(protocol, FramesProtocol):
            scope["extensions"] = {EXTENSION: protocol}
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """As daphne's, which queues an answer of any size for a peer of any slowness."""
        await super().handle_reply(protocol, message)
        if message["type"] == "http.response.body" and message.get("more_body"):
            await protocol.may_go_on()

    def listen_success(self, port: Any) -> None:
        """Keeps what daphne drops: the port, to stop listening before anybody is sent away."""
        self._ports.append(port)

    def _prepare(self) -> None:
        self.ws_factory.protocol = FramesProtocol
        self.http_factory.protocol = CarefulChannel
        # Autobahn's 1 s resets healthy peers with 300 ms of delay before they read why.
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=10)
        loop = asyncio.get_event_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._begin_stop)

    def _begin_stop(self) -> None:
        if self._stopping is None:
            self._stopping = asyncio.get_event_loop().create_task(self._stop_gently())

    async def _stop_gently(self) -> None:
        self._served.listener.close()
        for port in self._ports:
            port.stopListening()
        with contextlib.suppress(Exception):
            await self._served.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._busy():  # noqa: ASYNC110  # daphne tells nobody that an application ended
                    await asyncio.sleep(0.05)
        self.stop()

    def _busy(self) -> bool:
        running = (details.get("application_instance") for details in self.connections.values())
        return any(instance is not None and not instance.done() for instance in running)

    def kill_all_applications(self) -> Any:
        """As daphne's, which raises KeyError for a connection that has no application yet."""
        running = [details.get("application_instance") for details in self.connections.values()]
        pending = [instance for instance in running if instance is not None and not instance.done()]
        for instance in pending:
            instance.cancel()
        return defer.Deferred.fromFuture(asyncio.gather(*pending, return_exceptions=True))


def serve(served: Served) -> None:
    """Serve until a signal comes."""
    _ = reactor  # installed by daphne.server on its own event loop
    DrainingServer(served).run()
