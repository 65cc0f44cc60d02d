"""Files on real servers: a large one moves the server's memory by little, whoever reads it however slowly."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.servers import SERVERS, Site, running_site

TOKEN = "t" * 32
MEGABYTE = 1_000_000
SIZE = 48 * MEGABYTE
MOST_GROWTH = 50 * MEGABYTE
SLOW_READERS = 5
ENDLESS = 2_000  # parts of 64 KiB
MAKE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import Instance, User
from accounts.names import skeleton
from chat.models import Membership, Room
Instance.objects.create(name="Here")
bob = User.objects.create(handle="bob", handle_skeleton=skeleton("bob"), display_name="Bob")
room = Room.objects.create(kind="open", name="Lounge", created_by=bob)
Membership.objects.create(room=room, user=bob, role="owner")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(bob.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = bob.get_session_auth_hash()
session.save()
print(room.pk, session.session_key)
"""


@dataclass(frozen=True, slots=True)
class Bob:
    """Signed in to a site, member of its one room."""

    site: Site
    room: int
    session: str

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.site.processes[0].port

    @property
    def headers(self) -> dict[str, str]:
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}"
        return {"Cookie": cookie, "Origin": self.site.origin, "X-CSRFToken": TOKEN}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of one request."""
        line = http.client.HTTPConnection(*self.address, timeout=60)
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, self.headers | more)
        answer = line.getresponse()
        status, found = answer.status, answer.read()
        line.close()
        return status, found

    def upload(self, size: int) -> dict[str, Any]:
        """Sends noise of that many bytes in pieces; what the last answer says of it."""
        asked = json.dumps({"room": self.room, "name": "noise.bin", "size": size}).encode()
        facts = json.loads(self.ask("POST", "/uploads/", asked)[1])
        address, piece, offset = f"/uploads/{facts['id']}/", secrets.token_bytes(facts["piece"]), 0
        while offset < size:
            part = piece[: size - offset]
            status, text = self.ask("PATCH", address, part, Upload_Offset=str(offset))
            assert status == 200, text
            offset += len(part)
        while facts["state"] != "ready":
            facts = json.loads(self.ask("GET", address)[1])
        return dict(facts)

    def download(self, path: str) -> int:
        """Reads it all and keeps nothing; its length."""
        line = http.client.HTTPConnection(*self.address, timeout=60)
        line.request("GET", path, headers=self.headers)
        answer = line.getresponse()
        assert answer.status == 200
        length = 0
        while part := answer.read(MEGABYTE):
            length += len(part)
        line.close()
        return length

    def ask_and_not_read(self, path: str) -> socket.socket:
        """A connection whose peer takes next to nothing of the answer."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        line.connect(self.address)
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode())
        return line

    def memory(self) -> int:
        """Bytes that the server has in memory."""
        return int(psutil.Process(self.site.processes[0].pid).memory_info().rss)


@pytest.fixture(scope="module", params=SERVERS)
def bob(request: pytest.FixtureRequest) -> Iterator[Bob]:
    with running_site(server=request.param, LIMITS="off") as site:
        room, session = site.python(MAKE).split()
        yield Bob(site, int(room), session)


def test_a_large_file_passes_through_little_memory(bob: Bob) -> None:
    bob.upload(1000)
    before = bob.memory()
    facts = bob.upload(SIZE)
    uploaded = bob.memory() - before
    with ExitStack() as stack:
        for _each in range(SLOW_READERS):
            stack.enter_context(bob.ask_and_not_read(facts["url"]))
        assert bob.download(facts["url"]) == SIZE
        served = bob.memory() - before
    assert max(uploaded, served) < MOST_GROWTH, (uploaded, served)
    assert "Traceback" not in bob.site.log()


def test_A46_a_body_that_no_door_takes_is_refused_before_it_is_read(bob: Bob) -> None:
    before = bob.memory()
    with socket.create_connection(bob.address, timeout=60) as line:
        line.sendall(b"POST /uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2147483648\r\n\r\n")
        assert b" 413 " in line.recv(1000)
    with (
        socket.create_connection(bob.address, timeout=60) as line,
        pytest.raises(ConnectionError),
    ):
        line.sendall(b"POST /uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _each in range(ENDLESS):
            line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
    assert bob.memory() - before < MOST_GROWTH


def test_a_range_is_served_alike(bob: Bob) -> None:
    facts = bob.upload(200_000)
    status, part = bob.ask("GET", facts["url"], Range="bytes=199990-")
    assert (status, len(part)) == (206, 10)
    assert bob.ask("HEAD", facts["url"]) == (200, b"")
    assert bob.ask("GET", facts["url"], Range="bytes=200000-")[0] == 416
