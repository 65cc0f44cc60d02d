"""What a text is before anything else looks at it: NFC, no controls, no lone surrogates."""

import re
import unicodedata

# The longest run of combining marks that living scripts need is about six (Tibetan stacks, pointed
# Hebrew with cantillation); more than ten in a row is only ever drawn over the neighbouring lines.
MARKS_IN_A_ROW = 10

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# C0 and C1 controls, bidi embeddings, overrides and isolates (the direction of each block is found by
# dir="auto"; U+200E/U+200F/U+061C stay, right-to-left writers need them), interlinear annotation,
# BOM, invisible operators, noncharacters.
_STRIPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Tag characters hide text from people but not from programs; only the three flags
# that are spelt with them (England, Scotland, Wales) may keep them.
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]{3,8}\U000e007f)|[\U000e0000-\U000e007f]")
_BLANK_LINE = re.compile(r"^[^\S\n]+$", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Drawn as nothing: white space, soft hyphen, joiners, marks of direction, Hangul fillers, the Braille
# blank, variation selectors, tags. Each has a place inside of a text; alone they are an empty message.
_BLANK = re.compile(
    "[\\s\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def clean_text(source: str) -> str:
    """The text as it is stored: `\\n` line ends, NFC, without controls and blank edges. Idempotent.

    Raises ValueError for a lone surrogate, which neither UTF-8 nor PostgreSQL can hold.
    """
    if "\r" in source or not source.isprintable():
        source = _LINE_ENDS.sub("\n", source)
    if source.isascii():
        return _trim(_ASCII_CONTROLS.sub("", source))
    if _SURROGATE.search(source):
        raise ValueError("The text holds half of a surrogate pair.")
    source = _TAGS.sub(r"\1", _STRIPPED.sub("", source))
    return _trim(_without_piles(unicodedata.normalize("NFC", source)))


def is_blank(text: str) -> bool:
    """Whether a cleaned text shows nothing at all."""
    return _BLANK.fullmatch(text) is not None


def _trim(text: str) -> str:
    """Blank lines hold nothing, none is first or last; the first line keeps its indent."""
    text = _BLANK_LINE.sub("", text.rstrip()) if "\n" in text else text.rstrip()
    return text[text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1 :]


def _without_piles(text: str) -> str:
    """Cut runs of combining marks; a composition that the cut sets free is made by the second NFC."""
    if not any(character >= "\u0300" for character in text):
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(character)
    return text if len(kept) == len(text) else unicodedata.normalize("NFC", "".join(kept))
