"""Attacks on the way in: handshakes, heads, crowds and origins, on each server."""

from __future__ import annotations

import resource
import time
from typing import Any

import pytest

from tests.attackers.conftest import Besieged
from tests.attackers.raw import KEY, TEXT, Raw, frame, handshake

SOON = 60.0
CROWD = 60
HALF = "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


def is_open(raw: Raw) -> bool:
    raw.socket.setblocking(False)
    try:
        return bool(raw.socket.recv(65_536))
    except BlockingIOError:
        return True
    except OSError:
        return False


def trickle(raw: Raw) -> None:
    raw.socket.setblocking(True)
    raw.send(b"x")


def test_A11_who_brings_a_request_byte_by_byte_is_cut_and_a_crowd_of_them_stops_nobody(
    besieged: Besieged,
) -> None:
    """Heads, bodies and handshakes that do not end; and connections on which nothing comes at all."""
    post = "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nlogin="
    beginnings = [HALF, post, handshake(besieged.origin).decode()[:-40], ""]
    slow = [besieged.raw() for _ in range(CROWD)]
    try:
        for number, raw in enumerate(slow):
            raw.send(beginnings[number % len(beginnings)].encode())
        deadline = time.monotonic() + SOON
        while remaining := [raw for raw in slow if is_open(raw)]:
            assert time.monotonic() < deadline, len(remaining)
            assert besieged.answers_within() < SOON
            for raw in remaining:
                trickle(raw)
            time.sleep(0.1)
    finally:
        for raw in slow:
            raw.socket.close()


def refused(sockets: list[Raw]) -> list[dict[str, Any]]:
    """The goodbyes of those that were not greeted."""
    first = [raw.until("hello", "bye") for raw in sockets]
    byes = [event for event in first if event["type"] == "bye"]
    assert {bye["code"] for bye in byes} == {4029}
    return byes


def test_A12_above_the_limits_of_person_and_process_sockets_are_sent_away_and_others_get_in(
    besieged: Besieged,
) -> None:
    hoard = [besieged.raw().open(besieged.town, "carol") for _ in range(51)]
    try:
        (bye,) = refused(hoard)
        assert bye["retry_after"] > 0
        more = [besieged.raw().open(besieged.town, "bob") for _ in range(40)]
        hoard += more
        byes = refused(more)
        assert len(byes) > 10
        assert min(bye["retry_after"] for bye in byes) > 0
        assert besieged.answers_within() < SOON
    finally:
        for raw in hoard:
            raw.socket.close()


def test_A12_who_takes_every_file_of_the_process_ends_neither_it_nor_the_open_sockets(
    started: Besieged,
) -> None:
    before = resource.prlimit(started.process.pid, resource.RLIMIT_NOFILE)
    log = len(started.town.site.log())
    with started.open("alice") as alice:
        few = started.process.num_fds() + 20
        resource.prlimit(started.process.pid, resource.RLIMIT_NOFILE, (few, before[1]))
        hoard: list[Raw] = []
        try:
            hoard += [started.raw() for _ in range(60)]
            alice.ask("room.open", room=started.town.lounge)
            # A thread that has no connection to the database yet cannot open one now.
            alice.until("ok", "error")
        finally:
            for raw in hoard:
                raw.socket.close()
            resource.prlimit(started.process.pid, resource.RLIMIT_NOFILE, before)
        assert started.answers_within() < SOON
        alice.ask("room.close", room=started.town.lounge)
        alice.until("ok")
    assert started.town.site.log()[log:].count("\n") < 200


@pytest.mark.parametrize(
    "cookie", ["", "sessionid=0123456789abcdef0123456789abcdef", "sessionid=" + "x" * 4_000]
)
def test_A13_who_is_not_signed_in_is_sent_away_without_a_word_of_theirs(
    besieged: Besieged, cookie: str
) -> None:
    with besieged.raw().open(Cookie=cookie) as raw:
        assert raw.end().code == 4401


def test_A14_opening_rooms_in_a_flood_is_bounded_and_the_same_room_counts_once(besieged: Besieged) -> None:
    with besieged.open() as raw:
        for _ in range(40):
            raw.ask("room.open", room=besieged.town.lounge)
            raw.until("ok")
        for room in range(15):
            raw.ask("room.open", room=room)
            assert raw.until("error")["code"] == "not_found"
        raw.send(b"".join(frame(TEXT, b'{"type":"room.open","room":%d}' % room) for room in range(10_000)))
        assert raw.end().code in (4009, 4029, 1006)


