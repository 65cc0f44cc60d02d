"""What allauth asks us: who may sign up, who counts as one visitor."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.client_address import client_address
from accounts.models import Instance


class AccountAdapter(DefaultAccountAdapter):
    _mismatch = _("The e-mail address or user name and the password do not belong together.")
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _mismatch,
        "email_password_mismatch": _mismatch,
        "too_many_login_attempts": _(
            "Too many attempts from here. Wait five minutes, or set a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        instance = Instance.current()
        return instance is not None and instance.signup_mode == Instance.SignupMode.OPEN

    def get_client_ip(self, request: HttpRequest) -> str:
        """Never fails: who cannot be told apart shares one strict bucket."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By login alone anybody could lock anybody out with five wrong guesses. allauth's own key holds the Host
        # header instead, whose port a visitor may vary at will for five more guesses each.
        login = credentials.get("email") or credentials.get("username") or ""
        return f"{client_address(request)}:{login.lower()}"

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        # The session gets a new key next; what was opened under the old one must be found again.
        self.request.session_key_before = self.request.session.session_key
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")
