"""Signing in by e-mail address or user name."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """Looks the person up once and hashes the password once, whether or not they exist.

    The parent tries up to three look-ups and hashes for each hit: its time tells who has an account.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        by = {"email": login} if "@" in login else {"handle": login}
        person: User | None = self._check_password(User.objects.filter(**by).first(), credentials["password"])
        return person
