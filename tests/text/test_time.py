"""Time is linear in the length: one message must not hold up a worker."""

import gc
import time

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
CODE = [
    "\n",
    "a\n",
    " \n",
    "a\t",
    "a.",
    "a ",
    "=",
    "/",
    "'",
    '"""',
    "<",
    "${",
    "- ",
    "{",
    "/*",
    "\\",
    "a:",
    "#{",
    "<<A\n",
    "0x",
    "//",
    "@",
    "[",
    "($",
    "%q(",
]


def seconds(source: str, *, repeat: int = 3) -> float:
    best = float("inf")
    for _ in range(repeat):
        begun = time.process_time()
        render(source, people=PEOPLE)
        best = min(best, time.process_time() - begun)
    return best


def sized(piece: str, length: int) -> str:
    return (piece * length)[:length]


@pytest.mark.parametrize("piece", NASTY)
def test_markup_takes_linear_time(piece: str) -> None:
    gc.collect()
    short, long = seconds(sized(piece, 1_000)), seconds(sized(piece, 10_000))
    assert long < SLOWEST
    assert long < NOISE or long / short <= STEEPEST


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_code_takes_bounded_time(language: str) -> None:
    slow = {piece: seconds(f"```{language}\n{sized(piece, 9_900)}\n```", repeat=1) for piece in CODE}
    slow |= {piece * 2: seconds(f"```{language}\n{sized(piece, 3_900)}\n```", repeat=1) for piece in CODE}
    slow |= {"fences": seconds(f"```{language}\nx\n```\n" * 400, repeat=1)}
    assert max(slow.values()) < SLOWEST, max(slow, key=lambda piece: slow[piece])


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
