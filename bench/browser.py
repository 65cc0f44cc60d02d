"""What a person in a real Chromium waits for: the budgets PF-02 to PF-05 and PF-07, measured by the page itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.sites import Served, served
from bench.tools import Lost, Missing, loading

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

READY = "html[data-ready][data-conn=online]"
PATIENCE_MS = 120_000
# A mid-range phone on a slow mobile network.
SLOW_CPU = 4
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
LARGE, SMALL, PAGED = 10_000, 100, 5_000  # messages
SOCKETS = 100
# The least that the browser tells of: what took less counts as this.
LEAST_MS = 16
TOWN = {"people": 20, "shared": 2, "messages": 500, "shared_messages": 500, "read": True}

# Moments are in milliseconds since 1970, so that two pages can be compared.
WATCH = """(() => {
  const now = () => performance.timeOrigin + performance.now()
  const seen = window.bench = { now, ready: 0, newest: 0, events: [], painted: {} }
  new MutationObserver((_, self) => {
    if (!('ready' in document.documentElement.dataset)) return
    seen.ready = performance.now()
    self.disconnect()
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-ready'] })
  new PerformanceObserver(list => seen.events.push(...list.getEntries().filter(each => each.interactionId)
    .map(({ name, duration }) => [name, duration]))).observe({ type: 'event', durationThreshold: 16, buffered: true })
  addEventListener('click', () => { sessionStorage.clickedAt = now() }, true)
  addEventListener('keydown', ({ key }) => { if (key === 'Enter') seen.enteredAt = now() }, true)
  const look = () => {
    const box = document.querySelector('#messages')
    const last = [...box?.querySelectorAll('.message') ?? []].at(-1)
    const there = last && document.readyState !== 'loading'
      && last.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom + 1
    requestAnimationFrame(there ? () => { seen.newest = now() } : look)
  }
  requestAnimationFrame(look)
})()"""
SHOWN = """() => new MutationObserver(changes => {
  for (const { addedNodes } of changes) for (const node of addedNodes) {
    const body = node.querySelector?.('.message__body')
    if (body) requestAnimationFrame(() => setTimeout(() => { bench.painted[body.textContent.trim()] ??= bench.now() }))
  }
}).observe(document.querySelector('#messages'), { childList: true, subtree: true })"""
UP_AND_BACK = """async least => {
  const box = document.querySelector('#messages')
  const most = { rows: 0, elements: 0 }
  const go = async (place, there) => {
    while (!there()) {
      box.scrollTop = place()
      await new Promise(requestAnimationFrame)
      most.rows = Math.max(most.rows, box.querySelectorAll('.message').length)
      most.elements = Math.max(most.elements, document.querySelectorAll('*').length)
    }
  }
  await go(() => 0, () => Number(box.querySelector('.message').dataset.seq) <= least)
  await go(() => box.scrollHeight, () => 'atEnd' in box.dataset && !('hasNewer' in box.dataset))
  return most
}"""


@dataclass(frozen=True)
class Figure:
    """One number in the unit of its row, and what else was seen, in words."""

    value: float
    also: str = ""


def cold_ready() -> Figure:
    """PF-02: milliseconds until a room takes input, nothing cached."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN) as site:
        return Figure(median(_opened(browser, site)[0] for _each in range(5)))


def cold_ready_slow() -> Figure:
    """PF-02: the same on a slow device and network; says the first paint as well."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN) as site:
        found = [_opened(browser, site, slow=True) for _each in range(3)]
        return Figure(
            median(one[0] for one in found), f"first paint {median(one[1] for one in found):.0f} ms"
        )


def worst_interaction() -> Figure:
    """PF-03: the longest wait for an answer to a key or a click, on a slow device."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN) as site:
        page = _page(browser, site)
        _go(page, site, site.rooms[0])
        _slow_cpu(page)
        write = page.locator("#write")
        waits: dict[str, float] = {}
        for number in range(5):
            write.press_sequentially("a few words of text", delay=30)
            waits["typing"] = max(waits.get("typing", 0), _worst(page))
            write.press("Enter")
            page.locator(f".message[data-own][data-state=sent] >> nth={number}").wait_for()
            waits["send"] = max(waits.get("send", 0), _worst(page))
            page.locator("#messages .message").last.click()
            page.keyboard.press("m")
            page.get_by_role("menuitem", name="Reply").wait_for()
            page.keyboard.press("Escape")
            waits["menu"] = max(waits.get("menu", 0), _worst(page))
            page.keyboard.press("Control+k")
            page.locator("#dialog-switcher[open]").wait_for()
            page.keyboard.press("Escape")
            waits["switcher"] = max(waits.get("switcher", 0), _worst(page))
            page.locator("#messages .message").first.focus()
            page.keyboard.press("Home")
            page.keyboard.press("End")
            waits["paging"] = max(waits.get("paging", 0), _worst(page))
        return Figure(max(waits.values()), ", ".join(f"{name} {ms:.0f}" for name, ms in waits.items()))


def keystroke() -> Figure:
    """PF-03: the same of single letters, beside 300 rows; p95 of a hundred."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN) as site:
        page = _page(browser, site)
        _go(page, site, site.rooms[0])
        page.wait_for_function(
            "() => { const box = document.querySelector('#messages'); box.scrollTop = 0;"
            " return box.querySelectorAll('.message').length >= 300 }"
        )
        _slow_cpu(page)
        page.evaluate("() => { bench.events = [] }")
        page.locator("#write").press_sequentially("0123456789" * 10, delay=50)
        took = [ms for name, ms in _events(page) if name == "keydown"]
        return Figure(_p95([*took, *[LEAST_MS] * (100 - len(took))]))


def room_switch() -> Figure:
    """PF-04: from a click in the list of rooms until the newest row of the other is painted; p95 of thirty."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN) as site:
        page = _page(browser, site)
        _go(page, site, site.rooms[0])
        taken = []
        for number in range(33):
            page.locator(".room-link:not([aria-current])").nth(number % 2).click()
            page.locator(READY).wait_for(state="attached")
            page.wait_for_function("() => bench.newest > Number(sessionStorage.clickedAt)")
            taken.append(float(page.evaluate("bench.newest - Number(sessionStorage.clickedAt)")))
        return Figure(_p95(taken[3:]), f"median {median(taken[3:]):.0f} ms")


def large_room() -> Figure:
    """PF-05: opening a room of 10,000 messages, in per cent of one of 100; medians of ten in turn."""
    with (
        _chromium() as browser,
        served("daphne", "sqlite", TOWN | {"messages": SMALL}) as small,
        served("daphne", "sqlite", TOWN | {"messages": LARGE}) as large,
    ):
        pages = [(_page(browser, site), site) for site in (small, large)]
        found: list[list[float]] = [[], []]
        for _each in range(11):
            for (page, site), taken in zip(pages, found, strict=True):
                _go(page, site, site.rooms[0])
                taken.append(float(page.evaluate("bench.ready")))
        few, many = (median(taken[1:]) for taken in found)
        return Figure(100 * many / few, f"{few:.0f} and {many:.0f} ms")


def paging() -> Figure:
    """PF-05: megabytes that the heap has grown by after 5,000 rows up and back; says rows and elements at most."""
    with _chromium() as browser, served("daphne", "sqlite", TOWN | {"messages": LARGE}) as site:
        page = _page(browser, site)
        _go(page, site, site.rooms[0])
        session = page.context.new_cdp_session(page)
        before = _heap(session)
        most = page.evaluate(UP_AND_BACK, LARGE - PAGED)
        return Figure(
            (_heap(session) - before) / 1e6, f"{most['rows']} rows, {most['elements']:,} elements at most"
        )


def send_to_painted() -> Figure:
    """PF-07: from Enter until the row is painted at somebody else's, with 100 sockets in the room; p95 of forty."""
    town = TOWN | {"people": SOCKETS}
    with _chromium() as browser, served("daphne", "sqlite", town) as site:
        options = {**site.options, "clients": SOCKETS - 2, "seconds": 0, "hold": True}
        with loading(**options) as crowd:
            assert crowd.stdout
            crowd.stdout.readline()
            here, there = _page(browser, site, SOCKETS - 2), _page(browser, site, SOCKETS - 1)
            for page in (here, there):
                _go(page, site, site.rooms[0])
            there.evaluate(SHOWN)
            taken = [_painted_after(here, there, f"word {number}") for number in range(43)][3:]
            crowd.communicate("go on\n", timeout=60)
        return Figure(_p95(taken), f"median {median(taken):.0f} ms")


def _painted_after(here: Page, there: Page, text: str) -> float:
    here.locator("#write").fill(text)
    here.locator("#write").press("Enter")
    there.wait_for_function("text => bench.painted[text]", arg=text)
    return float(there.evaluate("text => bench.painted[text]", text)) - float(
        here.evaluate("bench.enteredAt")
    )


@contextmanager
def _chromium() -> Iterator[Browser]:
    """Raises Missing where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise Missing("Chromium (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _page(browser: Browser, site: Served, person: int = 0) -> Page:
    """A page of a new profile, signed in."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    name, _equals, value = site.cookies[person].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": site.site.origin}])
    context.add_init_script(WATCH)
    return context.new_page()


