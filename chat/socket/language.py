"""The language of a socket's error texts until its person is known: the browser's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


def language_of(scope: dict[str, Any]) -> str:
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    for language, _quality in parse_accept_lang_header(header.decode("latin-1").lower()):
        try:
            return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
