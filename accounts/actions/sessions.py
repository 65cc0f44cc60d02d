"""Ending sessions. The session's row and the sockets opened with it go together."""

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import User
from accounts.signals import access_ended


def end_session(user: User, *, session_id: int) -> None:
    """End one of the person's sessions, by its number in the list; unknown ones are passed over."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user, pk=session_id):
            _end(user, session)


def end_other_sessions(user: User, *, keep: str | None, before: str | None = None) -> None:
    """End all of the person's sessions but the one with the key `keep`, which had the key `before` until now."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user).exclude(session_key=keep or ""):
            _end(user, session, moved=session.session_key == before)


def sign_out_everywhere(user: User) -> None:
    """End all of the person's sessions on all devices."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()
        access_ended.send(User, user=user, session=None)


def _end(user: User, session: UserSession, *, moved: bool = False) -> None:
    key = session.session_key
    session.end()
    access_ended.send(User, user=user, session=key, moved=moved)
