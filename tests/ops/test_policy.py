"""Headers of every answer."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
def test_a_page_may_load_nothing_that_it_did_not_name() -> None:
    policy = Client().get("/accounts/login/", follow=True)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'strict-dynamic'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types chat" in policy.split("; ")
    assert "ws://localhost:8000" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_the_admin_loads_its_own_files_only() -> None:
    policy = Client().get("/admin/login/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy.split("; ")
    assert "trusted-types" not in policy


def test_cookies_are_secure_where_every_origin_is_https() -> None:
    assert settings.SESSION_COOKIE_SECURE is settings.HTTPS_ONLY is False
