"""A name server, foreign web servers and a canary, all real, on this machine: what attackers stand behind."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from chat.previews.fetching import Network
from chat.previews.rules import is_public

A, AAAA = 1, 28
Records = dict[str, Callable[[int], list[str]]]


class NameServer(socketserver.ThreadingUDPServer):
    """Answers A and AAAA. `records`: name → the addresses at the n-th question, counted from 0."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Question)
        self.records: Records = {}
        self.asked: list[str] = []

    def addresses(self, name: str) -> list[str]:
        number = self.asked.count(name)
        self.asked.append(name)
        found = self.records.get(name)
        return found(number // 2) if found else []

    def resolve(self, host: str, _port: int) -> list[str]:
        """As the system's resolver would, by this server: a real question for each kind of address."""
        return [*self._ask(host, A), *self._ask(host, AAAA)]

    def _ask(self, host: str, kind: int) -> list[str]:
        labels = b"".join(bytes([len(one)]) + one.encode() for one in host.split(".")) + b"\0"
        question = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", kind, 1)
        with socket.socket(type=socket.SOCK_DGRAM) as asking:
            asking.settimeout(5)
            asking.sendto(question, self.server_address)
            answer = asking.recv(4096)
        found, at = [], len(question)
        for _record in range(struct.unpack("!H", answer[6:8])[0]):
            length = struct.unpack("!H", answer[at + 10 : at + 12])[0]
            found.append(str(ipaddress.ip_address(answer[at + 12 : at + 12 + length])))
            at += 12 + length
        return found


class _Question(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, asking = self.request
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        kind = struct.unpack("!H", data[at + 1 : at + 3])[0]
        version = 4 if kind == A else 6
        parsed = [ipaddress.ip_address(one) for one in self.server.addresses(".".join(labels))]
        records = [one.packed for one in parsed if one.version == version]
        answer = data[:2] + struct.pack("!HHHHH", 0x8180, 1, len(records), 0, 0) + data[12 : at + 5]
        for packed in records:
            answer += struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(packed)) + packed
        asking.sendto(answer, self.client_address)


Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class WebServer(http.server.ThreadingHTTPServer):
    """`pages`: path → what answers it. `hits`: every path that was asked for; `heads`: with which headers."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), _Request)
        self.pages: dict[str, Answer] = {}
        self.hits: list[str] = []
        self.heads: list[dict[str, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Request(http.server.BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.server.hits.append(self.path)
        self.server.heads.append(dict(self.headers))
        try:
            if answer := self.server.pages.get(self.path):
                answer(self)
            else:
                self.send_error(404)
        except OSError:
            self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Nobody reads it."""


def says(body: bytes, media_type: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", media_type)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def moves(to: str) -> Answer:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", to)
        request.end_headers()

    return answer


@dataclass
class Abroad:
    """`web` stands for the internet; nobody may ever reach `canary`, which listens on the same port."""

    names: NameServer
    web: WebServer
    canary: WebServer = field(repr=False)

    OUTSIDE = "127.0.0.9"
    INSIDE = "127.0.0.1"

    def network(self) -> Network:
        """The guard as it is, but that one address of this machine stands for the internet, and its port for 80."""
        return Network(
            resolve=self.names.resolve,
            may_reach=lambda address: is_public(address) or address == self.OUTSIDE,
            connect=lambda place, seconds: socket.create_connection((place[0], self.web.port), seconds),
            own_hosts={"chat.example.org"},
        )

    def url(self, path: str = "/", host: str = "news") -> str:
        return f"http://{host}.example.org{path}"

    def name(self, **names: list[str]) -> None:
        """Names under example.org, and all their addresses."""
        for name, addresses in names.items():
            self.names.records[f"{name}.example.org"] = lambda _number, found=addresses: found  # type: ignore[misc]

    def forget(self) -> None:
        """As new, but for its ports."""
        self.names.records.clear()
        self.names.asked.clear()
        for server in (self.web, self.canary):
            server.pages.clear()
            server.hits.clear()
            server.heads.clear()


class _Canary(WebServer):
    def __init__(self, address: str, port: int) -> None:
        http.server.ThreadingHTTPServer.__init__(self, (address, port), _Request)
        self.pages, self.hits, self.heads = {}, [], []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.hits.append("connected")
        super().process_request(request, client_address)


@contextmanager
def abroad() -> Iterator[Abroad]:
    names, web = NameServer(), WebServer(Abroad.OUTSIDE)
    canary = _Canary(Abroad.INSIDE, web.port)
    with ExitStack() as stack:
        for server in (names, web, canary):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield Abroad(names, web, canary)
