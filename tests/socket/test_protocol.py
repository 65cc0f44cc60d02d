"""Reading frames: whatever comes, the outcome is a Frame or a BadFrame, and nothing else passes."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from chat.socket.commands import COMMANDS
from chat.socket.protocol import (
    DEEPEST,
    LARGEST_INT,
    BadFrame,
    Frame,
    is_flag,
    is_id,
    is_text,
    optional,
    parse,
    pick,
)
from chat.wire.encoding import encode


def read(text: str | None, data: bytes | None = None) -> Frame | BadFrame:
    """The outcome; any other exception fails the test."""
    try:
        return parse(text, data)
    except BadFrame as error:
        return error


def strictly(text: str) -> Any:
    """As JSON.parse reads it: without NaN and infinities."""

    def refuse(literal: str) -> NoReturn:
        raise AssertionError(literal)

    return json.loads(text, parse_constant=refuse)


def check_outcome(outcome: Frame | BadFrame) -> None:
    if isinstance(outcome, BadFrame):
        assert outcome.code in ("invalid", "too_large")
        assert outcome.ref is None or isinstance(outcome.ref, str)
        outcome_frame = encode(outcome.as_frame())
        assert strictly(outcome_frame)["code"] == outcome.code
        return
    again = encode({"type": outcome.type, "ref": outcome.ref, **outcome.payload})
    assert strictly(again) is not None
    assert "\\u0000" not in again
    again.encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
kinds = st.sampled_from([*COMMANDS, "pong", "websocket.disconnect", "__class__", ""]) | json_values


@given(st.text(st.characters(codec=None), max_size=400))
@example("")
@example("null")
@example("[]")
@example("[" * 100_000)
@example('{"type":' * 5_000)
@example('{"type":"typing","a":' + "[" * 40 + "]" * 40 + "}")
@example('{"type":"typing","room":' + "9" * 5000 + "}")
@example('{"type":"typing","room":-' + "9" * 5000 + "}")
@example('{"type":"typing","room":NaN}')
@example('{"type":"typing","room":-Infinity}')
@example('{"type":"typing","room":1e999}')
@example('{"type":"typing","room":-0}')
@example('{"type":"typing","room":-0.0}')
@example('{"type":"typing","text":"\\ud83d"}')
@example('{"type":"typing","\\udc00":1}')
@example('{"type":"typing","text":"\\u0000"}')
@example('{"type":"a","type":"b","type":["c"]}')
@example('\ufeff{"type":"typing"}')
def test_any_text_is_a_frame_or_a_bad_frame(text: str) -> None:
    check_outcome(read(text))


@given(st.dictionaries(st.sampled_from(["type", "ref", "room", "text", "seq", "x"]), json_values), kinds)
def test_any_json_is_a_frame_or_a_bad_frame(payload: dict[str, Any], kind: Any) -> None:
    check_outcome(read(json.dumps({**payload, "type": kind})))
    check_outcome(read(json.dumps({**payload, "type": kind}, ensure_ascii=False)))


@given(json_values)
def test_every_command_takes_its_own_shape_and_nothing_else(value: Any) -> None:
    for command in COMMANDS.values():
        payload = dict.fromkeys([*command.shape, "author", "seq", "__class__"], value)
        try:
            picked = pick(payload, command.shape)
        except BadFrame:
            continue
        assert set(picked) == set(command.shape)
        assert all(check(picked[name]) for name, check in command.shape.items())


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"typing","room":NaN}',
        '{"type":"typing","room":Infinity}',
        '{"type":"typing","room":1e999}',
        '{"type":"typing","room":1.5}',
        '{"type":"typing","room":9007199254740993}',
        '{"type":"typing","room":' + "9" * 5000 + "}",
        '{"type":"typing","text":"\\ud83d"}',
        '{"type":"typing","text":"\\u0000"}',
        '{"type":"typing","text":["deep in a list: \\u0000"]}',
        '{"type":"typing","\\u0000":1}',
        '{"type":"typing","a":' + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1) + "}",
        "[" * 50_000,
        '{"type":1}',
        '{"type":null}',
        '{"type":["message.send"]}',
        '{"type":"' + "x" * 33 + '"}',
        '{"room":1}',
        '{"type":"typing","ref":1}',
        '{"type":"typing","ref":{}}',
        '{"type":"typing","ref":"' + "x" * 65 + '"}',
        "[]",
        '"typing"',
        "17",
        "",
        " ",
        "{",
        "{'type':'typing'}",
        '{"type":"typing"}{"type":"typing"}',
    ],
)
def test_what_this_protocol_does_not_speak(text: str) -> None:
    outcome = read(text)
    assert isinstance(outcome, BadFrame)
    assert outcome.code == "invalid"


def test_frames_are_text() -> None:
    assert isinstance(read(None, b'{"type":"typing"}'), BadFrame)
    assert isinstance(read(None, None), BadFrame)


@pytest.mark.parametrize("filler", ["x", "é", "😀", "\ud800"])
def test_the_size_is_counted_in_bytes(filler: str) -> None:
    room = settings.CHAT.frame_bytes - len('{"type":"typing","text":""}')
    count = room // len(filler.encode("utf-8", "surrogatepass"))
    fits, over = ('{"type":"typing","text":"' + filler * some + '"}' for some in (count, count + 1))
    outcome = read(over)
    assert isinstance(outcome, BadFrame)
    assert outcome.code == "too_large"
    if filler != "\ud800":
        assert isinstance(read(fits), Frame)


def test_a_frame_is_its_type_its_ref_and_the_rest() -> None:
    frame = parse('{"type":"typing","ref":"7","room":-0,"active":true}', None)
    assert frame == Frame("typing", "7", {"room": 0, "active": True})
    assert parse('{"type":"typing"}', None) == Frame("typing", None, {})


def test_of_double_keys_the_last_one_counts_as_in_a_browser() -> None:
    assert parse('{"type":"a","type":"b","room":1,"room":2}', None) == Frame("b", None, {"room": 2})


def test_the_ref_survives_where_it_could_be_read() -> None:
    outcome = read('{"ref":"7","type":5}')
    assert isinstance(outcome, BadFrame)
    assert outcome.ref == "7"


@pytest.mark.parametrize(
    ("value", "fits"),
    [(0, True), (LARGEST_INT, True), (LARGEST_INT + 1, False), (-1, False), (True, False), ("1", False)],
)
def test_ids_are_whole_numbers_that_a_browser_holds(value: Any, fits: bool) -> None:
    assert is_id(value) is fits


def test_flags_texts_and_what_may_be_absent() -> None:
    assert [is_flag(one) for one in (True, False, 0, 1, None, "true")] == [True, True, *[False] * 4]
    assert [is_text(one) for one in ("", "a", None, 1, b"a", ["a"])] == [True, True, *[False] * 4]
    assert [optional(is_id)(one) for one in (None, 1, "1", True)] == [True, True, False, False]


def test_pick_names_the_field_that_is_wrong() -> None:
    with pytest.raises(BadFrame, match="room"):
        pick({"seq": 1}, {"room": is_id, "seq": is_id})
    assert pick({"room": 1, "more": 2}, {"room": is_id, "after": optional(is_id)}) == {
        "room": 1,
        "after": None,
    }
