"""One Chromium and one site for all browser tests; a house per test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import House, Stagehand, open_house
from tests.servers import Site

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 8_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stage(site: Site) -> Iterator[Stagehand]:
    stage = Stagehand(site)
    yield stage
    stage.close()


@pytest.fixture
def house(site: Site, stage: Stagehand, chromium: Browser) -> Iterator[House]:
    with open_house(site, stage, chromium) as house:
        yield house
