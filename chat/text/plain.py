"""Text without markup: for the quote of a reply, a notification, the list of rooms."""

import re
from html import unescape

# Safe on our own HTML only: nh3 writes it, so `<` and `>` stand for tags and nothing else.
_PICTURE = re.compile(r'<img class="emoji" alt="([^"]*)"[^<>]*>')
_TAG = re.compile(r"<[^<>]*>")
_OPENING = re.compile(r"<(?:p|pre|ul|ol|blockquote|hr)[ >]")
# How far back a cut looks for a space, so that no word is cut where words have spaces between them.
_WORD_BACK = 16


def plain_text(html: str) -> str:
    """The words of a rendered body, one line per line shown."""
    html = _PICTURE.sub(r"\1", html) if "<img" in html else html
    return "\n".join(filter(None, (line.strip() for line in unescape(_TAG.sub("", html)).split("\n"))))


def excerpt(html_or_source: str, limit: int = 120) -> str:
    """One line of at most `limit` characters (an ellipsis included) from a rendered body or a source.

    Plain text: whoever puts it into HTML escapes it.
    """
    text = html_or_source
    if _OPENING.match(text):
        text = plain_text(text)
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = limit - 1
    space = text.rfind(" ", max(cut - _WORD_BACK, 1), cut + 1)
    return text[: _between_graphemes(text, cut) if space < 0 else space].rstrip() + "…"


def _between_graphemes(text: str, cut: int) -> int:
    """A cut not inside an emoji sequence or before a combining mark, as far as is cheap to know."""
    while cut > 1 and (_continues(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut


def _continues(character: str) -> bool:
    return (
        character in "\u200d\ufe0e\ufe0f"
        or "\u0300" <= character <= "\u036f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
