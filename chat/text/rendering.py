"""The one way from a source to the HTML that is stored and shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import nh3

from chat.text.cleaning import clean_text
from chat.text.code import CODE_CLASSES, LANGUAGES
from chat.text.markdown import TooDeep, render_markdown
from chat.text.mentions import Person
from chat.text.own_emoji import with_addresses
from chat.text.plain import plain_text
from chat.text.urls import SCHEMES

# Raised when the HTML of an old source would come out otherwise; old rows are then rendered anew.
RENDER_VERSION = 1
# Characters of a message (protocol.md, Limits); what is longer is never parsed.
MAX_CHARACTERS = 10_000
# Escaping alone makes at most 60,000 characters of a text; markup beyond this is an attack on
# every browser in the room.
MAX_HTML = 80_000

# What may begin markup, a mention or an address; anything else is plain and needs no parser.
_MARKUP = re.compile(r"[\\`*_~\[<@]|://|www\.|^[ \t]*(?:[#>+-]|\d{1,9}[.)])", re.MULTILINE | re.IGNORECASE)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
_BLANK_LINES = re.compile(r"\n{2,}")
_LINE_EDGES = re.compile(r"[ \t]*\n[ \t]*")

_REL = "nofollow noopener noreferrer ugc"
_DEAD_LINK = re.compile(rf'<a rel="{_REL}">(.*?)</a>', re.DOTALL)

_SANITISER = nh3.Cleaner(
    tags={
        "p",
        "br",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "span",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "hr",
        "img",
    },
    attributes={"img": {"alt"}, "a": {"href"}, "span": {"data-user"}, "pre": {"tabindex"}, "ol": {"start"}},
    allowed_classes={
        "img": {"emoji"},
        "span": {"mention", *CODE_CLASSES},
        "code": {f"language-{lexer}" for lexer in LANGUAGES.values()},
    },
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=_REL,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html`: sanitised body, no word of the product's own; `mentions`: ids in order, each once;
    `plain`: the words alone, one line per line shown."""

    html: str
    mentions: tuple[int, ...]
    plain: str

    @property
    def has_links(self) -> bool:
        return "<a " in self.html


def render(
    source: str, *, people: Mapping[str, Person], emoji: Mapping[str, str] = MappingProxyType({})
) -> Rendered:
    """The body of a message. `people`: who may be mentioned, by casefolded handle; `emoji`: the addresses of this
    chat's own, by name.

    Raises ValueError for a lone surrogate. Time is linear in the length; a source beyond
    a bound (length, depth, size of the result) is shown as it was typed.
    """
    source = clean_text(source)
    if (emoji or _MARKUP.search(source)) and len(source) <= MAX_CHARACTERS:
        try:
            html, mentioned = render_markdown(source, people=people, emoji=emoji)
        except TooDeep:
            html = ""
        if html and len(html) <= MAX_HTML:
            html = with_addresses(sanitise(html), emoji)
            if len(html) <= MAX_HTML:
                return Rendered(html=html, mentions=tuple(dict.fromkeys(mentioned)), plain=plain_text(html))
    html = _as_typed(source)
    return Rendered(html=html, mentions=(), plain=plain_text(html))


def sanitise(html: str) -> str:
    """Only the tags, attributes, classes and schemes that `render` may produce."""
    html = _SANITISER.clean(html)
    # The sanitiser parses addresses as browsers do and takes what they would not open.
    return _DEAD_LINK.sub(r"\1", html) if "<a rel" in html else html


def _as_typed(source: str) -> str:
    """The same HTML that the parser and the sanitiser make of a text without markup."""
    paragraphs = (paragraph.strip().translate(_ESCAPES) for paragraph in _BLANK_LINES.split(source))
    lines = (_LINE_EDGES.sub("<br>\n", paragraph) for paragraph in paragraphs)
    return "".join(f"<p>{shown}</p>\n" for shown in lines if shown)
