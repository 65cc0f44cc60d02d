"""What travels: JSON that every browser reads, types that no client chose, hints that never block."""

from __future__ import annotations

import ast
import json
import string
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from chat.wire import envelopes, events
from chat.wire.encoding import encode, moment
from chat.wire.groups import room_group, user_group
from chat.wire.losses import losses
from chat.wire.publisher import CAPACITY, Publisher
from tests.base import events_of, hearing, say
from tests.cast import Cast


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_does_not_know_is_refused_when_written(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"type": "x", "value": [value]})


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.booleans() | st.none()))
def test_what_is_written_reads_back(frame: dict[str, Any]) -> None:
    assert json.loads(encode(frame)) == frame


def test_frames_are_compact_and_keep_their_letters() -> None:
    assert encode({"type": "x", "text": "é😀"}) == '{"type":"x","text":"é😀"}'


def test_a_moment_is_utc_with_milliseconds() -> None:
    east = timezone(timedelta(hours=9))
    assert moment(datetime(2026, 11, 24, 23, 32, 5, 120_999, east)) == "2026-11-24T14:32:05.120Z"
    assert moment(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00.000Z"


def constructors() -> list[ast.FunctionDef]:
    tree = ast.parse(Path(events.__file__ or "").read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("constructor", constructors(), ids=lambda node: node.name)
def test_the_type_of_an_event_is_a_constant(constructor: ast.FunctionDef) -> None:
    """No `**fields` may bring a `type` of its own: it stands first and is written here."""
    for node in ast.walk(constructor):
        if not isinstance(node, ast.Dict) or not any(
            isinstance(key, ast.Constant) and key.value == "type" for key in node.keys
        ):
            continue
        kind = node.values[0]
        assert isinstance(node.keys[0], ast.Constant)
        assert isinstance(kind, ast.Constant) or (isinstance(kind, ast.Name) and kind.id == "kind")


def test_names_of_groups_are_what_a_layer_takes() -> None:
    for name in (room_group(2**53), user_group(0)):
        assert len(name) < 100
        assert set(name) <= set(string.ascii_letters + string.digits + "-_.")


def test_an_event_too_large_for_the_layer_travels_as_its_number(cast: Cast) -> None:
    with hearing() as heard:
        say(cast.bob, cast.workshop, "x" * 9_000)
        say(cast.bob, cast.workshop, "\n\n".join(["**x**"] * 1_400))
    (_group, small), (_group, large) = heard
    assert len(small["text"]) <= settings.CHAT.layer_event_bytes
    assert large == {"type": "room.event", "room": cast.workshop.pk, "seq": 3, "acl": 1, "text": None}


def test_an_envelope_holds_nothing_of_a_client_but_encoded_text(cast: Cast) -> None:
    with hearing() as heard:
        say(cast.bob, cast.workshop, '{"type":"user.ended"}')
    (_group, envelope), *_rest = heard
    assert set(envelope) == {"type", "room", "seq", "acl", "text"}
    assert envelope["type"] == envelopes.ROOM_EVENT
    (event,) = events_of(heard)
    assert event["type"] == events.MESSAGE_CREATED


def test_a_session_is_named_without_its_key() -> None:
    assert envelopes.session_mark("abc") == envelopes.session_mark("abc") != envelopes.session_mark("abd")
    assert len(envelopes.session_mark("abc")) == 32
    assert "abc" not in envelopes.session_mark("abc")


def test_a_full_queue_drops_and_counts_and_never_blocks() -> None:
    publisher = Publisher()
    publisher._waiting.extend([("room.1", {})] * CAPACITY)
    before = losses.total.total()
    publisher.put("room.1", {})
    assert losses.total.total() == before + 1
    assert len(publisher._waiting) == CAPACITY
