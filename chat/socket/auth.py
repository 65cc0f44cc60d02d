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

from accounts.client_address import address_among


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a session says it belongs to. `mark`: of the password that it was opened with. To be held to the person."""

    user_id: int
    session: str
    mark: str


def read_session(scope: dict[str, Any]) -> Claim | None:
    """What the session cookie of a handshake claims; None without a living session. Synchronous, one query."""
    session = SessionStore(_session_key(scope))
    try:
        user_id = int(session[SESSION_KEY])
        mark = session[HASH_SESSION_KEY]
        session[BACKEND_SESSION_KEY]
    except (KeyError, ValueError):
        return None
    return Claim(user_id, session.session_key or "", mark)


def address_of(scope: dict[str, Any]) -> str:
    """Which address a handshake counts for, as accounts.client_address says of a request."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer = scope.get("client") or ("",)
    return address_among(",".join(lines), str(peer[0]))


def _session_key(scope: dict[str, Any]) -> str | None:
    for name, value in scope["headers"]:
        if name == b"cookie" and (
            key := parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
        ):
            return key
    return None
