"""Finds every translatable string of the project."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

PYTHON = ("accounts", "chat", "chatsite")
TEMPLATES = ("templates", "accounts", "chat")
SCRIPTS = ("static/js",)

# Function to the places of context, singular and plural among its arguments; None where there is none.
_PLACES: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_CALL = re.compile(rf"(?<![\w.])({'|'.join(_PLACES)})\(")
_SCRIPT_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_SCRIPT_CALL = re.compile(
    rf"(?<![\w.$])(?:t\(\s*({_SCRIPT_STRING})|ngettext\(\s*({_SCRIPT_STRING})\s*,\s*({_SCRIPT_STRING}))"
)
_ANY_SCRIPT_STRING = re.compile(_SCRIPT_STRING)


@dataclass
class Text:
    """One string to translate. `in_script`: the browser says it."""

    source: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)
    in_script: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.source


class Texts(dict[tuple[str, str], Text]):
    """All strings by context and source; one plural is enough for a source."""

    def note(self, text: Text) -> None:
        known = self.setdefault(text.key, text)
        known.files |= text.files
        known.plural = known.plural or text.plural
        known.in_script = known.in_script or text.in_script


def collect(root: Path) -> Texts:
    """Everything below the repository's root, tests aside.

    The browser says what its scripts pass to `t` and `ngettext`, what they mention of the server's strings,
    and what the server marks with `gettext_noop`: words that travel as facts.
    """
    texts = Texts()
    for file in _files(root, PYTHON, "*.py"):
        for text in _in_python(file.read_text(encoding="utf-8")):
            texts.note(_found(text, file, root))
    for file in _files(root, TEMPLATES, "*.html", "*.txt"):
        for text in _in_template(file.read_text(encoding="utf-8")):
            texts.note(_found(text, file, root))
    scripts = list(_files(root, SCRIPTS, "*.js"))
    for file in scripts:
        for text in _in_script(file.read_text(encoding="utf-8")):
            texts.note(_found(text, file, root))
    for file in scripts:
        for literal in _ANY_SCRIPT_STRING.findall(file.read_text(encoding="utf-8")):
            if known := texts.get(("", _unquoted(literal))):
                known.in_script = True
    return texts


def _files(root: Path, folders: tuple[str, ...], *patterns: str) -> Iterator[Path]:
    for folder in folders:
        for pattern in patterns:
            yield from sorted(
                path for path in (root / folder).rglob(pattern) if "migrations" not in path.parts
            )


def _found(text: Text, file: Path, root: Path) -> Text:
    text.files.add(file.relative_to(root).as_posix())
    return text


def _in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _PLACES:
                yield from _from_arguments(name, [_constant(argument) for argument in node.args])


def _in_template(source: str) -> Iterator[Text]:
    """`templatize` turns a template into calls of gettext among blanks."""
    code = templatize(source)
    for match in _CALL.finditer(code):
        call = _call_at(code, match.start())
        yield from _from_arguments(match[1], [_constant(argument) for argument in call.args])


def _call_at(code: str, start: int) -> ast.Call:
    """The shortest text from here that is a whole call; strings may hold brackets."""
    end = start
    while True:
        end = code.index(")", end) + 1
        with suppress(SyntaxError):
            parsed = ast.parse(code[start:end].strip(), mode="eval").body
            if isinstance(parsed, ast.Call):
                return parsed


def _in_script(source: str) -> Iterator[Text]:
    for alone, one, many in _SCRIPT_CALL.findall(source):
        yield Text(_unquoted(alone or one), plural=_unquoted(many) if many else "", in_script=True)


def _from_arguments(name: str, arguments: list[str | None]) -> Iterator[Text]:
    context, singular, plural = _PLACES[name]
    found = [
        None if place is None or place >= len(arguments) else arguments[place]
        for place in (context, singular, plural)
    ]
    if found[1]:
        yield Text(found[1], found[2] or "", found[0] or "", in_script=name == "gettext_noop")


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _unquoted(literal: str) -> str:
    """The value of a JavaScript string in either kind of quotes."""
    if literal[0] == "'":
        literal = '"' + literal[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'
    try:
        value: str = json.loads(literal)
    except ValueError:
        return literal[1:-1]
    return value
