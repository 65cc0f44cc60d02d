"""What people see when something broke."""

from __future__ import annotations

import sys

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from chat.doors import refuse, wants_json
from chat.errors import DATABASE_AWAY, Unavailable


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After where the database did not answer, in whatever layer that was; else the page for 500."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        # Who asks, and where, is in the database too.
        request.user = AnonymousUser()
        return refuse(request, Unavailable(), wants_json(request))
    return defaults.server_error(request)