SMUGGLED = "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
KEYED = UPGRADE + f"Sec-WebSocket-Key: {KEY}\r\n"
OWN = "Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
UPGRADES = {
    "with a body": f"GET /ws/ HTTP/1.1\r\n{OWN}{KEYED}Content-Length: {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
    "old version": f"GET /ws/ HTTP/1.1\r\n{OWN}{KEYED.replace('13', '12')}\r\n{SMUGGLED}",
    "two upgrades": f"GET /ws/ HTTP/1.1\r\n{OWN}Upgrade: h2c\r\n{KEYED}\r\n{SMUGGLED}",
    "h2c": f"GET /up HTTP/1.1\r\n{OWN}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n",
    "HTTP/2 at once": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "close and upgrade": f"GET /ws/ HTTP/1.1\r\n{OWN}{KEYED.replace(': Upgrade', ': close, Upgrade')}\r\n{SMUGGLED}",
    "by POST": f"POST /ws/ HTTP/1.1\r\n{OWN}{KEYED}Content-Length: 0\r\n\r\n{SMUGGLED}",
    "HTTP/1.0": f"GET /ws/ HTTP/1.0\r\n{OWN}{KEYED}\r\n{SMUGGLED}",
    "no key": f"GET /ws/ HTTP/1.1\r\n{OWN}{UPGRADE}\r\n{SMUGGLED}",
    "short key": f"GET /ws/ HTTP/1.1\r\n{OWN}{UPGRADE}Sec-WebSocket-Key: AAAA\r\n\r\n{SMUGGLED}",
    "another path": f"GET /accounts/ HTTP/1.1\r\n{OWN}{KEYED}\r\n{SMUGGLED}",
}


@pytest.mark.parametrize("name", UPGRADES)
def test_A15_no_upgrade_opens_a_way_around_the_site(besieged: Besieged, name: str) -> None:
    with besieged.raw() as raw:
        raw.send(UPGRADES[name].replace("{port}", raw.origin.rpartition(":")[2]).encode("latin-1"))
        status, head = raw.answer()
        assert status < 500 or status in (501, 505)
        assert b"h2c" not in head
        if status == 101:
            assert b"upgrade: websocket" in head.lower()
            raw.end()
            assert b"ready" not in raw.came


TRICKS = {
    "vertical tab": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x0bX-Forwarded-For: 1.2.3.4\r\n\r\n",
    "file separator": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x1cOrigin: x\r\n\r\n",
    "next line": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x85Origin: x\r\n\r\n",
    "NUL": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
    "two hosts": "GET /rooms/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "two cookies": "GET /rooms/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid=a\r\nCookie: sessionid=b\r\n\r\n",
    "two lengths": "POST /up HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "length and chunks": "POST /up HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": "GET /up HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
    "no name": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\n: x\r\n\r\n",
    "a head of 200 KiB": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "X: " + "a" * 200_000 + "\r\n\r\n",
    "10,000 headers": "GET /up HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "X: a\r\n" * 20_000 + "\r\n",
    "a path of 200 KiB": "GET /" + "a" * 200_000 + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a path that is no text": "GET /\xff\xfe%ff%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("name", TRICKS)
def test_A16_tricks_with_heads_are_refused_or_change_nothing(besieged: Besieged, name: str) -> None:
    before = besieged.memory()
    with besieged.raw() as raw:
        raw.send(TRICKS[name].encode("latin-1"))
        status, _head = raw.answer()
        assert status in {0, 200, 302, 400, 404, 405, 408, 414, 431, 501}
    assert besieged.memory() - before < 24


@pytest.mark.parametrize("protocol", ["ch\xe4t", "a" * 5_000, "x, \x00", ",,,", "chat, chat"])
def test_A16_subprotocols_that_nobody_speaks_harm_nobody(besieged: Besieged, protocol: str) -> None:
    with besieged.raw() as raw:
        raw.send(handshake(raw.origin, {"Sec-WebSocket-Protocol": protocol}))
        status, head = raw.answer()
        assert status in {0, 101, 400}
        assert status == 400 or b"sec-websocket-protocol" not in head.lower()


FOREIGN = [
    "", "null", "http://[", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://127.0.0.1",
    "http://127.0.0.1:{port}.evil.example", "http://127.0.0.1:{port}@evil.example", "http://sub.localhost:{port}",
    "http://evil.example/127.0.0.1:{port}", "file://", "http://127.0.0.1:{port}, http://evil.example", "\xff\xfe",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_A17_a_page_of_another_origin_opens_no_socket(besieged: Besieged, origin: str) -> None:
    with besieged.raw() as raw:
        own = raw.origin.rpartition(":")[2]
        raw.send(handshake(raw.origin, {"Origin": origin.replace("{port}", own), **besieged.cookie("bob")}))
        assert raw.answer()[0] in (400, 403)


def test_A17_of_two_origins_none_counts(besieged: Besieged) -> None:
    with besieged.raw() as raw:
        opening = handshake(raw.origin, besieged.cookie("bob"))
        raw.send(opening.replace(b"Upgrade: ", b"Origin: http://evil.example\r\nUpgrade: ", 1))
        assert raw.answer()[0] in (400, 403)
