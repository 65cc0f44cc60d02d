"""Each page in its reader's language and time zone; each session in use lives on."""

import time
import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare

from accounts.models import User

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


class ChangedKeyMiddleware:
    """While SECRET_KEY_FALLBACKS are set, a session that was marked with a former key is marked anew.

    Django alone would give the session another name instead: of two requests at once the later one is signed out,
    and so are the tabs that are open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECRET_KEY_FALLBACKS and (mark := request.session.get(HASH_SESSION_KEY)):
            user = User.objects.filter(pk=request.session[SESSION_KEY]).first()
            former = user.get_session_auth_fallback_hash() if user else ()
            if user and any(constant_time_compare(mark, one) for one in former):
                request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
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
