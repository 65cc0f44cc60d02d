"""Modules joined into one: nothing is lost, and what cannot be joined is refused in words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chat.assets import SCRIPT_ENTRY, CannotJoin, join, specifier_of
from chat.assets.joiner import imports_of, in_order
from chat.assets.scanner import Unreadable, tokens

STATIC = settings.BASE_DIR / "static"
SOURCES = {
    specifier_of(str(path.relative_to(STATIC))): path.read_text(encoding="utf-8")
    for path in sorted((STATIC / "js").rglob("*.js"))
}
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def joined(**sources: str) -> str:
    """The joined module of `app` and the other sources, given by the names of their files."""
    named = {f"chat/{name}.js": source for name, source in sources.items()}
    return join(named, entry="chat/app.js", file="js/out.js")[0]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def positions(source_map: str) -> Iterator[tuple[str, int] | None]:
    """For each line of the joined file its source and the line there, read as a browser reads it."""
    read = json.loads(source_map)
    source = line = 0
    for mapping in read["mappings"].split(";"):
        if not mapping:
            yield None
            continue
        values, value, shift = [], 0, 0
        for digit in map(DIGITS.index, mapping):
            value |= (digit & 31) << shift
            shift += 5
            if not digit & 32:
                values.append(-(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        column, more_source, more_lines, source_column = values
        assert (column, source_column) == (0, 0)
        source, line = source + more_source, line + more_lines
        yield read["sources"][source], line


@pytest.mark.parametrize("name", SOURCES)
def test_tokens_are_the_whole_source(name: str) -> None:
    found = list(tokens(SOURCES[name]))
    assert "".join(token.text for token in found) == SOURCES[name]
    assert found[-1].depth == 0


PIECES = st.sampled_from([*"`'\"/*\\{}()[]$\n =+a1", "${", "//", "/*", "*/", "return ", "import ", "export "])


@hypothesis_settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_anything_is_read_whole_or_refused(source: str) -> None:
    try:
        assert "".join(token.text for token in tokens(source)) == source
    except Unreadable:
        return


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("a = b / c / d", "mark", "/"),
        ("x(1) / y", "mark", "/"),
        ("a = /[/\"']+/g.test(b)", "pattern", "/[/\"']+/g"),
        ("return /`/", "pattern", "/`/"),
        ("(/a\\/b/)", "pattern", "/a\\/b/"),
        ("f(`a ${b} // c`)", "text", "} // c`"),
        ("f(`a ${ { d: `x${1}` } } /* c`)", "text", "} /* c`"),
        ("'\\'//'", "text", "'\\'//'"),
        ("a // `", "comment", "// `"),
        ("a /* ' */ b", "comment", "/* ' */"),
    ],
)
def test_what_looks_alike_is_told_apart(source: str, kind: str, text: str) -> None:
    assert (kind, text) in {(token.kind, token.text) for token in tokens(source)}


def test_what_every_page_imports_is_joined_in_the_order_of_a_browser() -> None:
    names = [module.name for module in in_order(SOURCES, SCRIPT_ENTRY)]
    assert names[-1] == SCRIPT_ENTRY
    for place, name in enumerate(names):
        assert set(imports_of(SOURCES[name])) <= set(names[:place]), name


def test_the_source_map_leads_every_line_back() -> None:
    code, source_map = join(SOURCES, entry=SCRIPT_ENTRY, file="js/out.js")
    lines = {name: source.split("\n") for name, source in SOURCES.items()}
    places = [
        (text, place) for text, place in zip(code.split("\n"), positions(source_map), strict=False) if place
    ]
    assert len(places) > 2000
    for text, (path, line) in places:
        original, joined_line = squeezed(lines[f"chat/{path}"][line]), squeezed(text)
        taken = re.match(r"const(\{.*\})=\$", joined_line) if original.startswith("import{") else None
        assert original.removeprefix("export").startswith(f"import{taken[1]}" if taken else joined_line), path
    assert code.endswith("\n//# sourceMappingURL=out.js.map\n")


def test_comments_indents_and_empty_lines_go_and_texts_stay() -> None:
    template = "`\n  // kept\n\n  /* kept */`"
    source = f'/** Gone. */\n// gone\nexport const a = {template}\n\n\n  const b = "/* kept */" /* gone */\n'
    assert joined(app=source) == (
        f'const $app = (() => {{\nconst a={template}\nconst b="/* kept */"\nreturn {{ a }} }})();\n'
        "export const { a } = $app;\n//# sourceMappingURL=out.js.map\n"
    )


def test_an_import_over_several_lines_keeps_the_lines_below_it() -> None:
    sources = {"chat/app.js": 'import {\n  a,\n  b,\n} from "chat/x.js";\na(b)\n'}
    sources["chat/x.js"] = "export function a() {}\nexport class b {}\n"
    code, source_map = join(sources, entry="chat/app.js", file="js/out.js")
    places = dict(zip(code.split("\n"), positions(source_map), strict=False))
    assert places["const { a, b } = $x;"] == ("app.js", 0)
    assert places["a(b)"] == ("app.js", 4)


def test_what_is_loaded_on_demand_stays_outside() -> None:
    code = joined(app='const more = () => import("chat/more.js")', more='import { a } from "chat/x.js"', x="")
    assert 'import("chat/more.js")' in code
    assert "$more" not in code


REFUSED = {
    "chat/app.js imports chat/x.js, which does not exist.": {"app": 'import { a } from "chat/x.js"'},
    "chat/app.js imports ./x.js, which does not exist.": {"app": 'import { a } from "./x.js"', "x": ""},
    "chat/app.js imports b, which chat/x.js does not export.": {
        "app": 'import { b } from "chat/x.js"',
        "x": "export const a = 1\nconst b = 2",
    },
    "chat/app.js loads chat/x.js, which does not exist.": {"app": 'if (a) { import("chat/x.js") }'},
    "Modules import each other in a circle: chat/x.js → chat/y.js → chat/x.js.": {
        "app": 'import "chat/x.js"',
        "x": 'import "chat/y.js"',
        "y": 'import "chat/x.js"',
    },
    "chat/x.js and chat/y.js both export a.": {
        "app": 'import "chat/x.js"\nimport "chat/y.js"',
        "x": "export const a = 1",
        "y": "export function a() {}",
    },
    "chat/app.js, line 2, imports in a form that cannot be joined.": {"app": '\nimport a from "chat/x.js"'},
    "chat/app.js, line 1, imports in a form that cannot be joined.": {
        "app": 'import { a as b } from "chat/x.js"'
    },
    "chat/app.js, line 3, imports in a form that cannot be joined.": {"app": "{\n{\nimport.meta }}"},
    "chat/app.js, line 2, exports in a form that cannot be joined.": {"app": "\nexport let a = 1"},
    "chat/app.js, line 1, exports in a form that cannot be joined.": {"app": "export default 1"},
    "chat/x.js, line 1, exports in a form that cannot be joined.": {
        "app": 'import "chat/x.js"',
        "x": 'export { a } from "chat/y.js"',
    },
    "chat/app.js, line 2, waits outside of a function.": {"app": "\nawait 1"},
    "chat/app.js, line 2, cannot be read from here on.": {"app": "a\nb = `c"},
    "chat/app.js, line 3, cannot be read from here on.": {"app": "\n\nfunction a() {"},
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_joined_is_refused_in_words(words: str) -> None:
    with pytest.raises(CannotJoin, match=f"^{re.escape(words)}$"):
        joined(**REFUSED[words])


@pytest.mark.parametrize("source", ['import { a } from "chat/b.js"', 'import "chat/app.js"'])
def test_collectstatic_stops_with_these_words(tmp_path: Path, source: str) -> None:
    (tmp_path / "from" / "js").mkdir(parents=True)
    (tmp_path / "from" / "js" / "app.js").write_text(source)
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "chat.assets.AssetStorage"}}
    here = override_settings(
        STATICFILES_DIRS=[tmp_path / "from"], STATIC_ROOT=tmp_path / "to", STORAGES=storages
    )
    with here, pytest.raises(CannotJoin, match=r"does not exist|in a circle"):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert not (tmp_path / "to" / "staticfiles.json").exists()
