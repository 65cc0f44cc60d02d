"""Whom a request counts for."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.client_address import UNKNOWN, client_address


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "192.0.2.1", "6.6.6.6, 198.51.100.7, 192.0.2.9", "198.51.100.7"),
        (2, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "", "198.51.100.7:4711", "198.51.100.7"),
        (1, "", "[2001:db8::1]:80", "2001:db8::1"),
        (1, "192.0.2.1", "rubbish", "192.0.2.1"),
        (1, "", "", UNKNOWN),
        (0, "fe80::1%eth0", None, "fe80::1"),
        (0, "/run/chat.sock", None, UNKNOWN),
    ],
)
def test_the_address_is_the_last_one_that_trusted_proxies_wrote(
    settings: Settings, proxies: int, remote: str, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)) == address
