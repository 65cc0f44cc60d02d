"""The session user of a socket.

Channels' own middleware signs people out of the website when the secret key was rotated: it knows no fallback
keys and flushes the session. This one reads like Django does and never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from accounts.models import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`mark`: of the password that the session was opened with."""

    user: User
    session: str
    mark: str


def read_session(scope: dict[str, Any]) -> SignedIn | None:
    """Who is signed in by the session cookie of a handshake; None where it does not hold. Synchronous."""
    session = SessionStore(_session_key(scope))
    try:
        user_id = int(session[SESSION_KEY])
        mark = session[HASH_SESSION_KEY]
        session[BACKEND_SESSION_KEY]
    except (KeyError, ValueError):
        return None
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.is_active:
        return None
    own = user.get_session_auth_hash()
    if not any(constant_time_compare(mark, one) for one in (own, *user.get_session_auth_fallback_hash())):
        return None
    return SignedIn(user, session.session_key or "", own)


def _session_key(scope: dict[str, Any]) -> str | None:
    for name, value in scope["headers"]:
        if name == b"cookie" and (
            key := parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
        ):
            return key
    return None
