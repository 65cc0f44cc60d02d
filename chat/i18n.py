"""The words that the browser says, from the file that `manage.py catalogue` makes of the one catalogue."""

import json
from functools import cache

from django.conf import settings
from django.utils.translation import to_locale

# The name of the file beside LC_MESSAGES.
JS_FILE = "js.json"


def js_catalogue(language: str) -> dict[str, str | list[str]]:
    """English source to translation; to the list of plural forms where the source has a plural.

    Empty for English, for which the sources are the words, and for a language that we do not speak.
    """
    known = any(language.lower() == code.lower() for code, _name in settings.LANGUAGES)
    return _read(language.lower()) if known else {}


@cache
def _read(language: str) -> dict[str, str | list[str]]:
    for folder in settings.LOCALE_PATHS:
        file = folder / to_locale(language) / JS_FILE
        if file.exists():
            words: dict[str, str | list[str]] = json.loads(file.read_text(encoding="utf-8"))
            return words
    return {}
