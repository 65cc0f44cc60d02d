"""Fixtures for everyone: real sites started once per run, services started when first asked for."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings

from tests import order, stores
from tests.cast import cast
from tests.servers import Site, running_site

__all__ = ["cast"]

# The same examples each time, however slow the machine: a red run says something about the change before it.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


_made = ExitStack()


def pytest_configure() -> None:
    """Workers find it in their environment, and so does who comes from `bin/test`."""
    if "TEST_SHARED_FOLDER" not in os.environ:
        folder = _made.enter_context(tempfile.TemporaryDirectory(prefix="chat-shared-"))
        os.environ["TEST_SHARED_FOLDER"] = folder
        _made.callback(os.environ.pop, "TEST_SHARED_FOLDER")


def pytest_unconfigure() -> None:
    stores.close_shared()
    _made.close()


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.xdist_group(order.group(item)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=order.is_quick)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """It is brought along, migrated."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        shutil.copyfile(stores.template_sqlite() / "chat.sqlite3", database["TEST"]["NAME"])


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Daphne on SQLite and the in-process layer: what `bin/run` starts on a fresh machine. Shared."""
    with running_site() as site:
        yield site


@pytest.fixture(scope="session")
def wide_site() -> Iterator[Site]:
    """Two Daphne processes on PostgreSQL and Redis. Shared: do not end them."""
    with running_site(stores="postgresql", processes=2) as site:
        yield site
