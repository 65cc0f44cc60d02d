"""The same black-box tests on each server: SQLite in one process, PostgreSQL and Redis in two."""

from collections.abc import Iterator

import pytest

from tests.live.town import Town, settle, settle_many
from tests.servers import SERVERS, ServerName, Site, Stores, running_site

KINDS: list[tuple[ServerName, Stores]] = [
    (server, stores) for server in SERVERS for stores in ("sqlite", "postgresql")
]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
def any_site(request: pytest.FixtureRequest) -> Iterator[Site]:
    server, stores = request.param
    with running_site(
        server=server, stores=stores, processes=2 if stores == "postgresql" else 1, LIMITS="off"
    ) as site:
        yield site


@pytest.fixture(
    scope="module",
    params=[
        ("daphne", "sqlite"),
        ("daphne", "postgresql"),
        ("uvicorn", "postgresql"),
        ("hypercorn", "sqlite"),
    ],
    ids=lambda kind: f"{kind[0]}-{kind[1]}",
)
def each_town(request: pytest.FixtureRequest) -> Iterator[Town]:
    """Each server and each kind of stores, not every pair: for what does not depend on both at once."""
    server, stores = request.param
    with running_site(
        server=server,
        stores=stores,
        processes=2 if stores == "postgresql" else 1,
        LIMITS="off",
        TRUSTED_PROXY_COUNT="1",
    ) as site:
        yield settle(site)


@pytest.fixture(scope="module")
def any_town(any_site: Site) -> Town:
    return settle(any_site)


@pytest.fixture(scope="module")
def pairs(each_town: Town) -> list[Town]:
    return settle_many(each_town.site, 5, "alice", "bob")


@pytest.fixture
def pair(pairs: list[Town]) -> Town:
    """Alice and a Bob who may come to harm: the next test has another."""
    return pairs.pop()
