"""A language written from right to left, made of the English words; nobody is offered it.

`python -m tests.browser.mirrored` starts the site with it, from the folder that MIRRORED_LOCALE names.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib
from django.utils.translation import gettext_lazy

from chat.catalogue.files import Catalogue
from chatsite import launch
from tests.servers import Site, running_site
from tests.stores import ROOT

# One that Django knows to be written so, with plurals like English and the digits of Europe.
LANGUAGE = "ur"
# Letters of a date, places for values, and marks of HTML stay as they are.
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|<[^>]*>|&\w+;|\n")
_DATE = re.compile(r"[A-Za-z](?:[ ,:]{1,2}[A-Za-z])*")
_WORDS = re.compile(r"[^\W\d_](?:[^\n]*[^\W\d_])?")


def mirrored(text: str) -> str:
    """The text as people of that language see it: each stretch of words runs from right to left."""
    if _DATE.fullmatch(text):
        return text
    kept = [*_KEPT.findall(text), ""]
    runs = [_WORDS.sub("\u202e\\g<0>\u202c", part) for part in _KEPT.split(text)]
    return "".join(run + mark for run, mark in zip(runs, kept, strict=True))


def write_catalogue(folder: Path) -> None:
    """The whole catalogue in that language, for server and scripts, below this folder."""
    other = Catalogue(folder, LANGUAGE)
    other.po.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    for entry in Catalogue(ROOT / "locale", "zh-hans").po:
        if not entry.obsolete:
            other.po.append(_translated(entry))
    other.save()


def _translated(entry: polib.POEntry) -> polib.POEntry:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: mirrored(entry.msgid), 1: mirrored(entry.msgid_plural)}
    else:
        entry.msgstr = mirrored(entry.msgid)
    return entry


@contextmanager
def mirrored_site() -> Iterator[Site]:
    """As `running_site()`; whoever asks for that language gets it."""
    with running_site(start=False) as site:
        write_catalogue(site.folder / "locale")
        [process] = site.processes
        process.env |= {"MIRRORED_LOCALE": str(site.folder / "locale")}
        process.command = (sys.executable, "-m", "tests.browser.mirrored")
        process.start()
        yield site


def main() -> int:
    """Adds the language when the site is prepared: the settings cannot be read earlier."""
    prepare = launch.prepare

    def prepare_mirrored() -> list[str]:
        from chatsite import settings

        settings.LANGUAGES.append((LANGUAGE, gettext_lazy("Mirrored")))
        settings.LOCALE_PATHS.insert(0, Path(os.environ["MIRRORED_LOCALE"]))
        return prepare()

    launch.prepare = prepare_mirrored
    return launch.main()


if __name__ == "__main__":
    sys.exit(main())
