"""Fenced code: pygments' tokens as a handful of classes, within bounds."""

from collections.abc import Iterator
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

# A lexer makes about 0.3 million characters a second and some backtrack; what is longer stays plain.
HIGHLIGHTED_CHARACTERS = 4000
# So many pieces weigh about 30 kB; more are no text that a colour would help to read.
HIGHLIGHTED_PIECES = 1200

# Names people write behind the fence, to pygments' own. Lexers that were seen to be linear only.
LANGUAGES = {
    name: lexer
    for lexer, names in {
        "python": "python py python3",
        "pycon": "pycon",
        "javascript": "javascript js mjs jsx",
        "typescript": "typescript ts tsx",
        "json": "json",
        "html": "html xhtml",
        "xml": "xml svg",
        "css": "css",
        "bash": "bash sh shell zsh",
        "console": "console",
        "sql": "sql postgresql sqlite",
        "yaml": "yaml yml",
        "toml": "toml",
        "ini": "ini cfg",
        "diff": "diff patch",
        "go": "go golang",
        "rust": "rust rs",
        "c": "c h",
        "cpp": "cpp c++ hpp",
        "csharp": "csharp cs c#",
        "java": "java",
        "kotlin": "kotlin kt",
        "swift": "swift",
        "ruby": "ruby rb",
        "php": "php",
        "lua": "lua",
        "docker": "docker dockerfile",
    }.items()
    for name in names.split()
}

# The first that a token belongs to gives its class; the stylesheet colours these and no others.
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Token.Comment, "c"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "m"),
    (Token.Keyword, "k"),
    (Token.Operator.Word, "k"),
    (Token.Name.Function, "nf"),
    (Token.Name.Class, "nc"),
    (Token.Name.Tag, "nt"),
    (Token.Name.Attribute, "na"),
    (Token.Name.Builtin, "nb"),
    (Token.Name.Decorator, "nd"),
    (Token.Generic.Inserted, "gi"),
    (Token.Generic.Deleted, "gd"),
    (Token.Generic.Heading, "gh"),
    (Token.Generic.Subheading, "gh"),
    (Token.Generic.Prompt, "gp"),
)
CODE_CLASSES = frozenset(name for _, name in _CLASSES)


def code_block(source: str, language: str) -> str:
    """`<pre>` that the keyboard can reach, since it scrolls sideways; coloured if the language is known."""
    source = source.removesuffix("\n")
    lexer = LANGUAGES.get(language.casefold())
    body = lexer and len(source) <= HIGHLIGHTED_CHARACTERS and _highlighted(source, lexer)
    name = f' class="language-{lexer}"' if lexer else ""
    return f'<pre tabindex="0"><code{name}>{body or escape(source, quote=False)}</code></pre>\n'


def _highlighted(source: str, lexer: str) -> str | None:
    pieces: list[str] = []
    for css_class, text in _runs(source, lexer):
        safe = escape(text, quote=False)
        pieces.append(f'<span class="{css_class}">{safe}</span>' if css_class else safe)
        if len(pieces) > HIGHLIGHTED_PIECES:
            return None
    return "".join(pieces)


def _runs(source: str, lexer: str) -> Iterator[tuple[str, str]]:
    """Class ("" for none) and text; neighbours of one class together."""
    held_class, held = "", ""
    for token_type, text in _lexer(lexer).get_tokens(source):
        css_class = _class_of(token_type)
        if css_class != held_class and not text.isspace():
            if held:
                yield held_class, held
            held_class, held = css_class, ""
        held += text
    if held:
        yield held_class, held


@cache
def _class_of(token_type: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if token_type in parent), "")


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)
