"""A person's tab without a browser: one WebSocket that answers pings, keeps every frame, and asks by ref."""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.services import PATIENCE

Frame = dict[str, Any]


class Refused(Exception):
    """The server answered with an error; `frame` is its answer."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame['code']}: {frame['detail']}")
        self.frame = frame
        self.code = frame["code"]


class Tab:
    """`frames`: everything that came, in order. Use as an async context manager."""

    def __init__(
        self, origin: str, cookie: str, *, echo: bool = True, headers: dict[str, str] | None = None
    ) -> None:
        self.origin = origin
        self.cookie = cookie
        self.echo = echo
        self.headers = headers or {}
        self.frames: list[Frame] = []
        self.closed: tuple[int | None, str] | None = None
        self._refs = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._changed = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        await self.until(lambda: self.closed is not None or bool(self.of("hello")))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        self._socket = await connect(
            self.origin.replace("http", "ws", 1) + "/ws/",
            additional_headers={"Cookie": self.cookie, **self.headers},
            origin=self.origin,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
        )
        self._reading = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()
        if self._reading:
            with suppress(asyncio.CancelledError):
                await self._reading

    def cut(self) -> None:
        """As when the network goes: no close frame."""
        assert self._socket
        self._socket.transport.abort()

    async def send_raw(self, data: str | bytes) -> None:
        assert self._socket
        with suppress(ConnectionClosed):
            await self._socket.send(data)

    async def send(self, type_: str, **payload: Any) -> None:
        await self.send_raw(json.dumps({"type": type_, **payload}))

    async def ask(self, type_: str, **payload: Any) -> Frame:
        """The answer; raises Refused for an error, ConnectionError if the socket ends first."""
        ref = str(next(self._refs))
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[ref] = answer
        await self.send(type_, ref=ref, **payload)
        frame = await asyncio.wait_for(answer, PATIENCE)
        if frame["type"] == "error":
            raise Refused(frame)
        return frame

    async def say(self, room: int, text: str, *, client_id: str | None = None, **more: Any) -> Frame:
        """Sends a message; returns {id, seq}."""
        answer = await self.ask(
            "message.send", room=room, text=text, client_id=client_id or str(uuid.uuid4()), **more
        )
        message: Frame = answer["message"]
        return message

    async def _read(self) -> None:
        assert self._socket
        try:
            async for data in self._socket:
                await self._take(json.loads(data))
        except ConnectionClosed:
            pass
        self.closed = (self._socket.close_code, self._socket.close_reason or "")
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError(f"closed with {self.closed[0]}"))
        self._changed.set()

    async def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["type"] == "ping" and self.echo:
            await self.send("pong", nonce=frame["nonce"])
        answer = self._answers.pop(frame.get("ref", ""), None)
        if answer and not answer.done():
            answer.set_result(frame)
        self._changed.set()

    def of(self, *types: str) -> list[Frame]:
        """The frames of these types so far."""
        return [frame for frame in self.frames if frame["type"] in types]

    def changes(self, room: int) -> list[Frame]:
        """Every durable change of a room that came, batches unpacked, in the order of arrival."""
        found: list[Frame] = []
        for frame in self.frames:
            if frame.get("room") != room:
                continue
            if frame["type"] == "room.batch":
                found.extend(frame["events"])
            elif "message" in frame and "seq" in frame:
                found.append(frame)
        return found

    async def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Waits for a condition over what has come. Raises TimeoutError with the last frames."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while not holds():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, end - loop.time()))
            except TimeoutError:
                kinds = [(frame["type"], frame.get("seq")) for frame in self.frames[-12:]]
                raise TimeoutError(f"waited in vain; closed={self.closed}; last frames: {kinds}") from None

    async def until_said(self, room: int, text: str, patience: float = PATIENCE) -> Frame:
        """The event that brought this text."""
        await self.until(lambda: any(text in event.get("html", "") for event in self.changes(room)), patience)
        return next(event for event in self.changes(room) if text in event.get("html", ""))
