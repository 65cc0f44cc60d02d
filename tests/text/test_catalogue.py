"""One catalogue for the server and the browser: complete, compiled, and used."""

from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from chat.catalogue.extraction import Text, Texts, collect
from chat.catalogue.files import Catalogue
from chat.i18n import js_catalogue


def test_every_string_is_translated_and_compiled(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("catalogue", check=True)
    assert "strings" in capsys.readouterr().out


def test_the_server_speaks_chinese() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Sign in") == "登录"
        assert translation.ngettext("%(n)s member", "%(n)s members", 2) == "%(n)s 位成员"


def test_the_browser_gets_its_own_words_only() -> None:
    words = js_catalogue("zh-hans")
    assert words["%(actor)s joined"] == "%(actor)s 加入了房间"
    assert words["%(names)s is typing"] == ["%(names)s 正在输入"]
    assert "Use at most %(limit)s characters." not in words
    assert js_catalogue("en") == js_catalogue("tlh") == js_catalogue("../zh_Hans") == {}


def project(root: Path) -> Path:
    for folder, name, source in (
        (
            "chat",
            "a.py",
            'from x import gettext as _\n_("from " "python")\nngettext("%(n)s cat", "%(n)s cats", 2)\n',
        ),
        ("chat", "b.py", 'SAID = gettext_noop("a fact")\npgettext("verb", "Open")\n'),
        (
            "templates",
            "a.html",
            '{% translate "It\'s (here)" %}{% blocktranslate %}Hi {{ name }}!{% endblocktranslate %}',
        ),
        (
            "static/js",
            "a.js",
            "t(\"from a script\"); ngettext('%(count)s dog', '%(count)s dogs', n); x = 'from python'\n",
        ),
        ("static/js", "b.js", 'const not = list.at("other"); t(names[0])\n'),
    ):
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / name).write_text(source, encoding="utf-8")
    return root


def test_strings_are_found_everywhere(tmp_path: Path) -> None:
    texts = collect(project(tmp_path))
    assert set(texts) == {
        *(("", source) for source in ("from python", "%(n)s cat", "a fact", "It's (here)", "Hi %(name)s!")),
        *(("", source) for source in ("from a script", "%(count)s dog")),
        ("verb", "Open"),
    }
    assert texts["", "%(n)s cat"].plural == "%(n)s cats"
    said = {source for (_context, source), text in texts.items() if text.in_script}
    assert said == {"from python", "a fact", "from a script", "%(count)s dog"}


def catalogue(folder: Path, *sources: str) -> Catalogue:
    found = Catalogue(folder, "zh-hans")
    found.update(texts(*sources))
    for entry in found.po:
        entry.msgstr = entry.msgstr or f"译 {entry.msgid}"
    found.save()
    return Catalogue(folder, "zh-hans")


def texts(*sources: str) -> Texts:
    all_of_them = Texts()
    for source in sources:
        all_of_them.note(Text(source, files={"chat/a.py"}, in_script=True))
    return all_of_them


def test_a_complete_catalogue_has_no_faults(tmp_path: Path) -> None:
    assert catalogue(tmp_path, "one", "two %(n)s").faults(texts("one", "two %(n)s")) == []


def test_each_fault_is_named(tmp_path: Path) -> None:
    known = catalogue(tmp_path, "one", "two %(n)s", "gone")
    known.po.find("one").msgstr = ""
    known.po.find("two %(n)s").msgstr = "二 %(m)s"
    assert known.faults(texts("one", "two %(n)s", "three")) == [
        "missing: 'three'",
        "not translated: 'one'",
        "not used any more: 'gone'",
        "other places than the source: 'two %(n)s'",
    ]


def test_what_was_not_compiled_is_named(tmp_path: Path) -> None:
    known = catalogue(tmp_path, "one")
    known.po.find("one").msgstr = "别的"
    assert [fault.split(":")[0] for fault in known.faults(texts("one"))] == ["not compiled", "out of date"]


def test_a_string_that_comes_back_finds_its_translation(tmp_path: Path) -> None:
    known = catalogue(tmp_path, "one", "two")
    known.update(texts("two"))
    assert known.po.find("one", include_obsolete_entries=True).obsolete
    known.update(texts("one", "two"))
    assert known.po.find("one").msgstr == "译 one"


def test_the_compiled_file_is_committed() -> None:
    compiled = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    assert len(polib.mofile(str(compiled))) > 400


def test_check_fails_where_something_is_missing(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="missing: 'Sign in'"):
        call_command("catalogue", check=True)
