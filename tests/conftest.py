"""Fixtures for everyone: real sites started once per run, services started when first asked for."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import stores
from tests.cast import cast
from tests.servers import Site, running_site

__all__ = ["cast"]

# The same examples each time, however slow the machine: a red run says something about the change before it.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_unconfigure() -> None:
    stores.close_shared()


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
