"""Attacks by frames, on each server: only the attacker's own socket ends, and nothing of it reaches anybody else.

The numbers are those of the list of attacks that docs/security.md is held to.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.attackers.conftest import Besieged
from tests.attackers.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Raw,
    close_frame,
    frame,
    handshake,
    header,
)

CUT = 1006  # the connection ended without a close frame
NOISE = 24.0  # MiB: what a Python process that works gains or gives back by itself
SOON = 60.0  # seconds: generous, since machines differ; without the bound it would be for ever
CAP = 262_144


@contextmanager
def no_memory_is_taken(besieged: Besieged) -> Iterator[None]:
    before = besieged.memory()
    yield
    assert besieged.memory() - before < NOISE


@contextmanager
def nobody_hears(besieged: Besieged) -> Iterator[None]:
    """Alice, who is in the same rooms, is sent nothing on account of what happens inside."""
    with besieged.open("alice") as witness:
        yield
        witness.send(frame(PING, b"all"))
        for opcode, payload in witness.frames():
            if opcode == PONG:
                return
            # The town was settled by another process, which the site may only now have found out.
            assert json.loads(payload)["type"] in {"ping", "presence", "room.joined", "heads"}, payload
    raise ConnectionError("the witness was cut")


def pour(raw: Raw, piece: bytes, most: int) -> int:
    """Sends the same bytes again and again until the server cuts, or `most` bytes; how many it took."""
    taken = 0
    while taken < most and raw.send(piece):
        taken += len(piece)
    return taken


@pytest.mark.parametrize("promised", [2**63 - 1, 2**30, CAP + 1])
def test_A01_a_huge_frame_is_not_waited_for(besieged: Besieged, promised: int) -> None:
    with no_memory_is_taken(besieged), besieged.open() as raw:
        raw.send(header(TEXT, promised))
        pour(raw, b"x" * 65_536, 3 * CAP)
        assert raw.end().code in (1002, 1009, CUT)


def test_A02_a_message_in_endless_pieces_ends_at_the_cap(besieged: Besieged) -> None:
    with no_memory_is_taken(besieged), besieged.open() as raw:
        raw.send(frame(TEXT, b"x", fin=False))
        pour(raw, frame(CONTINUATION, b"x" * 65_536, fin=False), 3 * CAP)
        assert raw.end().code in (1009, CUT)


def test_A03_empty_pieces_without_end_are_cut(besieged: Besieged) -> None:
    with no_memory_is_taken(besieged), besieged.open() as raw:
        raw.send(frame(TEXT, b"{", fin=False))
        million = frame(CONTINUATION, b"", fin=False) * 1_000
        pour(raw, million, 1_000 * len(million))
        assert raw.end().took < SOON


VIOLATIONS = {
    "reserved bit 1": (frame(TEXT, b"{}", reserved=4), {1002}),
    "reserved bits 2 and 3": (frame(TEXT, b"{}", reserved=3), {1002}),
    "reserved opcode": (frame(3, b"x"), {1002}),
    "reserved control opcode": (frame(11, b"x"), {1002}),
    "unmasked": (frame(TEXT, b"{}", masked=False), {1002}),
    "long ping": (frame(PING, b"x" * 126), {1002}),
    "ping in pieces": (frame(PING, b"x", fin=False), {1002}),
    "continuation of nothing": (frame(CONTINUATION, b"x"), {1002}),
    "a message inside another": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), {1002}),
    "close with one byte": (frame(CLOSE, b"x"), {1002}),
    "close with a code for nobody": (close_frame(1005), {1002}),
    "close with a code below all": (close_frame(999), {1002}),
    "close with a reason that is no UTF-8": (close_frame(1000, b"\xff"), {1002, 1007}),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_A04_what_breaks_the_rules_of_frames_ends_the_socket(besieged: Besieged, name: str) -> None:
    broken, codes = VIOLATIONS[name]
    with nobody_hears(besieged), besieged.open() as raw:
        raw.send(broken)
        assert raw.end().code in {*codes, CUT}


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"]
)
def test_A05_text_that_is_no_utf8_ends_the_socket(besieged: Besieged, text: bytes) -> None:
    with besieged.open() as raw:
        raw.send(frame(TEXT, text))
        assert raw.end().code in (1007, CUT)


def test_A05_binary_and_empty_frames_are_answered_and_the_third_ends_the_socket(besieged: Besieged) -> None:
    with besieged.open() as raw:
        for unreadable in (frame(BINARY, b"\x00\xff"), frame(TEXT), frame(BINARY)):
            raw.send(unreadable)
        outcome = raw.end()
        assert [error["code"] for error in outcome.of("error")] == ["invalid"] * 3
        assert outcome.code == 4009


UNREADABLE = [
    '{"type": "typing", "room": NaN}',
    '{"type": "typing", "room": 1e999}',
    '{"a":' * 10_000,
    '{"type": "typing", "room": ' + "9" * 5_000 + "}",
    '{"type": "message.send", "text": "\\ud800"}',
    '{"type": "message.send", "text": "\\u0000"}',
    '["message.send"]',
    '"message.send"',
    "null",
    "[" * 60_000,
    '{"type": "typing", "room": 0x10}',
    "{'type': 'typing'}",
]


def test_A06_what_is_no_json_of_ours_is_answered_twice_and_ends_the_socket_the_third_time(
    besieged: Besieged,
) -> None:
    with nobody_hears(besieged):
        for first in range(0, len(UNREADABLE), 3):
            with besieged.open() as raw:
                for text in UNREADABLE[first : first + 3]:
                    raw.send(frame(TEXT, text.encode()))
                outcome = raw.end()
                assert [error["code"] for error in outcome.of("error")] == ["invalid"] * 3
                assert outcome.code == 4009


def test_A06_of_double_keys_the_last_one_counts_as_in_a_browser(besieged: Besieged) -> None:
    with besieged.open() as raw:
        raw.send(frame(TEXT, b'{"type":"message.send","type":"room.close","ref":"1","room":1,"room":2}'))
        assert raw.until("ok")["ref"] == "1"


INTERNAL = [
    "websocket.disconnect", "websocket.receive", "websocket.close", "room.event", "user.ended", "user.left",
    "hub.presence", "probe", "chat_message", "__class__", "__init__", "leave", "_live", "hello", "bye", "",
]  # fmt: skip


def test_A07_names_of_the_inside_call_nothing(besieged: Besieged) -> None:
    with nobody_hears(besieged), besieged.open() as raw:
        for kind in INTERNAL:
            raw.ask(kind, user=besieged.town.id("alice"), room=besieged.town.lounge, session=None, code=4401)
            assert raw.until("error")["code"] == "invalid"
        raw.send(frame(TEXT, b'{"type": ["typing"], "ref": "1"}'))
        assert raw.until("error")["code"] == "invalid"


def flood(raw: Raw, piece: bytes, times: int) -> threading.Thread:
    """Sends beside, as fast as it goes, and reads nothing."""
    thread = threading.Thread(target=lambda: pour(raw, piece, times * len(piece)), daemon=True)
    thread.start()
    return thread


def test_A08_a_flood_of_commands_ends_its_socket_while_others_are_served(besieged: Besieged) -> None:
    with besieged.open("alice") as alice, besieged.open() as raw:
        thread = flood(raw, frame(TEXT, b'{"type":"room.close","ref":"1","room":1}') * 100, 1_000)
        while thread.is_alive():
            began = time.monotonic()
            alice.ask("room.sync", room=besieged.town.lounge, after=0)
            alice.until("ok")
            assert time.monotonic() - began < SOON
            thread.join(0.2)
        outcome = raw.end()
        assert {event["code"] for event in outcome.of("error")} <= {"rate_limited"}
        assert outcome.code in (4029, CUT)


def test_A08_a_flood_of_pings_ends_its_socket_or_waits_while_others_are_served(besieged: Besieged) -> None:
    with no_memory_is_taken(besieged), besieged.open("alice") as alice, besieged.open() as raw:
        thread = flood(raw, frame(PING, b"x" * 100) * 100, 1_000)
        while thread.is_alive():
            began = time.monotonic()
            alice.ask("room.sync", room=besieged.town.lounge, after=0)
            alice.until("ok")
            assert time.monotonic() - began < SOON
            thread.join(0.2)
        raw.socket.close()


OFFERS = ["permessage-deflate", "permessage-deflate; client_max_window_bits=15; server_max_window_bits=8"]


@pytest.mark.parametrize("offer", OFFERS)
def test_A09_a_compression_bomb_is_refused(besieged: Besieged, offer: str) -> None:
    squeezed = zlib.compressobj(9, wbits=-15)
    bomb = squeezed.compress(b"\x00" * 2**24) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    with no_memory_is_taken(besieged), besieged.raw() as raw:
        raw.send(handshake(raw.origin, besieged.cookie("bob") | {"Sec-WebSocket-Extensions": offer}))
        status, head = raw.answer()
        if status == 400:  # daphne, to parameters that it does not know
            return
        assert b"permessage-deflate" not in head
        raw.until("hello")
        raw.send(frame(TEXT, bomb[:-4], reserved=4))
        assert raw.end().code in (1002, 1007, 1009, CUT)


def connections(besieged: Besieged, *attackers: Raw) -> int:
    """How many of these the server still holds."""
    ports = {raw.socket.getsockname()[1] for raw in attackers}
    return sum(1 for one in besieged.process.net_connections() if one.raddr and one.raddr.port in ports)


def test_A10_who_never_reads_is_let_go_also_when_talking_and_also_after_the_goodbye(
    besieged: Besieged,
) -> None:
    room = besieged.town.lounge
    with (
        no_memory_is_taken(besieged),
        besieged.open("alice") as alice,
        besieged.open(buffer=4096) as silent,
        besieged.open(buffer=4096) as talking,
        besieged.raw().open() as sent_away,
    ):
        for number in range(12):
            alice.ask("message.send", room=room, client_id=str(uuid.uuid4()), text=f"{number} " + "y" * 9_000)
            alice.until("ok")
        deadline = time.monotonic() + 2 * SOON
        while connections(besieged, silent, talking, sent_away):
            assert time.monotonic() < deadline, "the server keeps who does not read"
            talking.ask("typing", room=room, active=False)
            alice.send(frame(PING))
            next(alice.frames())
