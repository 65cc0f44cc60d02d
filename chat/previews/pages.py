"""What a page says of itself: its title, a sentence and a picture. Pure, linear in its length.

Found by patterns of re2, not by a parser of documents: the page may be anything, and nothing of its markup is kept.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import urljoin

import re2  # type: ignore[import-untyped]  # a binding without types

from chat.models.previews import LONGEST_TITLE, LONGEST_WORDS
from chat.text import clean_text, is_blank

MOST_TAGS = 400

_ATTRIBUTES = r"""((?:[^>"']|"[^"]*"|'[^']*')*)"""
_META = re2.compile(rf"(?i)<meta\s{_ATTRIBUTES}>")
_TITLE = re2.compile(r"(?is)<title[^>]*>([^<]*)")
_HEAD_END = re2.compile(r"(?i)</head|<body")
_PAIR = re2.compile(r"""(?i)([a-z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
# What pages are written in. Some of Python's codecs are no encodings, or take forever.
_ENCODINGS = re2.compile(
    r"(?i)utf-?8|us-ascii|iso-8859-([1-9]|1[0134-6])|windows-125[0-8]|koi8-[ru]"
    r"|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr)|utf-16(le|be)?"
)
_CHARSET = re2.compile(rb"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_-]{2,20})""")


@dataclass(frozen=True, slots=True)
class Card:
    """Plain words, already cut and cleaned. `image`: an absolute URL, yet to be judged; "" for none."""

    title: str
    words: str
    image: str


def card_of(body: bytes, *, charset: str, url: str) -> Card | None:
    """None where the page says nothing that could be shown."""
    text = _decoded(body, charset)
    head = text[: end.start()] if (end := _HEAD_END.search(text)) else text
    said = _said(head)
    found = _TITLE.search(head)
    title = _words(said.get("og:title") or (found[1] if found else ""), LONGEST_TITLE)
    if is_blank(title):
        return None
    return Card(
        title=title,
        words=_words(said.get("og:description") or said.get("description", ""), LONGEST_WORDS),
        image=_address(url, said.get("og:image", "")),
    )


def _decoded(body: bytes, charset: str) -> str:
    found = _CHARSET.search(body[:2048])
    told = charset or (found[1].decode() if found else "")
    return body.decode(told if _ENCODINGS.fullmatch(told) else "utf-8", "replace")


def _said(head: str) -> dict[str, str]:
    """Name or property → content of the first element that says it."""
    said: dict[str, str] = {}
    for number, tag in enumerate(_META.finditer(head)):
        if number >= MOST_TAGS:
            break
        pairs = {
            name.lower(): double or single or bare for name, double, single, bare in _PAIR.findall(tag[1])
        }
        name = (pairs.get("property") or pairs.get("name") or "").lower()
        if name and "content" in pairs:
            said.setdefault(name, pairs["content"])
    return said


def _words(raw: str, longest: int) -> str:
    """One line of plain words: entities read, invisible and direction-changing characters gone."""
    try:
        text = " ".join(clean_text(html.unescape(raw[: 8 * longest])).split())
    except ValueError:
        return ""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _address(base: str, raw: str) -> str:
    try:
        return urljoin(base, html.unescape(raw).strip()) if raw.strip() else ""
    except ValueError:
        return ""
