"""/up touches nothing, /ready asks the parts; both answer before any other middleware."""

import json
import urllib.error
import urllib.request
from signal import SIGSTOP

import pytest

from tests.servers import SERVERS, ServerName, Site, running_site
from tests.services import PATIENCE, Redis


def get(address: str, host: str = "localhost") -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    return answer.status, json.load(answer)


def test_a_served_site_is_up_whatever_host_is_asked_for(site: Site) -> None:
    assert get(f"{site.origin}/up", host="10.1.2.3") == (200, {"status": "up"})


@pytest.mark.parametrize("server", SERVERS)
def test_each_server_is_ready(server: ServerName) -> None:
    with running_site(server=server) as site:
        assert get(f"{site.origin}/ready")[0] == 200


def test_on_postgresql_and_redis_each_process_is_ready(wide_site: Site) -> None:
    for origin in wide_site.origins:
        assert get(f"{origin}/ready") == (
            200,
            {"status": "ready", "parts": {"database": "ok", "channel_layer": "ok"}},
        )


@pytest.mark.parametrize("server", SERVERS)
def test_no_header_of_a_visitor_moves_the_addresses_of_the_site(server: ServerName) -> None:
    with running_site(server=server) as site:
        headers = {
            "Daphne-Root-Path": "/evil",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Prefix": "/evil",
        }
        request = urllib.request.Request(f"{site.origin}/", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert "evil" not in answer.geturl() + answer.read().decode()


@pytest.mark.parametrize("how", ["gone", "silent"])
def test_a_failing_redis_shows_in_ready_and_not_in_up(how: str) -> None:
    redis = Redis()
    try:
        redis.start()
        with running_site(REDIS_URL=redis.url) as site:
            assert get(f"{site.origin}/ready")[0] == 200
            redis.end() if how == "gone" else redis.signal(SIGSTOP)
            assert get(f"{site.origin}/ready") == (
                503,
                {"status": "not ready", "parts": {"database": "ok", "channel_layer": "failing"}},
            )
            assert get(f"{site.origin}/up")[0] == 200
            redis.end()
            redis.start()
            assert get(f"{site.origin}/ready")[0] == 200
    finally:
        redis.close()
