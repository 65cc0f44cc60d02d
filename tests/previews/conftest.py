"""One internet for all tests of previews, empty at the start of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.previews.stubs import Abroad, abroad


@pytest.fixture(scope="session")
def _abroad() -> Iterator[Abroad]:
    with abroad() as world:
        yield world


@pytest.fixture
def world(_abroad: Abroad) -> Abroad:
    _abroad.forget()
    return _abroad
