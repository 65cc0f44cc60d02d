"""Pages as a browser asks for them: by HTTP with a session, and in a real Chromium."""

from __future__ import annotations

import http.client
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.sites import Served, served
from bench.tools import Missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ASKED = 60
USABLE = "html[data-ready][data-conn=online]"


def history_p95(site: Served, messages: int) -> float:
    """Milliseconds for fifty messages from places all over the record."""
    room = site.rooms[0]
    step = max(1, messages // ASKED)
    return _p95(site, [f"/rooms/{room}/history/?before={n * step + 51}" for n in range(ASKED)])


def room_p95(site: Served, _messages: int) -> float:
    return _p95(site, [f"/rooms/{site.rooms[0]}/"] * ASKED)


def _p95(site: Served, paths: list[str]) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    taken = []
    for path in [paths[0]] * 3 + paths:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": site.cookies[0]})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return sorted(taken[3:])[int(len(paths) * 0.95)]


def cold_load() -> float:
    """Milliseconds until a room can be used, nothing cached; the median of five."""
    with _chromium() as (browser, site):
        taken = []
        for _each in range(5):
            page = _signed_in(browser, site).new_page()
            began = time.perf_counter()
            page.goto(_address(site, site.rooms[0]))
            page.locator(USABLE).wait_for(state="attached")
            taken.append((time.perf_counter() - began) * 1000)
            page.context.close()
    return sorted(taken)[2]


def room_change() -> float:
    """Milliseconds from a click in the list of rooms until the other room can be used; p95 of twenty."""
    with _chromium() as (browser, site):
        page = _signed_in(browser, site).new_page()
        taken = []
        page.goto(_address(site, site.rooms[0]))
        for number in range(22):
            page.locator(USABLE).wait_for(state="attached")
            link = page.locator(f'a[href^="/rooms/"]:not([href*="/rooms/{_room_of(page)}/"])').first
            href = str(link.get_attribute("href"))
            began = time.perf_counter()
            link.click()
            page.wait_for_url(f"**{href}*")
            page.locator(USABLE).wait_for(state="attached")
            if number > 1:
                taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]


@contextmanager
def _chromium() -> Iterator[tuple[Browser, Served]]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise Missing("Chromium (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with (
        served("daphne", "sqlite", {"people": 20, "shared": 3, "messages": 500}) as site,
        sync_playwright() as playwright,
    ):
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]), site


def _signed_in(browser: Browser, site: Served) -> BrowserContext:
    context = browser.new_context()
    name, _equals, value = site.cookies[0].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": site.site.origin}])
    return context


def _address(site: Served, room: int) -> str:
    return f"{site.site.origin}/rooms/{room}/"


def _room_of(page: Page) -> str:
    return page.url.split("/rooms/")[1].split("/")[0]
