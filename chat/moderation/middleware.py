"""From a banned address nothing is changed: no sign-in, no sign-up, no message."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.client_address import client_address
from chat.moderation.addresses.queries import is_banned

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class AddressMiddleware:
    """One query before each request that changes something; none before reading."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever is signed in may always go: signing out is no harm.
        leaving = request.path == "/accounts/logout/"
        if request.method not in READING and not leaving and is_banned(client_address(request)):
            detail = _("This chat takes nothing from your address at the moment.")
            return render(request, "403.html", {"detail": detail}, status=403)
        return self.get_response(request)
