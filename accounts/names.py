"""Names of people and rooms: cleaned for display, folded for comparison, derived into handles.

Pure functions without the database: `chat` may import them, forms and actions do.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator

from confusable_homoglyphs import confusables
from django.utils.translation import gettext_lazy as _

HANDLE_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
HANDLE_HELP = _("2 to 32 of a-z, 0-9, dot, dash and underscore; begins with a letter or digit.")
HANDLE_LENGTH = 32
NAME_LENGTH = 60

# Vietnamese stacks two marks on a letter; more than three is decoration that climbs over other rows.
MARKS_IN_A_ROW = 3

# Drawn as nothing although Unicode calls them letters or symbols: Hangul fillers, Braille blank.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")

# Words that would let a person pass for the instance; compared by skeleton.
_RESERVED = ("admin", "administrator", "moderator", "system", "everyone", "here", "all", "root")

_LETTERS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэіїєґё", "abvgdeziiklmnoprstufhyeiiege", strict=True))
    | dict(zip("αβγδεζηικλμνξοπρσςτυφωøłđðıħ", "abgdeziiklmnxoprsstyfoolddih", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "θ": "th"}
    | {"χ": "ch", "ψ": "ps", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def clean_name(text: str) -> str:
    """Return a display name on one line: NFC, nothing invisible, single spaces, few stacked marks.

    Control, format (bidi, zero-width), private and surrogate characters fall away. May be empty.
    """
    visible = "".join(_visible(unicodedata.normalize("NFC", text)))
    # Once more: a mark may have met its letter only now that what stood between them is gone.
    return " ".join(unicodedata.normalize("NFC", visible).split())


def skeleton(text: str) -> str:
    """Return what a hasty reader sees: names with equal skeletons pass for one another.

    Compatibility forms, case, marks, foreign look-alikes and separators are folded away.
    """
    folded = unicodedata.normalize("NFKD", clean_name(text).casefold())
    letters = (_lookalike(char) for char in folded if char.isalnum())
    return "".join(letters).replace("0", "o").replace("1", "l").replace("rn", "m").replace("vv", "w")


def derive_handle(name: str) -> str:
    """Return a well-formed handle that resembles the name; "user" and four digits where nothing is left."""
    plain = unicodedata.normalize("NFKD", clean_name(name).casefold().translate(_LETTERS)).translate(_LETTERS)
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    handle = ".".join(words)[:HANDLE_LENGTH].rstrip(".")
    return handle if HANDLE_PATTERN.fullmatch(handle) else f"user{secrets.randbelow(9000) + 1000}"


def numbered_handles(base: str) -> Iterator[str]:
    """Yield the handle itself, then with 2, 3 … appended, then with random digits; never ends."""
    if not is_reserved(base):
        yield base
    for number in range(2, 20):
        yield f"{base[: HANDLE_LENGTH - 2]}{number}"
    while True:
        yield f"{base[: HANDLE_LENGTH - 6]}{secrets.randbelow(900_000) + 100_000}"


def is_reserved(name: str) -> bool:
    """Whether the name passes for the instance or for one of its offices."""
    return skeleton(name) in _RESERVED_SKELETONS


def _visible(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Zs", "Zl", "Zp"} or char in "\t\n\r":
            char = " "
        elif category[0] == "C" or char in _BLANKS:
            continue
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= MARKS_IN_A_ROW:
            yield char


def _lookalike(char: str) -> str:
    if char.isascii():
        return char
    found = confusables.is_confusable(char, greedy=True) or []
    likes = (like["c"] for entry in found for like in entry["homoglyphs"])
    # Uppercase look-alikes count too: Greek Α (folded to α) resembles A, not a.
    return next((like.lower() for like in likes if like.isascii() and like.isalnum()), char)


_RESERVED_SKELETONS = frozenset(map(skeleton, _RESERVED))
