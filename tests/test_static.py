"""Static files: every import resolves, everything is small, nothing is inline."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from chat.assets import SCRIPT_BUNDLE, SCRIPT_ENTRY, STYLE_BUNDLE, AssetStorage, imports_of, style_order
from chat.templatetags import assets
from chat.templatetags.assets import build_modules, build_style_links, import_map, reachable

ROOT = settings.BASE_DIR
STATIC = ROOT / "static"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"), key=lambda path: style_order(str(path)))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# What an import may look like anywhere in a source, dynamic ones included.
SPECIFIER = re.compile(r"""(?:\}\s*from|\w\s+from|\bimport)\s*\(?\s*["']([^"'\n]+)["']""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
CSS_BUDGET_BYTES = 18 * 1024
SCRIPT_BUDGET_BYTES = 45 * 1024


def code_of(script: Path) -> str:
    """A module without its comments: types in JSDoc name modules by relative paths."""
    return COMMENT.sub("", script.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", SCRIPTS, ids=[str(path.relative_to(STATIC)) for path in SCRIPTS])
def test_every_import_is_a_bare_name_of_the_map(script: Path) -> None:
    known = import_map()
    for name in SPECIFIER.findall(code_of(script)):
        assert name in known, f"{script.relative_to(STATIC)} imports {name}"


def test_the_entry_reaches_every_module_that_is_not_loaded_on_demand() -> None:
    on_demand = {
        name for path in SCRIPTS for name in re.findall(r"""\bimport\(\s*["']([^"']+)""", code_of(path))
    }
    roots = [SCRIPT_ENTRY, *on_demand]
    assert {module for root in roots for module in reachable(root)} == set(import_map())


def test_import_lines_over_several_lines_are_found() -> None:
    source = 'import {\n  one,\n  two,\n} from "chat/a.js"\nexport { three } from "chat/b.js"\nimport "chat/c.js"\n'
    assert imports_of(source) == ["chat/a.js", "chat/b.js", "chat/c.js"]


def test_what_is_loaded_on_demand_is_no_import_line() -> None:
    source = (
        'import("chat/a.js")\nexport const b = () => import("chat/b.js")\nexport const path = "chat/c.js"\n'
    )
    assert imports_of(source + 'import { d } from "chat/d.js"\n') == ["chat/d.js"]


def test_the_style_sheets_together_are_within_the_budget() -> None:
    joined = b"".join(path.read_bytes() for path in STYLES)
    assert len(gzip.compress(joined, 9)) <= CSS_BUDGET_BYTES


# Sides by their physical names, and four values of which the second and the last differ.
PHYSICAL = re.compile(
    r"""(?<![\w-])(?:(?:(?:margin|padding|border|scroll-margin|scroll-padding)-)?(?:left|right)(?:-\w+)?\s*:
    |(?:text-align|float|clear)\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius
    |(?:margin|padding|inset)\s*:\s*(?P<_top>[^\s;]+)\s+(?P<end>[^\s;]+)\s+[^\s;]+\s+(?!(?P=end)\s*[;}])[^\s;]+\s*[;}])""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("rule", "physical"),
    [
        ("a { margin-left: 1px }", True),
        ("a { left: 0 }", True),
        ("a { border-left-width: 0 }", True),
        ("a { text-align: right }", True),
        ("a { padding: 1px 2px 3px 4px; }", True),
        ("a { padding: 1px 2px 3px 2px; }", False),
        ("a { margin: 0 auto 1px; margin-inline-start: 1px; text-align: start }", False),
        ("a { border-start-start-radius: 1px }", False),
    ],
)
def test_physical_sides_are_told_from_logical_ones(rule: str, physical: bool) -> None:
    assert bool(PHYSICAL.search(rule)) is physical


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_AP_06_styles_name_sides_by_the_direction_of_text(style: Path) -> None:
    assert not PHYSICAL.search(style.read_text(encoding="utf-8"))


def test_the_order_of_the_layers_is_declared_first_and_each_file_is_in_layers() -> None:
    assert STYLES[0].name == "_layers.css"
    known = set(re.findall(r"\w+", STYLES[0].read_text().rpartition("@layer")[2]))
    for path in STYLES[1:]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line[0].isspace() and not line.startswith(("}", "/*")):
                layer = re.fullmatch(r"@layer (\w+) \{", line)
                assert layer, f"{path.name}: {line}"
                assert layer[1] in known


def test_important_stands_in_the_utilities_only() -> None:
    assert [path.name for path in STYLES if "!important" in path.read_text()] == ["utilities.css"]


@pytest.mark.parametrize("template", TEMPLATES, ids=[str(path.relative_to(ROOT)) for path in TEMPLATES])
def test_templates_have_no_inline_style_script_or_handler(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*nonce)|\son[a-z]+=|javascript:", source)


def test_every_icon_that_a_template_names_is_in_the_sprite_and_none_is_there_for_nothing() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (ROOT / "templates" / "_icons.html").read_text()))
    sources = [path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS)]
    sources.append((ROOT / "chat" / "messages" / "rendering.py").read_text())
    text = "\n".join(sources)
    named = set(re.findall(r"\bicon\(?\s*\"([\w-]+)\"", text)) | set(re.findall(r"#i-([\w-]+)", text))
    assert named == drawn


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AssetStorage]:
    """Our style sheets and scripts as collectstatic leaves them."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, DEBUG=False):
        storage = AssetStorage(location=str(folder))
        paths = {}
        for path in (*STYLES, *SCRIPTS):
            name = str(path.relative_to(STATIC))
            storage._save(name, ContentFile(path.read_bytes()))
            paths[name] = (storage, name)
        assert not [result for result in storage.post_process(paths) if isinstance(result[2], Exception)]
        yield storage


def test_collectstatic_joins_the_style_sheets(collected: AssetStorage) -> None:
    joined = Path(collected.path(collected.stored_name(STYLE_BUNDLE))).read_bytes()
    assert joined.startswith(STYLES[0].read_bytes())
    assert len(joined) >= sum(path.stat().st_size for path in STYLES)


def test_collectstatic_joins_the_scripts_within_the_budget_and_leaves_the_sources(
    collected: AssetStorage,
) -> None:
    joined = Path(collected.path(collected.stored_name(SCRIPT_BUNDLE)))
    size = joined.with_name(f"{joined.name}.gz").stat().st_size
    assert size <= SCRIPT_BUDGET_BYTES, "load with import() what not every visit needs"
    source_map = re.search(r"//# sourceMappingURL=(.+)\n$", joined.read_text(encoding="utf-8"))
    assert source_map
    for source in json.loads(joined.with_name(source_map[1]).read_text())["sources"]:
        assert (joined.parent / source).read_bytes() == (STATIC / "js" / source).read_bytes()


def test_a_page_names_what_was_joined(collected: AssetStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "staticfiles_storage", collected)
    mapping, early, entry = build_modules()
    addresses = json.loads(mapping)["imports"]
    assert entry == collected.url(SCRIPT_BUNDLE)
    assert early == []
    assert {addresses[name] for name in reachable(SCRIPT_ENTRY)} == {entry}
    assert build_style_links().count("<link") == 1


def test_before_collectstatic_names_stay_as_they_are(tmp_path: Path) -> None:
    assert AssetStorage(location=str(tmp_path)).stored_name("css/tokens.css") == "css/tokens.css"


def test_the_page_names_its_map_before_its_modules_and_all_with_the_nonce() -> None:
    request = RequestFactory().get("/")
    request.csp_nonce = "abc"  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    html = render_to_string("_assets.html", request=request)
    mapping = re.search(r'<script type="importmap" nonce="abc">(.*?)</script>', html)
    assert mapping
    assert json.loads(mapping[1])["imports"] == import_map()
    assert html.index("importmap") < html.index("modulepreload") < html.index('type="module" nonce="abc"')
    assert html.count('rel="modulepreload" nonce="abc"') == len(reachable(SCRIPT_ENTRY)) - 1


def test_pages_without_a_request_have_styles_and_no_scripts() -> None:
    html = engines["django"].get_template("500.html").render()
    assert "stylesheet" in html
    assert "<script" not in html
