"""A banned address is a closed door: no page, no form, whoever comes, except for those who could open it again."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.client_address import client_address
from chat.doors import refuse, wants_json
from chat.errors import DATABASE_AWAY, Forbidden
from chat.moderation.addresses.queries import is_shut_out


class AddressMiddleware:
    """One query before each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever is signed in may always go: signing out is no harm.
        leaving = request.path == "/accounts/logout/"
        if leaving or not _is_shut_out(request):
            return self.get_response(request)
        error = Forbidden(_("This chat is closed to your address at the moment."))
        response = refuse(request, error, wants_json(request))
        add_never_cache_headers(response)
        return response


def _is_shut_out(request: HttpRequest) -> bool:
    try:
        return is_shut_out(client_address(request), request.user)
    except DATABASE_AWAY:
        # The page itself says that the database is away; it can show nothing either.
        return False
