"""What Django and allauth tell us about sessions, turned into our own announcements."""

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions import end_other_sessions, sign_out_everywhere
from accounts.middleware import RENEWED
from accounts.models import User
from accounts.signals import access_ended


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def end_session_on_sign_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    key = request.session.session_key
    if user is not None and key:
        UserSession.objects.filter(user=user, session_key=key).delete()
        access_ended.send(User, user=user, session=key)


@receiver(password_changed, dispatch_uid="accounts.password_changed")
@receiver(password_set, dispatch_uid="accounts.password_set")
def end_other_sessions_on_new_password(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    before = getattr(request, "session_key_before", None)
    end_other_sessions(user, keep=request.session.session_key, before=before)


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def note_renewal(request: HttpRequest, **_kwargs: Any) -> None:
    request.session[RENEWED] = int(time.time())


@receiver(password_reset, dispatch_uid="accounts.password_reset")
def end_all_sessions_on_reset(user: User, **_kwargs: Any) -> None:
    sign_out_everywhere(user)
