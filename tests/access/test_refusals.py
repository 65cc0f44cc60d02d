"""Refusals as people see them: a page in the product's look with the reason and one way on."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.base import browser_of
from tests.cast import Cast


def test_a_refusal_says_why(cast: Cast) -> None:
    answer = browser_of(cast.alice).post(f"/rooms/{cast.lounge.pk}/archive/", {"archived": "1"})
    assert answer.status_code == 403
    assert "cannot be archived" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_too_long_a_text_says_how_long_it_may_be(cast: Cast) -> None:
    form = {"text": "x" * 10_001, "client_id": "11111111-1111-4111-8111-111111111111"}
    answer = browser_of(cast.bob).post(f"/rooms/{cast.lounge.pk}/messages/", form)
    assert answer.status_code == 413
    assert "10000" in answer.content.decode().replace(",", "")


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_is_a_calm_page_with_a_time_to_come_back(cast: Cast) -> None:
    client = browser_of(cast.bob)
    with other_writer():
        answer = post_while_locked(client, cast)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Traceback" not in answer.content.decode()


def other_writer() -> Any:
    """Somebody else's write transaction on the same file."""
    writer = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    return closing(writer)


def post_while_locked(client: Client, cast: Cast) -> Any:
    connection.cursor().execute("PRAGMA busy_timeout = 50")
    form = {"text": "locked out", "client_id": "11111111-1111-4111-8111-111111111112"}
    try:
        return client.post(f"/rooms/{cast.lounge.pk}/messages/", form)
    finally:
        connection.close()  # the next test's waits as long as the product's
