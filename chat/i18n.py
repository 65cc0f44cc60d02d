"""The scripts' strings in another language, from the one catalogue that the server uses too."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation


@cache
def _used_by_scripts() -> list[Any]:
    """What `manage.py catalogue` found in static/js: strings, and [one, many] for counted ones."""
    file = settings.BASE_DIR / "locale" / "js.json"
    strings: list[Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return strings


def js_catalogue(language: str) -> dict[str, str | list[str]]:
    """English → translation; a list of plural forms for counted strings. Raises LookupError for other languages."""
    if language not in dict(settings.LANGUAGES):
        raise LookupError(language)
    with translation.override(language):
        return dict(_translated(entry) for entry in _used_by_scripts())


def _translated(entry: Any) -> tuple[str, str | list[str]]:
    if isinstance(entry, str):
        return entry, translation.gettext(entry)
    one, many = entry
    return one, [translation.ngettext(one, many, 1), translation.ngettext(one, many, 2)]
