"""What somebody typed, understood: words, phrases, filters, dates, and what cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import Invalid
from chat.search.rendering import marked_parts
from chat.search.rules import days_of, parse
from chat.text.folding import fold, pieces, pieces_to_ask


def test_words_phrases_and_filters_are_told_apart() -> None:
    query = parse('Tide “Low  WATER” from:bob in:"The Lounge" http://a.example has:link')
    assert query.terms == ("tide", "low water", "http://a.example")
    assert [(one.key, one.value) for one in query.filters] == [
        ("from", "bob"),
        ("in", "The Lounge"),
        ("has", "link"),
    ]
    assert query.without(query.filters[1]) == "Tide “Low WATER” from:bob http://a.example has:link"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("has:cake", "has:"),
        ("mentions:bob", "mentions:"),
        ("from:", "from:"),
        ("before:soon", "soon"),
        ("after:2026-13", "2026-13"),
        ("x" * 501, "500"),
        (" ".join(f"w{n}" for n in range(21)), "20"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(text: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        parse(text)


def test_days_begin_and_end_in_the_readers_zone() -> None:
    with timezone.override("Asia/Shanghai"):
        assert days_of("2026-11-23") == (
            datetime(2026, 11, 22, 16, tzinfo=UTC),
            datetime(2026, 11, 23, 16, tzinfo=UTC),
        )
        assert days_of("2026-12")[1] == datetime(2026, 12, 31, 16, tzinfo=UTC)
        assert days_of("2025")[1] == datetime(2025, 12, 31, 16, tzinfo=UTC)


@given(st.text(max_size=80), st.data())
def test_every_part_of_a_text_is_asked_by_pieces_that_it_has(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded:
        return
    start = data.draw(st.integers(0, len(folded) - 1))
    part = folded[start : data.draw(st.integers(start + 1, len(folded)))]
    have = pieces(folded)
    for piece, begins in pieces_to_ask(part):
        assert any(one.startswith(piece) for one in have) if begins else piece in have


@given(
    st.text(alphabet=st.characters(exclude_characters="…*`~ \t\n\r\f\v"), max_size=300),
    st.text(min_size=1, max_size=5),
)
def test_marks_change_no_character(text: str, word: str) -> None:
    shown = "".join(part.text for part in marked_parts(text, [fold(word)] if fold(word) else []))
    assert shown.strip("…") in text
    assert len(shown) <= 282


def test_marks_are_on_what_was_found_whatever_its_case_and_accents() -> None:
    parts = marked_parts("Ein CAFÉ am Meer, **café**s", ["cafe"])
    assert [part.text for part in parts if part.marked] == ["CAFÉ", "café"]


def test_a_long_text_is_shown_around_its_first_mark() -> None:
    parts = marked_parts("word " * 300 + "needle " + "word " * 300, ["needle"])
    assert [part.text for part in parts if part.marked] == ["needle"]
    assert sum(len(part.text) for part in parts) <= 282
