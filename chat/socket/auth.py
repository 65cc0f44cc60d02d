"""The session user of a socket.

Channels' own middleware signs people out of the website when the secret key was rotated: it knows no fallback
keys and flushes the session. This one reads like Django does and never writes.
"""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddleware
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare

from accounts.models import User
from chat.socket.threads import in_thread


class SessionUserMiddleware(AuthMiddleware):  # type: ignore[misc]  # channels has no types
    """Puts the signed-in person, or AnonymousUser, into `scope["user"]`."""

    async def resolve_scope(self, scope: dict[str, Any]) -> None:
        scope["user"]._wrapped = await in_thread(session_user, scope["session"])


def session_user(session: Any) -> User | AnonymousUser:
    """Whom this session belongs to, if it still holds."""
    try:
        user_id = int(session[SESSION_KEY])
        mark = session[HASH_SESSION_KEY]
        session[BACKEND_SESSION_KEY]
    except (KeyError, ValueError):
        return AnonymousUser()
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.is_active:
        return AnonymousUser()
    marks = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if any(constant_time_compare(mark, one) for one in marks) else AnonymousUser()


def SessionAuthStack(inner: Any) -> Any:
    """As channels' AuthMiddlewareStack, with the reader above."""
    return CookieMiddleware(SessionMiddleware(SessionUserMiddleware(inner)))
