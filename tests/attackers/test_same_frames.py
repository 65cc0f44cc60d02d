"""RFC 6455, sections 5 to 7, frame by frame: ours does what the stock server does, and what the RFC allows."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product

import pytest

from tests.attackers.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Outcome,
    Raw,
    close_frame,
    frame,
    header,
)
from tests.nursery import start
from tests.servers import SERVERS
from tests.services import free_port, until
from tests.stores import clean_environment

CAP = 262_144
MASKED_5 = b"\0\0\0\0hello"
EURO = "€".encode()
CUT = 1006
BROKEN = {1002, CUT}
NO_TEXT = {1007, CUT}
TOO_BIG = {1009, CUT}


@dataclass(frozen=True)
class Case:
    """`sent`, then a ping. `says`: what comes back before its pong, or the codes with which the socket may end."""

    sent: bytes
    says: tuple[tuple[int, bytes], ...] = ()
    ends: frozenset[int] = frozenset()


def says(sent: bytes, *frames: tuple[int, bytes]) -> Case:
    return Case(sent, says=frames)


def ends(sent: bytes, codes: set[int]) -> Case:
    return Case(sent, ends=frozenset(codes))


CASES = {
    "text": says(frame(TEXT, b"hello"), (TEXT, b"hello")),
    "binary": says(frame(BINARY, b"\x00\xff"), (BINARY, b"\x00\xff")),
    "text in pieces": says(
        frame(TEXT, b"hel", fin=False) + frame(CONTINUATION, b"", fin=False) + frame(CONTINUATION, b"lo"),
        (TEXT, b"hello"),
    ),
    "a character in two pieces": says(
        frame(TEXT, EURO[:1], fin=False) + frame(CONTINUATION, EURO[1:]), (TEXT, EURO)
    ),
    "a ping between pieces": says(
        frame(TEXT, b"hel", fin=False) + frame(PING, b"now") + frame(CONTINUATION, b"lo"),
        (PONG, b"now"),
        (TEXT, b"hello"),
    ),
    "a ping without payload": says(frame(PING), (PONG, b"")),
    "a ping of 125 bytes": says(frame(PING, b"x" * 125), (PONG, b"x" * 125)),
    "a pong that nobody asked for": says(frame(PONG, b"x")),
    "126 bytes": says(frame(TEXT, b"x" * 126), (TEXT, b"x" * 126)),
    "65,536 bytes": says(frame(TEXT, b"x" * 65_536), (TEXT, b"x" * 65_536)),
    "close": ends(close_frame(1000), {1000}),
    "close without a code": ends(close_frame(None), {1000, 1005}),
    "close with a reason": ends(close_frame(3000, b"tired"), {1000, 3000}),
    "close with the largest code": ends(close_frame(4999), {1000, 4999}),
    "words behind a close": ends(close_frame(1000) + frame(TEXT, b"late"), {1000}),
    "close with one byte": ends(frame(CLOSE, b"x"), BROKEN),
    "close with a reason that is no UTF-8": ends(close_frame(1000, b"\xff"), BROKEN | NO_TEXT),
    "close with a long reason": ends(frame(CLOSE, struct.pack("!H", 1000) + b"x" * 124), BROKEN),
    "unmasked": ends(frame(TEXT, b"hello", masked=False), BROKEN),
    "a ping in pieces": ends(frame(PING, b"x", fin=False), BROKEN),
    "a ping of 126 bytes": ends(frame(PING, b"x" * 126), BROKEN),
    "continuation of nothing": ends(frame(CONTINUATION, b"x"), BROKEN),
    "a message inside another": ends(frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), BROKEN),
    "no UTF-8": ends(frame(TEXT, b"\xff"), NO_TEXT),
    "no UTF-8 in the second piece": ends(frame(TEXT, b"x", fin=False) + frame(CONTINUATION, b"\xff"), NO_TEXT),
    "half a character": ends(frame(TEXT, EURO[:2]), NO_TEXT),
    "a surrogate": ends(frame(TEXT, b"\xed\xa0\x80"), NO_TEXT),
    "a length with its first bit set": ends(header(TEXT, 2**63), BROKEN | TOO_BIG),
    "more than the cap": ends(frame(TEXT, b"x" * (CAP + 1)), TOO_BIG),
    "more than the cap in pieces": ends(
        frame(TEXT, b"x" * CAP, fin=False) + frame(CONTINUATION, b"x"), TOO_BIG
    ),
    **{f"close with {code}": ends(close_frame(code), BROKEN) for code in (0, 999, 1004, 1005, 1006, 1015, 5000)},
    **{f"reserved bits {bits}": ends(frame(TEXT, b"x", reserved=bits), BROKEN) for bits in (1, 2, 4)},
    **{f"opcode {opcode}": ends(frame(opcode, b"x"), BROKEN) for opcode in (3, 7, 11, 15)},
}  # fmt: skip
# Where a stock server itself is more lenient than the RFC, or answers with another code; ours is the same.
LENIENT = {
    ("hypercorn", "a length with its first bit set"),
}


@pytest.fixture(scope="module")
def parrots() -> Iterator[dict[tuple[str, str], str]]:
    """(server, stock or ours) → origin; all started at once."""
    origins: dict[tuple[str, str], str] = {}
    with ExitStack() as stack:
        for server, kind in product(SERVERS, ("stock", "ours")):
            port = free_port()
            command = [sys.executable, "-m", "tests.attackers.parrot", server, kind, str(port)]
            process = start(command, env=clean_environment(), stdout=2, stderr=2)
            stack.callback(process.kill)
            origins[server, kind] = f"http://127.0.0.1:{port}"
        for origin in origins.values():
            until(lambda origin=origin: answers(origin), f"{origin} does not answer")  # type: ignore[misc]
        yield origins


def answers(origin: str) -> bool:
    try:
        Raw(origin).socket.close()
    except OSError:
        return False
    return True


def behaviour(origin: str, case: Case) -> Outcome:
    """All until the pong of a last ping and what is awaited, or until the end."""
    with Raw(origin).open() as raw:
        raw.send(case.sent + frame(PING, b"the end"))
        if case.ends:
            return raw.end()
        outcome = Outcome()
        ponged = False
        for one in raw.frames():
            # The server answers pings by itself, in front of what the application says.
            ponged = ponged or one == (PONG, b"the end")
            if one != (PONG, b"the end"):
                outcome.frames.append(one)
            if ponged and len(outcome.frames) >= len(case.says):
                return Outcome(sorted(outcome.frames))
        raise ConnectionError(f"ended after {outcome.frames}")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("server", SERVERS)
def test_each_frame_does_what_it_does_on_the_stock_server(
    parrots: dict[tuple[str, str], str], server: str, name: str
) -> None:
    case = CASES[name]
    stock, ours = (behaviour(parrots[server, kind], case) for kind in ("stock", "ours"))
    assert (ours.frames, ours.code) == (stock.frames, stock.code)
    if case.says or not case.ends:
        assert ours.frames == sorted(case.says)
    elif (server, name) not in LENIENT:
        assert ours.code in case.ends
