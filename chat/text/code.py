"""Fenced code: pygments' tokens as a handful of classes, within bounds."""

from functools import cache
from html import escape
from time import thread_time

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

# What one message may spend on colours. Ordinary code of this length takes 5 to 15 ms, but nearly every
# lexer has an input on which it is quadratic (C: empty lines, 600 ms), so time is watched as well:
# such a text may come out plain on one machine and coloured on another.
HIGHLIGHTED_CHARACTERS = 4000
HIGHLIGHTING_SECONDS = 0.04
# So many pieces weigh about 30 kB; more are no text that a colour would help to read.
HIGHLIGHTED_PIECES = 1200

# Names that people write behind the fence, to pygments' own.
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


class Highlighter:
    """The fences of one message; together they have one budget."""

    def __init__(self) -> None:
        self._characters = HIGHLIGHTED_CHARACTERS
        self._pieces = HIGHLIGHTED_PIECES
        self._seconds = HIGHLIGHTING_SECONDS

    def block(self, source: str, language: str) -> str:
        """`<pre>` that the keyboard can reach, as it scrolls sideways; coloured if we know the language."""
        source = source.removesuffix("\n")
        lexer = LANGUAGES.get(language.casefold())
        body = escape(source, quote=False)
        if lexer and len(source) <= self._characters:
            self._characters -= len(source)
            body = "".join(self._highlighted(source, lexer) or body)
        name = f' class="language-{lexer}"' if lexer else ""
        return f'<pre tabindex="0"><code{name}>{body}</code></pre>\n'

    def _highlighted(self, source: str, lexer: str) -> list[str] | None:
        """The source in pieces, or None when it proves too dear."""
        deadline = thread_time() + self._seconds
        runs, rest = _runs_of(source, lexer, most=self._pieces, deadline=deadline)
        if rest is not None:
            self._pieces = 0
            return None
        self._seconds = deadline - thread_time()
        self._pieces -= len(runs)
        return [_span(css_class, text) for css_class, text in runs]


def coloured(source: str, lexer: str, *, most: int, seconds: float) -> str:
    """A whole file as HTML: in colours until there are `most` pieces or `seconds` are over, plain from there on.

    The time is looked at between two pieces: one of them may take any. `source` has `\\n` line ends.
    """
    runs, rest = _runs_of(source, lexer, most=most, deadline=thread_time() + seconds)
    return "".join(_span(css_class, text) for css_class, text in runs) + escape(rest or "", quote=False)


def _runs_of(
    source: str, lexer: str, *, most: int, deadline: float
) -> tuple[list[tuple[str, str]], str | None]:
    """(class, text) with neighbours of one class together, and what is left where it proves too dear, else None."""
    runs: list[tuple[str, list[str]]] = [("", [])]
    rest = None
    done = 0
    for token_type, text in _lexer(lexer).get_tokens(source):
        css_class = _class_of(token_type)
        if css_class != runs[-1][0] and not text.isspace():
            runs.append((css_class, []))
        runs[-1][1].append(text)
        done += len(text)
        if len(runs) > most or thread_time() > deadline:
            rest = source[done:]
            break
    return [(css_class, "".join(texts)) for css_class, texts in runs], rest


def _span(css_class: str, text: str) -> str:
    safe = escape(text, quote=False)
    return f'<span class="{css_class}">{safe}</span>' if css_class else safe


@cache
def _class_of(token_type: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if token_type in parent), "")


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)
