"""One Chromium and one site for all browser tests; a house per test."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, JSHandle, Page, expect, sync_playwright

from tests.browser.house import PATIENCE_MS, House, Stagehand, new_context, open_house
from tests.browser.mirrored import mirrored_site
from tests.browser.profiles import Profiles
from tests.servers import Site

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


# Files that take long; whoever comes last should be short, or one of two workers waits for it alone.
LONG = ("attackers", "evening", "moderation", "moderation_raid", "states", "keyboard", "composer", "actions")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = [f"test_{name}.py" for name in LONG]
    items.sort(key=lambda item: item.path.name not in long)


_wait_for_function = Page.wait_for_function


def wait_for_no_promise(page: Page, expression: str, **options: Any) -> JSHandle:
    """`wait_for_function`, which would take any promise for true, and refuses to."""
    assert not re.search(r"\basync\b|\.then\(", expression), "house.comes_true waits for promises"
    return _wait_for_function(page, expression, **options)


Page.wait_for_function = wait_for_no_promise  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """As everywhere else, with one language more for whoever asks for it."""
    with mirrored_site() as site:
        yield site


@pytest.fixture(scope="session")
def stage(site: Site) -> Iterator[Stagehand]:
    stage = Stagehand(site)
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def profiles(site: Site, chromium: Browser) -> Iterator[Profiles]:
    profiles = Profiles(lambda: new_context(chromium, site))
    yield profiles
    profiles.close()


@pytest.fixture
def house(site: Site, stage: Stagehand, chromium: Browser, profiles: Profiles) -> Iterator[House]:
    with open_house(site, stage, chromium, profiles) as house:
        yield house
