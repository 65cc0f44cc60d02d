"""Time is linear in the length: one message must not hold up a worker."""

import gc
import time
from collections.abc import Iterator

import pytest

from chat.text import Person, clean_text, emoji_only_count, excerpt, handles_in, render
from chat.text.code import LANGUAGES

PEOPLE = {"ana": Person(1, "ana", "Ana")}
# 100 ms on an idle core is the demand; the same allowed again, since test machines are busy.
SLOWEST = 0.2
# Linear is 10; the small length is timed in units of microseconds, so it jitters.
STEEPEST = 15
# Below this a ratio of times says nothing.
NOISE = 0.01

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


def seconds(source: str) -> float:
    begun = time.process_time()
    render(source, people=PEOPLE)
    return time.process_time() - begun


def sized(piece: str, length: int) -> str:
    return (piece * length)[:length]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Without the garbage collector, whose time depends on what all the other tests left behind."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("piece", NASTY)
def test_markup_takes_linear_time(quiet: None, piece: str) -> None:
    short, long = sized(piece, 1_000), sized(piece, 10_000)
    least = most = float("inf")
    # On a busy machine one measurement says little: the best of up to six.
    for _ in range(6):
        least, most = min(least, seconds(short)), min(most, seconds(long))
        if most < SLOWEST and (most < NOISE or most / least <= STEEPEST):
            return
    pytest.fail(f"{most * 1000:.0f} ms, {most / least:.0f} times as long as a tenth of it")


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_code_takes_bounded_time(language: str) -> None:
    sources = [f"```{language}\n{sized(piece, 3_900)}\n```" for piece in CODE]
    for source in (*sources, f"```{language}\nx\n```\n" * 400):
        # On a busy machine one measurement says little: the best of up to four.
        assert any(seconds(source) < SLOWEST for _ in range(4)), source[:40]


@pytest.mark.parametrize(
    "piece", ["@", "@a.", "\u0301", "\U000e0061", "👍", "<p>", "a\n", "\r", "\U0001f3f4\U000e0067"]
)
def test_the_small_functions_take_no_time(piece: str) -> None:
    text = sized(piece, 10_000)
    begun = time.process_time()
    handles_in(text), excerpt(text), emoji_only_count(text), clean_text(text), excerpt(f"<p>{text}")
    assert time.process_time() - begun < SLOWEST / 4


def test_two_words_take_microseconds() -> None:
    begun = time.process_time()
    for _ in range(2_000):
        render("hello world", people=PEOPLE)
    # Measured 6; the demand is 60.
    assert (time.process_time() - begun) / 2_000 < 60e-6
