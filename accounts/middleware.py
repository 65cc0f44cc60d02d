"""Each page in its reader's language and time zone; each session in use lives on."""

import time
import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

# Seconds. Sessions end when idle (SESSION_COOKIE_AGE); one write a day keeps one in use alive.
RENEW_EVERY = 86_400
RENEWED = "renewed"


class PreferencesMiddleware:
    """Language: the profile's, else LocaleMiddleware's. Time zone: the profile's, the browser's, ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.language and translation.check_for_language(user.language):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language() or user.language
        zone = zone_named(user.time_zone) if user.is_authenticated else None
        zone = zone or zone_named(unquote(request.COOKIES.get("tz", "")))
        with timezone.override(zone or timezone.get_default_timezone()):
            return self.get_response(request)


class RenewSessionMiddleware:
    """Keeps a signed-in session from expiring while it is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated and now - request.session.get(RENEWED, 0) > RENEW_EVERY:
            request.session[RENEWED] = now
        return self.get_response(request)


def zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone, or None for what is no zone's name; the cookie is anybody's to write."""
    try:
        return zoneinfo.ZoneInfo(name) if name and len(name) <= 64 else None
    except (ValueError, OSError):
        return None
    except zoneinfo.ZoneInfoNotFoundError:
        return None
