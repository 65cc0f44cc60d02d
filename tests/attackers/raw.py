"""A client that keeps no rules: bytes as they are wanted on the wire, and what the server makes of them."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.live.town import Town
from tests.services import PATIENCE

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x00\x00\x00\x00"  # leaves the payload as it is


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True
) -> bytes:
    """One frame of a client; `reserved`: the three bits behind FIN."""
    return header(opcode, len(payload), fin=fin, reserved=reserved, masked=masked) + payload


def header(opcode: int, length: int, *, fin: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """A frame without its payload; `length` may promise what never comes."""
    first = (fin << 7) | (reserved << 4) | opcode
    if length < 126:
        size = struct.pack("!BB", first, (masked << 7) | length)
    elif length < 1 << 16:
        size = struct.pack("!BBH", first, (masked << 7) | 126, length)
    else:
        size = struct.pack("!BBQ", first, (masked << 7) | 127, length)
    return size + (MASK if masked else b"")


def close_frame(code: int | None, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


@dataclass
class Outcome:
    """All that came: the frames, the close code (1006: none was sent), the seconds until the end."""

    frames: list[tuple[int, bytes]] = field(default_factory=list)
    code: int = 1006
    took: float = 0.0

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for opcode, payload in self.frames if opcode == TEXT]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]


class Raw:
    """One TCP connection. Use as a context manager."""

    def __init__(self, origin: str, *, buffer: int = 0) -> None:
        self.origin = origin
        host, port = origin.removeprefix("http://").split(":")
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((host, int(port)))
        self.came = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Whether the server still took it."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def open(self, town: Town | None = None, name: str = "bob", **headers: str) -> Self:
        """Become a WebSocket; as nobody without a town."""
        cookie = {"Cookie": town.people[name]["cookie"]} if town else {}
        self.send(handshake(self.origin, {**cookie, **headers}))
        status, _head = self.answer()
        assert status == 101, status
        return self

    def answer(self) -> tuple[int, bytes]:
        """Status and head of an HTTP answer; 0 where the connection ended without one."""
        while b"\r\n\r\n" not in self.came:
            if not self._receive():
                return 0, self.came
        head, _, self.came = self.came.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), head

    def _receive(self) -> bool:
        try:
            more = self.socket.recv(65_536)
        except TimeoutError:
            raise TimeoutError(f"the server kept the connection open; came: {self.came[:200]!r}") from None
        except OSError:
            return False
        self.came += more
        return bool(more)

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """What the server sends, one frame after the other, until it ends the connection. Pings are answered."""
        while True:
            while (found := split_frame(self.came)) is None:
                if not self._receive():
                    return
            opcode, payload, self.came = found
            if opcode == TEXT and payload.startswith(b'{"type":"ping"'):
                self.ask("pong", nonce=json.loads(payload)["nonce"])
            yield opcode, payload

    def until(self, *kinds: str) -> dict[str, Any]:
        """The next event of one of these types."""
        deadline = time.monotonic() + PATIENCE
        for opcode, payload in self.frames():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited in vain for {kinds}")
            if opcode == TEXT and (event := json.loads(payload))["type"] in kinds:
                found: dict[str, Any] = event
                return found
        raise ConnectionError(f"ended before {kinds}")

    def ask(self, kind: str, **payload: Any) -> None:
        self.send(frame(TEXT, json.dumps({"type": kind, "ref": "1", **payload}).encode()))

    def end(self) -> Outcome:
        """Reads until the server ends the connection, answering its close as a browser does."""
        outcome, began = Outcome(), time.monotonic()
        for opcode, payload in self.frames():
            outcome.frames.append((opcode, payload))
            if opcode == CLOSE:
                outcome.code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                self.send(frame(CLOSE, payload))
        outcome.took = time.monotonic() - began
        return outcome


def split_frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Opcode, payload, and what follows; None while it is not all there. Servers do not mask."""
    if len(data) < 2:
        return None
    length, start = data[1] & 127, 2
    if length >= 126:
        width = 2 if length == 126 else 8
        if len(data) < 2 + width:
            return None
        length, start = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
    if len(data) < start + length:
        return None
    return data[0] & 15, data[start : start + length], data[start + length :]


def handshake(origin: str, headers: Mapping[str, str] = {}, *, path: str = "/ws/") -> bytes:  # read only
    """The opening of a WebSocket; an empty value leaves a header out."""
    lines = {
        "Host": origin.removeprefix("http://"),
        "Origin": origin,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1")
