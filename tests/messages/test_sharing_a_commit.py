"""Writes that share a commit fail together where the disk is full: SQLite then undoes the whole transaction."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Instance
from chat.models.commits import Commits, _Write

pytestmark = pytest.mark.django_db(transaction=True)


def store(name: str) -> None:
    with transaction.atomic():
        Instance.objects.update(name=name)


def test_a_full_disk_fails_all_who_share_the_commit_and_stores_nothing() -> None:
    Instance.objects.create(name="before")
    writes = [_Write(partial(store, name)) for name in ("small", "large " + "x" * 2_000_000, "after")]
    commits = Commits()
    commits._waiting.extend(writes)
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
        try:
            commits._lead()
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert [type(one.error) for one in writes] == [OperationalError] * 3
    assert Instance.objects.get().name == "before"
