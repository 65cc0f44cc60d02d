"""Texts in the page: what is shown of a file, in which colours, to whom, and what it may cost."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from chat.models import Upload
from chat.rooms.actions import remove_member
from chat.uploads import colouring, texts
from chat.uploads.rules import HEAD
from chat.uploads.texts import draw, language_of
from tests.base import browser_of
from tests.cast import Cast
from tests.uploads.desk import put, send_with

PROGRAM = "def tide(level):\n    return level < 3  # <b>low</b>\n"


def words(html: str) -> str:
    """What a reader sees of it."""
    return unescape(re.sub("<[^>]*>", "", html))


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("tide.py", "python"), ("TIDE.PY", "python"), ("a.tar.js", "javascript"), ("Dockerfile", "docker"),
        ("page.htm", "html"), ("python", ""), (".py", ""), ("tide.txt", ""), ("tide.", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_language_is_found_by_the_name(name: str, language: str) -> None:
    assert language_of(name) == language


def test_a_program_is_coloured_and_says_what_it_said() -> None:
    html = draw(PROGRAM.encode(), name="tide.py", is_whole=True)
    assert '<span class="k">def </span><span class="nf">tide</span>' in html
    assert '<span class="c"># &lt;b&gt;low&lt;/b&gt;' in html
    assert words(html) == PROGRAM
    assert draw(PROGRAM.encode(), name="tide.txt", is_whole=True) == PROGRAM.replace("<", "&lt;").replace(
        ">", "&gt;"
    )


def test_what_is_not_seen_and_changes_what_is_gets_a_sign() -> None:
    source = "\ufeffif admin:\u202e # \u2066check\r\nstop\rthere\x85\f"
    assert (
        draw(source.encode(), name="x", is_whole=True)
        == "if admin:[U+202E] # [U+2066]check\nstop\nthere\ufffd"
    )


def test_of_a_long_text_whole_lines_and_whole_characters_are_shown(cast: Cast) -> None:
    lines = "".join(f"{number} 潮\n" for number in range(20_000))
    upload = put(cast.bob, cast.lounge, "tides.txt", lines.encode())
    page = browser_of(cast.bob).get(f"/files/{upload.pk}/preview/", headers={"X-Requested-With": "fetch"})
    shown = words(page.content.decode().partition("<code>")[2].partition("</code>")[0])
    assert lines.startswith(shown + "\n")
    assert HEAD - 20 < len(shown.encode()) <= HEAD
    assert "The first 66 kB of 189 kB" in page.content.decode()
    assert draw(("é" * HEAD).encode()[: HEAD - 1], name="x", is_whole=False) == "é" * (HEAD // 2 - 1)


def test_colours_end_where_they_cost_too_much_and_the_text_goes_on() -> None:
    many = "a=1;" * (HEAD // 4)
    html = draw(many.encode(), name="x.js", is_whole=True)
    assert words(html) == many
    assert 0 < html.count("<span") <= colouring.MOST_PIECES


def test_a_pattern_that_hangs_ends_with_its_process() -> None:
    # One line of this length costs the lexer's first pattern minutes; no deadline between two pieces is ever asked.
    line = b"/" * HEAD
    began = time.monotonic()
    assert draw(line, name="session.console", is_whole=True) == line.decode()
    assert time.monotonic() - began < texts.SECONDS + 5


def test_a_text_is_read_by_who_may_read_its_message_now(cast: Cast) -> None:
    upload = put(cast.bob, cast.workshop, "tide.py", PROGRAM.encode())
    path = f"/files/{upload.pk}/preview/"
    trent, mona = browser_of(cast.trent), browser_of(cast.mona)
    assert mona.get(path).status_code == 404  # not sent yet
    message = send_with(cast.bob, cast.workshop, upload)
    page = mona.get(path)
    assert page.status_code == trent.get(path).status_code == 200
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert f'href="/rooms/{cast.workshop.pk}/messages/{message.pk}/"' in page.content.decode()
    assert browser_of(cast.erin).get(path).status_code == 404
    remove_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.trent.pk)
    assert trent.get(path).status_code == 404


def test_what_is_no_text_has_no_page(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "tide.py", b"MZ\x90\x00\x03")
    assert upload.kind == Upload.Kind.FILE
    assert browser_of(cast.bob).get(f"/files/{upload.pk}/preview/").status_code == 404
