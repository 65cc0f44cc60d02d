"""JavaScript as tokens: enough to tell code from strings, templates, patterns and comments."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["space", "comment", "text", "pattern", "word", "mark"]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[\w$\#@]+)
    |(?P<mark>[^\s"'`])""",
    re.VERBOSE | re.DOTALL,
)
# From a backtick, or from the end of an insertion, to the next backtick or insertion.
_TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
# After these, as after a mark that ends no value, a slash begins a pattern.
_BEFORE_VALUES = frozenset(
    ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield")
)


class Token(NamedTuple):
    """`start`: the offset; `depth`: how many brackets are open around it. A template's pieces are texts."""

    kind: Kind
    text: str
    start: int
    depth: int


class Unreadable(ValueError):
    """What begins at the offset `at` does not end."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def tokens(source: str) -> Iterator[Token]:
    """The whole source in pieces, in order. Raises Unreadable."""
    at = 0
    opened: list[tuple[str, int]] = []
    before = ""
    while at < len(source):
        kind, text = _token_at(source, at, before, inserted=bool(opened) and opened[-1][0] == "${")
        if text[0] in ")]}" and kind in ("mark", "text"):
            if not opened:
                raise Unreadable(at)
            opened.pop()
        yield Token(kind, text, at, len(opened))
        if text in ("(", "[", "{"):
            opened.append((text, at))
        elif kind == "text" and text.endswith("${"):
            opened.append(("${", at))
        if kind not in ("space", "comment"):
            before = text if kind in ("word", "mark") else "value"
        at += len(text)
    if opened:
        raise Unreadable(opened[-1][1])


def _token_at(source: str, at: int, before: str, *, inserted: bool) -> tuple[Kind, str]:
    """`before`: the last word or mark; `inserted`: a "}" here leads back into a template."""
    first = source[at]
    if first == "`" or (first == "}" and inserted):
        return "text", _whole(_TEMPLATE, source, at)
    match = _TOKEN.match(source, at)
    if match is None or (match["mark"] and source.startswith("/*", at)):
        raise Unreadable(at)
    if match["mark"] == "/" and (before in _BEFORE_VALUES or not re.fullmatch(r"[\w$#@]+|[)\]}]", before)):
        return "pattern", _whole(_PATTERN, source, at)
    kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named so
    return kind, match[0]


def _whole(form: re.Pattern[str], source: str, at: int) -> str:
    match = form.match(source, at)
    if match is None:
        raise Unreadable(at)
    return match[0]
