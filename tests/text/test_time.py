"""Time is linear in the length (A39): one message must not hold up a worker.

Only ratios are judged, of what is measured in turns on the same machine: a slow or busy one fails nothing.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.text import Person, clean_text, emoji_only_count, excerpt, handles_in, render
from chat.text.code import HIGHLIGHTING_SECONDS, LANGUAGES
from tests.text.test_hostile import MARKUP_PIECES

PEOPLE = {"ana": Person(1, "ana", "Ana")}
LONGEST = 10_000
# Twice the text takes twice the time if that is linear, four times if quadratic.
STEEPEST = 3

NASTY = [
    *("[", "*", "**a", "**_", "**a**", "*a**b", "_a*", "*a_ ", "_a__b", "a*", "~~", "~~*", "@", "@a", "@a@a"),
    *("@ana ", "@-_.", "a.", "a.a.a", "`", "``a`", "`a``b```c", "> ", ">", "\n> ", "- ", "\n- ", "\n\n- a"),
    *(
        "- a\n  ",
        "\n\t- ",
        "1. ",
        "# a\n",
        "---\n",
        "<",
        "<<<<",
        "<!--",
        "<a@",
        "<http://",
        "](",
        "[](",
        "[a](",
    ),
    *("[a](<", "[x](((", "[a](b)", "[a](b.c)", "[[a]", "![", "\\", "(", "http://", "http://a[", "HTTP://X"),
    *(
        "www.",
        "www.a",
        "://",
        "\n",
        "\t",
        "&",
        "&#",
        "'\"",
        "```\n",
        "~~~\n",
        "\u0301",
        "a\u0301",
        "😀",
        "\xa0",
    ),
]
# Each makes at least one lexer quadratic.
CODE = ["\n", "a\n", " \n", "a\t", "a.", "/", "=", "<", "@", '"\\', "::", "a:"]


@contextmanager
def no_collector() -> Iterator[None]:
    """Without the garbage collector, whose time depends on what all the other tests left behind."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(source: str) -> float:
    with no_collector():
        begun = time.thread_time()
        render(source, people=PEOPLE)
        return time.thread_time() - begun


def sized(piece: str, length: int) -> str:
    return (piece * length)[:length]


def growth(piece: str, start: str = "") -> float:
    """How many times as long a text takes as its first half."""
    long = f"{start}{sized(piece, LONGEST)}"[:LONGEST]
    least = most = float("inf")
    # One measurement says little: the best of up to eight.
    for _ in range(8):
        least, most = min(least, seconds(long[: LONGEST // 2])), min(most, seconds(long))
        if most <= least * STEEPEST:
            break
    return most / least


@pytest.fixture(scope="module")
def yardstick() -> float:
    """Seconds that the longest ordinary list takes on this machine; about 10 ms on an idle core."""
    return min(seconds(sized("- one of many things\n", LONGEST)) for _ in range(5))


@pytest.mark.parametrize("piece", NASTY)
def test_A39_markup_takes_linear_time(piece: str) -> None:
    assert growth(piece) <= STEEPEST


PIECES = st.sampled_from(MARKUP_PIECES)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.lists(PIECES, max_size=2).map("".join))
@example("\n> ```py\n~~", "")
def test_A39_any_markup_takes_linear_time(piece: str, start: str) -> None:
    assert growth(piece, start) <= STEEPEST


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_A39_code_takes_bounded_time(language: str, yardstick: float) -> None:
    # A lexer is stopped between two pieces; the dearest takes seven yardsticks to its first.
    bound = 2 * HIGHLIGHTING_SECONDS + 15 * yardstick
    sources = [f"```{language}\n{sized(piece, 3_900)}\n```" for piece in CODE]
    for source in (*sources, f"```{language}\nx\n```\n" * 400):
        # On a busy machine one measurement says little: the best of up to four.
        assert any(seconds(source) < bound for _ in range(4)), source[:40]


@pytest.mark.parametrize(
    "piece", ["@", "@a.", "\u0301", "\U000e0061", "👍", "<p>", "a\n", "\r", "\U0001f3f4\U000e0067"]
)
def test_the_small_functions_take_no_time(piece: str, yardstick: float) -> None:
    text = sized(piece, LONGEST)
    begun = time.process_time()
    handles_in(text), excerpt(text), emoji_only_count(text), clean_text(text), excerpt(f"<p>{text}")
    assert time.process_time() - begun < 4 * yardstick


def test_two_words_take_microseconds() -> None:
    begun = time.process_time()
    for _ in range(2_000):
        render("hello world", people=PEOPLE)
    # Measured 6; the demand is 60.
    assert (time.process_time() - begun) / 2_000 < 60e-6
