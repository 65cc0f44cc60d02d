"""The reader's view of rows on the first paint, by the cases that the browser's twin is held to as well."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override

from chat.messages.decorate import Quote, Viewer, decorate_rows, row_of
from chat.messages.rendering import render_message
from tests.messages.reading import parse, seen
from tests.messages.vectors import CASES, message_of


def viewer_of(facts: dict[str, Any]) -> Viewer:
    quotes = {int(id_): Quote(**quote) for id_, quote in facts["quotes"].items()}
    return Viewer(**{**facts, "quotes": quotes, "now": datetime.fromisoformat(facts["now"])})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_rows_look_as_the_shared_cases_say(case: dict[str, Any]) -> None:
    rows = [row_of(message_of(facts)) for facts in case["rows"]]
    shown = [seen(entry) for entry in decorate_rows(rows, viewer=viewer_of(case["viewer"]))]
    assert len(shown) == len(case["expect"])
    for got, expected in zip(shown, case["expect"], strict=True):
        assert {key: got[key] for key in expected} == expected


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_fragments_of_the_cases_are_what_the_server_draws(case: dict[str, Any]) -> None:
    for facts in case["rows"]:
        assert render_message(message_of(facts)) == facts["fragment"]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 25


def page(count: int) -> list[dict[str, Any]]:
    author = {"id": 7, "name": "Ana Duarte"}
    return [
        {"id": n, "seq": n, "author": author, "at": f"2026-11-24T13:{n:02}:00.000Z", "html": "<p>Hello</p>\n"}
        for n in range(1, count + 1)
    ]


def reader(**facts: Any) -> Viewer:
    return Viewer(**{"id": 5, "language": "en", "now": datetime(2026, 11, 24, 15, tzinfo=UTC), **facts})


def test_dividers_stand_before_the_article_and_the_day_before_the_unread_line() -> None:
    (entry,) = decorate_rows([row_of(message_of(page(1)[0]))], viewer=reader(read_seq=0))
    item = parse(entry).children[0]
    kinds = [child.attributes.get("data-kind") for child in item.children]  # type: ignore[union-attr]
    assert kinds == ["day", "new", "text"]
    assert [child.attributes.get("role") for child in item.children][:2] == ["separator"] * 2  # type: ignore[union-attr]


def test_sent_rows_say_so_and_tombstones_keep_their_state() -> None:
    gone = {**page(2)[1], "deleted": True, "html": ""}
    first, second = decorate_rows(
        [row_of(message_of(facts)) for facts in (page(1)[0], gone)], viewer=reader()
    )
    assert 'data-state="sent"' in first
    assert 'data-state="deleted"' not in first
    assert 'data-state="deleted"' in second
    assert 'data-state="sent"' not in second


def test_the_language_is_the_readers_not_the_servers() -> None:
    with override("zh-hans"):
        (entry,) = decorate_rows([row_of(message_of(page(1)[0]))], viewer=reader(language="en"))
    assert "Today, 24 November" in entry


def test_fifty_rows_take_well_under_a_frame() -> None:
    rows = [row_of(message_of(facts)) for facts in page(50)]
    decorate_rows(rows, viewer=reader())
    started = time.process_time()
    for _round in range(10):
        decorate_rows(rows, viewer=reader())
    # 16 ms is one frame; measured 3 to 5 ms on two busy cores.
    assert (time.process_time() - started) / 10 < 0.016
