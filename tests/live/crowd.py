"""Many browsers in one process: sockets that cost little here, so that the server is what is measured.

Each keeps its place in one room, comes back as docs/protocol.md asks, and fills its gap.
"""

from __future__ import annotations

import asyncio
import json
import random
import struct
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.attackers.raw import CLOSE, TEXT, frame, handshake, split_frame

FIRST_RETRY = 2.0
RETRY_BASE, RETRY_CAP = 1.0, 30.0


class Wire(asyncio.Protocol):
    """One connection of a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.came = b""
        self.is_open = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(handshake(self.visitor.origin, {"Cookie": self.visitor.cookie}))

    def data_received(self, data: bytes) -> None:
        self.came += data
        if not self.is_open:
            head, found, rest = self.came.partition(b"\r\n\r\n")
            if not found:
                return
            self.is_open, self.came = b" 101 " in head, rest
        while (one := split_frame(self.came)) is not None:
            opcode, payload, self.came = one
            if opcode == TEXT:
                self.visitor.hear(json.loads(payload))
            elif opcode == CLOSE:
                self.visitor.codes.append(struct.unpack("!H", payload[:2])[0])
                self.send(CLOSE, payload)

    def send(self, opcode: int, payload: bytes) -> None:
        if self.transport and not self.transport.is_closing():
            self.transport.write(frame(opcode, payload))

    def connection_lost(self, error: Exception | None) -> None:
        self.visitor.lost()


@dataclass(eq=False)
class Visitor:
    """One browser tab. `seen`: the numbers of the room's messages; `tries`: connections since it was cut."""

    origin: str
    cookie: str
    room: int
    cursor: int | None = None
    seen: set[int] = field(default_factory=set)
    codes: list[int] = field(default_factory=list)
    tries: int = 0
    back: asyncio.Event = field(default_factory=asyncio.Event)
    back_at: float = 0.0
    wire: Wire | None = None
    stopped: bool = False
    _not_before: float = 0.0

    async def connect(self) -> None:
        self.tries += 1
        address = urlsplit(self.origin)
        loop = asyncio.get_running_loop()
        self.wire = Wire(self)
        try:
            await loop.create_connection(
                lambda: self.wire or Wire(self), str(address.hostname), address.port or 80
            )
        except OSError:
            self.lost()

    def cut(self) -> None:
        """As when the network goes, and comes back."""
        self.back.clear()
        self.tries = 0
        self.codes.clear()
        if self.wire and self.wire.transport:
            self.wire.transport.abort()

    def lost(self) -> None:
        self.wire = None
        self.back.clear()
        if not self.stopped:
            loop = asyncio.get_running_loop()
            wait = max(self._back_off(), self._not_before - loop.time())
            loop.call_later(wait, lambda: loop.create_task(self.connect()))

    def stop(self) -> None:
        self.stopped = True
        if self.wire and self.wire.transport:
            self.wire.transport.abort()

    def _back_off(self) -> float:
        if self.tries == 0:
            return random.random() * FIRST_RETRY
        return min(RETRY_CAP, RETRY_BASE * 2.0 ** (self.tries - 1)) * random.uniform(0.5, 1.0)

    def hear(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "ping":
            self.say("pong", nonce=event["nonce"])
        elif kind == "hello":
            head = next(row[1] for row in event["rooms"] if row[0] == self.room)
            self.cursor = head if self.cursor is None else self.cursor
            self.say("room.open", ref="open", room=self.room, after=self.cursor)
        elif kind == "bye":
            self._not_before = asyncio.get_running_loop().time() + event.get("retry_after", 0.0)
        elif event.get("room") == self.room:
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        for one in [*event.get("items", ()), *event.get("events", ()), event]:
            if "message" in one:
                self._saw(one["message"]["changed_seq"])
        if event.get("complete"):
            self._saw(event["upto"])
            self.back_at = asyncio.get_running_loop().time()
            self.back.set()

    def _saw(self, number: int) -> None:
        self.seen.add(number)
        self.cursor = max(self.cursor or 0, number)

    def say(self, kind: str, **payload: Any) -> None:
        if self.wire:
            self.wire.send(TEXT, json.dumps({"type": kind, **payload}).encode())
