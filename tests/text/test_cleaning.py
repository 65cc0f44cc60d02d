"""What never reaches the database: controls, surrogates, piles of marks, hidden text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.text import clean_text, emoji_only_count, is_blank, is_emoji
from chat.text.cleaning import MARKS_IN_A_ROW

# The same examples on every machine, however slow.
STEADY = settings(deadline=None, derandomize=True, max_examples=300)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("nul\x00 bell\x07 c1\x9b del\x7f", "nul bell c1 del"),
        ("e\u0301", "é"),
        ("\n \n  indented\n\n", "  indented"),
        ("tab\tstays", "tab\tstays"),
        ("a\u202eb\u2066c", "abc"),
        ("\u200fשלום", "\u200fשלום"),
        ("\ufeffa\uffff", "a"),
        (f"{ENGLAND} hidden\U000e0061\U000e0062", f"{ENGLAND} hidden"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("❤️", "❤️"),
    ],
)
def test_texts_are_cleaned(source: str, expected: str) -> None:
    assert clean_text(source) == expected


@pytest.mark.parametrize("source", ["\ud800", "a\udfffb", "\ud83d \ude00"])
def test_lone_surrogates_are_refused(source: str) -> None:
    with pytest.raises(ValueError):
        clean_text(source)


def test_piles_of_marks_are_cut_and_pointed_hebrew_is_not() -> None:
    assert len(clean_text("z" + "\u0335" * 10_000)) == 1 + MARKS_IN_A_ROW
    pointed = unicodedata.normalize("NFC", "בְּרֵאשִׁ֖ית")
    assert clean_text(pointed) == pointed


@STEADY
@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(source: str) -> None:
    once = clean_text(source)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    assert "\r" not in once


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("👍", 1),
        (" 👍 🎉\n❤️ ", 3),
        ("👩‍👩‍👧‍👦", 1),
        (ENGLAND, 1),
        ("👍👍👍👍", 0),
        ("👍 ok", 0),
        ("12", 0),
        ("", 0),
        ("👍" * 5000, 0),
    ],
)
def test_messages_of_emoji_alone_are_counted(text: str, count: int) -> None:
    assert emoji_only_count(text) == count


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("👍", True),
        ("👍🏽", True),
        (ENGLAND, True),
        ("1️⃣", True),
        ("👍👍", False),
        ("a", False),
        ("", False),
        ("👍 ", False),
        ("<b>", False),
        ("1", False),
        ("\ud83d", False),
    ],
)
def test_a_reaction_is_exactly_one_emoji(text: str, answer: bool) -> None:
    assert is_emoji(text) is answer


NOTHING = "\u200b\u200c\u200d\u200e\u200f\xad\u061c\u034f\u115f\u1160\u3164\uffa0\u2800\ufe0f\u180e\U000e0101"


def test_A40_a_text_that_shows_nothing_is_blank() -> None:
    for text in (
        "",
        " ",
        "\n\t\u3000\xa0",
        NOTHING,
        *NOTHING,
        f" {NOTHING * 600}\n",
        "\u2060\ufeff\u202e\x00",
    ):
        assert is_blank(clean_text(text)), ascii(text)
    for text in ("a", "\u200da", "\u0301", "👍", ENGLAND, "می\u200cخواهم", "-", f"{NOTHING}."):
        assert not is_blank(clean_text(text)), ascii(text)
