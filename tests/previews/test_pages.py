"""What a page says of itself comes out as plain words, whatever the page is."""

from __future__ import annotations

import time

import pytest

from chat.models.previews import LONGEST_WORDS
from chat.previews.pages import Card, card_of

URL = "https://news.example.org/a/b"


def card(text: str, charset: str = "utf-8", encoding: str = "utf-8") -> Card | None:
    return card_of(text.encode(encoding), charset=charset, url=URL)


def test_what_a_page_says_for_cards_comes_before_its_title() -> None:
    found = card(
        """<html><head><TITLE>Plain</TITLE><meta property="og:title" content="Low &amp; high > tide">
        <meta name='description' content='When the boats
        lie on the mud'><meta property=og:site_name content=Harbour>
        <meta property="og:image" content="/pictures/tide.jpg?a=1&amp;b=2"></head>"""
    )
    assert found == Card(
        "Low & high > tide",
        "When the boats lie on the mud",
        "https://news.example.org/pictures/tide.jpg?a=1&b=2",
    )


@pytest.mark.parametrize(
    ("charset", "encoding", "head"),
    [
        ("gb18030", "gb18030", ""),
        ("", "gbk", '<meta charset="gbk">'),
        ("nonsense", "utf-8", ""),
        ("punycode", "utf-8", ""),
    ],
)
def test_pages_in_other_encodings_are_read(charset: str, encoding: str, head: str) -> None:
    assert card(f"{head}<title>低潮时间</title>", charset, encoding) == Card("低潮时间", "", "")


@pytest.mark.parametrize(
    "text", ["", "no page", "<title> </title>", "<title>\u200b\x00</title>x", "<body><title>late</title>"]
)
def test_a_page_that_says_nothing_has_no_card(text: str) -> None:
    assert card(text) is None


def test_words_are_cut_and_hold_no_markup_and_no_tricks_of_direction() -> None:
    found = card(f'<title>a\u202eb<b>c</title><meta name="description" content="{"x" * 5_000}">')
    assert found is not None
    assert (found.title, len(found.words)) == ("ab", LONGEST_WORDS)


@pytest.mark.parametrize(
    "piece", ["<meta ", "<meta a='", '<meta content="', "<title", "<meta charset=", "a=b "]
)
def test_time_is_linear_in_what_a_page_holds(piece: str) -> None:
    def seconds(times: int) -> float:
        body = (piece * times).encode()
        began = time.thread_time()
        card_of(body, charset="utf-8", url=URL)
        return time.thread_time() - began

    least, most = (min(seconds(times) for _each in range(3)) for times in (2_000, 20_000))
    assert most < 40 * max(least, 0.001)