def _go(page: Page, site: Served, room: int) -> None:
    page.goto(f"{site.site.origin}/rooms/{room}/")
    page.locator(READY).wait_for(state="attached")


def _opened(browser: Browser, site: Served, *, slow: bool = False) -> tuple[float, float]:
    """Milliseconds until ready and until the first paint, of a new profile."""
    page = _page(browser, site)
    if slow:
        _slow_cpu(page).send("Network.emulateNetworkConditions", SLOW_NETWORK)
    _go(page, site, site.rooms[0])
    found = page.evaluate(
        "[bench.ready, performance.getEntriesByName('first-contentful-paint')[0]?.startTime]"
    )
    page.context.close()
    if found[1] is None:
        raise Lost("the browser told of no first paint")
    return float(found[0]), float(found[1])


def _slow_cpu(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    return session


def _events(page: Page) -> list[list[Any]]:
    """[name, milliseconds] of what was told since the last time; entries come with the next frames."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"
    )
    found: list[list[Any]] = page.evaluate("() => bench.events.splice(0)")
    return found


def _worst(page: Page) -> float:
    return max((float(ms) for _name, ms in _events(page)), default=LEAST_MS)


def _heap(session: CDPSession) -> float:
    """Bytes in use once everything has been collected that can be."""
    for _each in range(3):
        session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(0.95 * (len(taken) - 1))]
