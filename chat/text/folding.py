"""Text as search compares it: without case, accents, width and markup; and the pieces that its index keeps.

PostgreSQL folds by a function of its own that says the same in SQL (chat/models/search_index.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

PIECE = 3  # characters
# Behind the end of a text, so that its last two characters begin pieces too; nobody types it.
END = "\ue000"
# Before what is no text of anybody: the room, the author.
FACT = "\uf8ff"
# Before the name of a file and that of a picture, behind the text they hang on: no characters, and never will be.
FILE, IMAGE = "\ufdd1", "\ufdd2"

_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKUP = re.compile(r"[*`]|~~")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


def fold(text: str) -> str:
    """Case, accents, width and marks of emphasis are gone; each run of white space is one space."""
    plain = _MARKUP.sub("", _ACCENTS.sub("", normalize("NFKD", text)))
    return _SPACE.sub(" ", normalize("NFKC", plain.lower().replace("ς", "σ"))).strip(" ")


def without_markup(text: str) -> str:
    """As people read it on one line: what `fold` keeps, with its case and accents."""
    return _SPACE.sub(" ", _MARKUP.sub("", text)).strip(" ")


def pieces(folded: str) -> set[str]:
    """Every run of three characters. Each part of the text, however short, begins one of them."""
    padded = folded + END * (PIECE - 1)
    return {padded[start : start + PIECE] for start in range(len(folded))}


def pieces_to_ask(part: str) -> Iterator[tuple[str, bool]]:
    """(piece, whether it is only a beginning) that every text with this part has: no more than cover it."""
    if len(part) < PIECE:
        yield part, True
        return
    for start in [*range(0, len(part) - PIECE, PIECE), len(part) - PIECE]:
        yield part[start : start + PIECE], False


def room_fact(room_id: int) -> str:
    return f"{FACT}r{room_id}"


def author_fact(author_id: int) -> str:
    return f"{FACT}a{author_id}"
