"""Limits count per visitor: over all processes of an instance, behind proxies, on each server."""

import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.servers import SERVERS, ServerName, running_site
from tests.services import PATIENCE

TOKEN = "t" * 32
ATTEMPTS = 5  # wrong passwords of one visitor for one account in five minutes (settings.ACCOUNT_RATE_LIMITS)
MAKE = (
    "from accounts.models import Instance; Instance.objects.create(name='Here'); "
    "from django.contrib.auth import get_user_model as u; from accounts.names import skeleton; "
    "from django.contrib.auth.hashers import make_password as p; "
    "u().objects.create(handle='bob', handle_skeleton=skeleton('bob'), display_name='Bob', password=p('right'))"
)


def sign_in(origin: str, visitor: str, password: str) -> int:
    """Status of an attempt by `visitor` as the one trusted proxy reports it, with a forged hop before."""
    headers = {
        "Cookie": f"csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Origin": origin,
        "X-Forwarded-For": f"6.6.6.6, {visitor}",
    }
    form = urllib.parse.urlencode({"login": "bob", "password": password}).encode()
    request = urllib.request.Request(f"{origin}/accounts/login/", data=form, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


@pytest.mark.parametrize("server", SERVERS)
def test_who_guesses_is_stopped_over_all_processes_and_locks_nobody_else_out(server: ServerName) -> None:
    with running_site(server=server, stores="postgresql", processes=2, TRUSTED_PROXY_COUNT="1") as site:
        site.python(MAKE)
        for number in range(ATTEMPTS):
            sign_in(site.origins[number % 2], "198.51.100.1", "wrong")
        assert [sign_in(origin, "198.51.100.1", "right") != 302 for origin in site.origins] == [True, True]
        assert [sign_in(origin, "198.51.100.2", "right") for origin in site.origins] == [302, 302]
        assert "Traceback" not in site.log()
