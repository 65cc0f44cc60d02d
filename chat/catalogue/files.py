"""The catalogue on disk: django.po for people, django.mo for the server, js.json for the browser."""

import json
import re
from pathlib import Path

import polib
from django.utils.translation import to_locale

from chat.catalogue.extraction import Text, Texts
from chat.i18n import JS_FILE

_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")


class Catalogue:
    """One language below `folder` (locale/)."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder / to_locale(language)
        self._po_path = self.folder / "LC_MESSAGES" / "django.po"
        self._mo_path = self._po_path.with_suffix(".mo")
        self._js_path = self.folder / JS_FILE
        self.po = (
            polib.pofile(str(self._po_path), wrapwidth=110) if self._po_path.exists() else _new(language)
        )

    def update(self, texts: Texts) -> None:
        """Adds what is new, untranslated; sets aside what is gone; keeps every translation."""
        known = {(one.msgctxt or "", one.msgid): one for one in self.po}
        for key, text in sorted(texts.items()):
            entry = known.pop(key, None) or polib.POEntry(msgid=text.source, msgctxt=text.context or None)
            entry.obsolete = False
            _describe(entry, text)
            if entry not in self.po:
                self.po.append(entry)
        for entry in known.values():
            entry.obsolete = True
        self.po.sort(key=lambda one: (one.obsolete, one.msgid, one.msgctxt or ""))

    def save(self) -> None:
        self._po_path.parent.mkdir(parents=True, exist_ok=True)
        self.po.save(str(self._po_path))
        self.po.save_as_mofile(str(self._mo_path))
        self._js_path.write_text(self._script_words(), encoding="utf-8")

    def faults(self, texts: Texts) -> list[str]:
        """What keeps this catalogue from being complete, a line each."""
        here = {(one.msgctxt or "", one.msgid): one for one in self.po if not one.obsolete}
        found = [f"missing: {text.source!r}" for key, text in texts.items() if key not in here]
        found += [f"not used any more: {entry.msgid!r}" for key, entry in here.items() if key not in texts]
        found += [f"not translated: {entry.msgid!r}" for entry in here.values() if not entry.translated()]
        found += [f"other places than the source: {one.msgid!r}" for one in here.values() if _misplaced(one)]
        found += [] if found else self._stale()
        return sorted(found)

    def _stale(self) -> list[str]:
        """Files that `save` would write otherwise."""
        mo = polib.mofile(str(self._mo_path)) if self._mo_path.exists() else []
        compiled = {(one.msgctxt, one.msgid, one.msgstr, *one.msgstr_plural.values()) for one in mo}
        wanted = {
            (one.msgctxt, one.msgid, one.msgstr, *one.msgstr_plural.values())
            for one in self.po
            if not one.obsolete
        }
        stale = [] if compiled == wanted else [f"not compiled: {self._mo_path}"]
        js = self._js_path.read_text(encoding="utf-8") if self._js_path.exists() else ""
        return stale if js == self._script_words() else [*stale, f"out of date: {self._js_path}"]

    def _script_words(self) -> str:
        words = {
            entry.msgid: list(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
            for entry in self.po
            if "js" in (entry.comment or "").split() and not entry.obsolete and entry.translated()
        }
        return json.dumps(words, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def _new(language: str) -> polib.POFile:
    po = polib.POFile(wrapwidth=110)
    po.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return po


def _describe(entry: polib.POEntry, text: Text) -> None:
    # Without line numbers: they would change with every commit.
    entry.occurrences = [(file, "") for file in sorted(text.files)]
    entry.comment = "js" if text.in_script else ""
    entry.flags = ["python-format"] if _PLACE.search(text.source + text.plural) else []
    if text.plural and entry.msgid_plural != text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr}
        entry.msgstr = ""
    elif not text.plural and entry.msgid_plural:
        entry.msgid_plural, entry.msgstr, entry.msgstr_plural = "", entry.msgstr_plural.get(0, ""), {}


def _misplaced(entry: polib.POEntry) -> bool:
    """A `%(name)s` that the translation lost or made up; a plural may leave the number out."""
    allowed = set(_PLACE.findall(entry.msgid + entry.msgid_plural))
    needed = set(_PLACE.findall(entry.msgid)) & set(_PLACE.findall(entry.msgid_plural or entry.msgid))
    for translation in (entry.msgstr, *entry.msgstr_plural.values()):
        places = set(_PLACE.findall(translation))
        if translation and not needed <= places <= allowed:
            return True
    return False
