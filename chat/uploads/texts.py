"""The beginning of a text file as HTML: readable, harmless, and coloured where its name tells the language."""

from __future__ import annotations

import re
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Final

from chat.text.code import LANGUAGES
from chat.uploads import colouring

SECONDS: Final = 10.0
# Endings that are no name of a language (chat.text.code).
ENDINGS: Final = {
    "cc": "cpp",
    "conf": "ini",
    "cxx": "cpp",
    "hh": "cpp",
    "htm": "html",
    "pyi": "python",
    "webmanifest": "json",
    "xsl": "xml",
}
_LINE_ENDS = re.compile(r"\r\n?")
# Overrides and isolates show a program in another order than the one it runs in (CVE-2021-42574).
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def language_of(name: str) -> str:
    """The lexer for a file of this name; "" for none."""
    stem, _dot, ending = name.casefold().rpartition(".")
    if not stem:
        return "docker" if ending == "dockerfile" else ""
    return LANGUAGES.get(ENDINGS.get(ending, ending), "")


def draw(head: bytes, *, name: str, is_whole: bool) -> str:
    """The first bytes of a file as what stands in `<code>`; where there are more, its last line is a whole one."""
    text = readable(head.decode(errors="ignore"))
    if not is_whole and "\n" in text:
        text = text[: text.rindex("\n")]
    language = language_of(name)
    return (_coloured(text, language) if language else "") or escape(text, quote=False)


def readable(text: str) -> str:
    """With `\\n` line ends, and with a visible sign for what is not seen and changes what is."""
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff").replace("\f", ""))
    text = _REORDERING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return _CONTROLS.sub("\ufffd", text)


def _coloured(text: str, language: str) -> str:
    """Empty where the program was stopped."""
    program = [sys.executable, "-I", str(Path(colouring.__file__)), language]
    try:
        done = subprocess.run(
            program, input=text.encode(), capture_output=True, timeout=SECONDS, env={}, check=True
        )
    except subprocess.SubprocessError:
        return ""
    return done.stdout.decode()
