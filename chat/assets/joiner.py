"""Joins ES modules into one, so that a page needs one request and not sixty.

Each module becomes a function that returns what it exports, in the order in which a browser would run them; the
joined module exports everything again. Only the simple forms of import and export are understood, the rest is refused
in words. Comments and what is only space go; lines and names stay, and a source map leads back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from chat.assets.scanner import Token, Unreadable, tokens
from chat.assets.source_map import Origin, write_map

PREFIX = "chat/"
_IMPORTS = re.compile(r"""^\s*(?:import|export)\b[^"';(=]*["'](chat/[^"']+)["']""", re.MULTILINE)
_IMPORT = re.compile(r"""import\s*(?:\{([\w\s,]*)\}\s*from\s*)?["']([^"'\n]+)["'];?""")
_ON_DEMAND = re.compile(r"""import\(\s*["']([^"'\n]+)["']\s*\)""")
# Beside these a space means nothing; beside others it may keep two marks apart.
_LOOSE = frozenset("{}()[],;:=<>?&|")
_EXPORT = re.compile(r"export\s+(?=(?:(?:async\s+)?function[\s*]+|class\s+|const\s+)(\w+))")


class CannotJoin(ValueError):
    """What is wrong in which source, in words for whoever writes it."""


@dataclass
class Module:
    """A source that was read: what it takes from whom, what it gives, and its code."""

    name: str
    imports: dict[str, list[str]] = field(default_factory=dict)
    on_demand: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    lines: list[tuple[str, int]] = field(default_factory=list)  # each with its line in the source, from 0

    @property
    def given(self) -> str:
        return f"{{ {', '.join(self.exports)} }}"


def imports_of(source: str) -> list[str]:
    """The bare names that a source imports statically, found quickly; `import()` is not among them."""
    return _IMPORTS.findall(source)


def specifier_of(path: str) -> str:
    """The bare name of a file: `chat/models/outbox.js` for `js/models/outbox.js`."""
    return PREFIX + path.removeprefix("js/")


def join(sources: Mapping[str, str], *, entry: str, file: str) -> tuple[str, str]:
    """The joined module and its source map. `sources`: by bare name; `file`: the path of the joined module.

    It holds the entry and what that imports; what is only loaded by `import()` stays outside. Raises CannotJoin.
    """
    modules = in_order(sources, entry)
    check_names(modules, sources)
    lines: list[tuple[str, Origin | None]] = []
    for number, module in enumerate(modules):
        lines.append((f"const {variable_of(module.name)} = (() => {{", None))
        lines += [(text, (number, line)) for text, line in module.lines]
        lines.append((f"return {module.given} }})();", None))
    lines += [(f"export const {m.given} = {variable_of(m.name)};", None) for m in modules if m.exports]
    name = PurePosixPath(file).name
    code = "\n".join(text for text, _origin in lines) + f"\n//# sourceMappingURL={name}.map\n"
    paths = [module.name.removeprefix(PREFIX) for module in modules]
    return code, write_map(name, paths, [origin for _text, origin in lines])


def in_order(sources: Mapping[str, str], entry: str) -> list[Module]:
    """The entry and what it needs, each after all that it imports. Raises CannotJoin."""
    done: dict[str, Module] = {}
    under_way: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in under_way:
            circle = " → ".join([*under_way[under_way.index(name) :], name])
            raise CannotJoin(f"Modules import each other in a circle: {circle}.")
        if name not in sources:
            raise CannotJoin(
                f"{under_way[-1] if under_way else 'The page'} imports {name}, which does not exist."
            )
        under_way.append(name)
        module = read_module(name, sources[name])
        for other in module.imports:
            visit(other)
        done[under_way.pop()] = module

    visit(entry)
    return list(done.values())


def check_names(modules: list[Module], sources: Mapping[str, str]) -> None:
    """All that is imported exists, and no two modules give the same name. Raises CannotJoin."""
    givers: dict[str, str] = {}
    for module in modules:
        for name in (variable_of(module.name), *module.exports):
            if name in givers:
                raise CannotJoin(f"{givers[name]} and {module.name} both export {name}.")
            givers[name] = module.name
        for giver, names in module.imports.items():
            for name in names:
                if givers.get(name) != giver:
                    raise CannotJoin(f"{module.name} imports {name}, which {giver} does not export.")
        for name in module.on_demand:
            if name not in sources:
                raise CannotJoin(f"{module.name} loads {name}, which does not exist.")


def variable_of(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removeprefix(PREFIX).removesuffix(".js"))


def read_module(name: str, source: str) -> Module:
    """Takes a source apart; its code keeps its lines. Raises CannotJoin."""
    module = Module(name)
    code: list[str] = []
    in_templates: set[int] = set()
    at = line = 0
    try:
        for token in tokens(source):
            if token.start < at:  # part of an import that was taken whole
                continue
            taken, written = _read(module, token, source)
            breaks = taken.count("\n")
            if token.kind == "text":
                in_templates.update(range(line + 1, line + breaks + 1))
            code.append(written)
            at, line = at + len(taken), line + breaks
    except Unreadable as error:
        raise _refusal(module, source, error.at, "cannot be read from here on") from error
    for number, text in enumerate("".join(_packed(code)).split("\n")):
        kept = text if number in in_templates else text.strip()
        if kept or number in in_templates:
            module.lines.append((kept, number))
    return module


def _packed(pieces: list[str]) -> Iterator[str]:
    """The pieces of code without the spaces that only people need."""
    for place, piece in enumerate(pieces):
        beside = {*pieces[max(place - 1, 0) : place], *pieces[place + 1 : place + 2]}
        if not piece.isspace() or "\n" in piece or not beside & _LOOSE:
            yield piece


def _read(module: Module, token: Token, source: str) -> tuple[str, str]:
    """What of the source is taken at this token, and what is written for it, with as many line breaks."""
    if token.kind == "comment":
        return token.text, "\n" * token.text.count("\n") or " "
    if token.kind == "word" and token.text == "import":
        return _read_import(module, token, source)
    if token.kind == "word" and token.depth == 0:
        if token.text == "export":
            match = _EXPORT.match(source, token.start)
            if not match:
                raise _refusal(module, source, token.start, "exports in a form that cannot be joined")
            module.exports.append(match[1])
            return match[0], "\n" * match[0].count("\n")
        if token.text == "await":
            raise _refusal(module, source, token.start, "waits outside of a function")
    return token.text, token.text


def _read_import(module: Module, token: Token, source: str) -> tuple[str, str]:
    if on_demand := _ON_DEMAND.match(source, token.start):
        module.on_demand.append(on_demand[1])
    if source.startswith("import(", token.start):
        return token.text, token.text
    match = _IMPORT.match(source, token.start)
    if token.depth or not match:
        raise _refusal(module, source, token.start, "imports in a form that cannot be joined")
    names = [name.strip() for name in (match[1] or "").split(",") if name.strip()]
    if not all(name.isidentifier() for name in names):
        raise _refusal(module, source, token.start, "imports in a form that cannot be joined")
    module.imports.setdefault(match[2], []).extend(names)
    written = f"const {{ {', '.join(names)} }} = {variable_of(match[2])};" if names else ""
    return match[0], written + "\n" * match[0].count("\n")


def _refusal(module: Module, source: str, at: int, what: str) -> CannotJoin:
    return CannotJoin(f"{module.name}, line {source.count(chr(10), 0, at) + 1}, {what}.")
