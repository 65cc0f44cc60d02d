"""People, rooms and pages for browser tests."""

import json
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebError, expect

from chat import constants
from tests.browser.profiles import Profiles
from tests.servers import Site
from tests.stores import ROOT

_numbers = count(1)
# Costs nothing while all is well; a machine may be busy with much else.
PATIENCE_MS = 20_000
# Playwright's stand-in for a routed WebSocket says so when a page closes while a frame is under way.
NOT_OURS = "WebSocket is already in CLOSING or CLOSED state"


class Stagehand:
    """Calls the acts of tests/browser/stagehand.py, in a process of their own."""

    def __init__(self, site: Site) -> None:
        env = site.env | {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "LIMITS": "off"}
        command = [sys.executable, "-m", "tests.browser.stagehand"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __getattr__(self, act: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps({"act": act, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            answer = json.loads(line) if line else {"error": "the stagehand ended"}
            if "error" in answer:
                raise AssertionError(f"{act}: {answer['error']}")
            return answer["ok"]

        return call

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@dataclass
class Person:
    """Somebody with an account; `open` gives a page of a browser of their own."""

    id: int
    name: str
    handle: str


@dataclass
class House:
    """One site with a stagehand and a browser; what a test opens is closed after it."""

    site: Site
    stage: Stagehand
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    profiles: Profiles | None = None
    _lent: list[BrowserContext] = field(default_factory=list)

    def person(self, name: str = "") -> Person:
        """Somebody new, unless the name is given."""
        return Person(**self.stage.person(name=name or f"Guest {next(_numbers)}"))

    def room(self, *people: Person, name: str = "", **facts: Any) -> int:
        """A room that nobody else is in."""
        ids = [each.id for each in people]
        return int(self.stage.room(name=name or f"Room {next(_numbers)}", people=ids, **facts))

    def say(self, room: int, author: Person, *texts: str, **how: Any) -> list[dict[str, int]]:
        said: list[dict[str, int]] = self.stage.say(room=room, user=author.id, texts=list(texts), **how)
        return said

    def send(self, room: int, author: Person, text: str, files: dict[str, bytes]) -> dict[str, Any]:
        """A message with files; their numbers with its own."""
        content = {name: b64encode(data).decode() for name, data in files.items()}
        sent: dict[str, Any] = self.stage.send(room=room, user=author.id, text=text, files=content)
        return sent

    def context(self, person: Person | None = None, *, fresh: bool = False, **options: Any) -> BrowserContext:
        """A browser profile, signed in as somebody; `fresh`: with empty caches as well."""
        if self.profiles is None or fresh or options:
            context = new_context(self.browser, self.site, **options)
            self.contexts.append(context)
        else:
            context = self.profiles.take()
            self._lent.append(context)
        context.on("weberror", self._note)
        if person is not None:
            name, value = self.stage.session(user=person.id)
            context.add_cookies([{"name": name, "value": value, "url": self.site.origin}])
        return context

    def _note(self, error: WebError) -> None:
        self.problems.append(str(error.error))

    def enter(
        self, person: Person, room: int | str, *, context: BrowserContext | None = None, **options: Any
    ) -> Page:
        """A page with a room open in it, ready and connected."""
        page = (context or self.context(person, **options)).new_page()
        page.goto(f"/rooms/{room}/")
        connected(page)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        for context in self._lent:
            context.remove_listener("weberror", self._note)
            assert self.profiles is not None
            self.profiles.give_back(context)


def new_context(browser: Browser, site: Site, **options: Any) -> BrowserContext:
    """A browser profile of its own."""
    usual = {
        "locale": "en-GB",
        "timezone_id": "Europe/Berlin",
        "viewport": {"width": 1280, "height": 800},
        # A page's routes do not see what its service worker fetches.
        "service_workers": "block",
    }
    context = browser.new_context(**({"base_url": site.origin} | usual | options))
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextmanager
def open_house(
    site: Site, stage: Stagehand, browser: Browser, profiles: Profiles | None = None
) -> Iterator[House]:
    """Closes what was opened, and fails the test if a script of a page failed."""
    house = House(site, stage, browser, profiles=profiles)
    try:
        yield house
    finally:
        house.close()
    problems = [problem for problem in house.problems if NOT_OURS not in problem]
    assert not problems, problems


def connected(page: Page) -> None:
    """Waits until the page takes input and the link stands."""
    page.locator("html[data-ready][data-conn=online]").wait_for(state="attached")


def with_constants(page: Page, **values: int) -> None:
    """The page finds other numbers in its boot data, so that a test need not wait for the real ones."""
    page.add_init_script(
        "(() => { const parse = JSON.parse; JSON.parse = (...given) => { const found = parse(...given);"
        f" if (found?.constants) Object.assign(found.constants, {json.dumps(values)}); return found }} }})()"
    )


def rows(page: Page) -> Locator:
    """Messages in the timeline."""
    return page.locator("#messages .message")


def row(page: Page, text: str) -> Locator:
    return page.locator("#messages .message", has_text=text)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message to")


def write(page: Page, text: str) -> None:
    """Types and sends."""
    box(page).fill(text)
    box(page).press("Enter")


def distance_to_end(page: Page) -> float:
    """Pixels between what is in view and the end."""
    return float(
        page.evaluate(
            "(() => { const m = document.querySelector('#messages');"
            " return m.scrollHeight - m.clientHeight - m.scrollTop })()"
        )
    )


def until(page: Page, holds: Callable[[], bool], complaint: str) -> None:
    """Waits until `holds()`, while the page's routes go on being served."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, complaint
        page.wait_for_timeout(50)


def comes_true(page: Page, expression: str, arg: Any = None) -> None:
    """Waits until what this promises is true: `wait_for_function` takes the promise itself for true."""
    until(page, lambda: bool(page.evaluate(expression, arg)), f"it never came true: {expression}")


def gone(page: Page, words: str) -> None:
    """Waits until these words stand nowhere in the page."""
    page.wait_for_function("words => !document.documentElement.outerHTML.includes(words)", arg=words)


def scroll_until(page: Page, place: Literal["top", "end"], condition: str) -> None:
    """Scrolls there in each frame, as page after page is loaded, until the JavaScript condition holds; `m`: the box."""
    there = "0" if place == "top" else "m.scrollHeight"
    page.wait_for_function(
        "() => { const m = document.querySelector('#messages');"
        f" if ({condition}) return true; m.scrollTop = {there}; return false }}"
    )


def zone_of_noon() -> str:
    """A time zone in which it is about noon, so that no midnight falls into a test."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def scroll_to(page: Page, top: float) -> None:
    page.evaluate("top => { document.querySelector('#messages').scrollTop = top }", top)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


ANCHOR = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const edge = document.querySelector('#messages').getBoundingClientRect().top
  const row = [...document.querySelectorAll('#messages .message')].find(r => r.getBoundingClientRect().top >= edge)
  done([row.dataset.id, row.getBoundingClientRect().top - edge])
})))"""

SHIFT = """id => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const edge = document.querySelector('#messages').getBoundingClientRect().top
  const row = document.querySelector(`#messages .message[data-id="${id}"]`)
  done(row && row.getBoundingClientRect().top - edge)
})))"""


@contextmanager
def anchored(page: Page, *, within: float = 1) -> Iterator[None]:
    """Fails when the first fully visible row moves by more than `within` pixels."""
    row_id, before = page.evaluate(ANCHOR)
    yield
    after = 0.0

    def stands() -> bool:
        nonlocal after
        after = page.evaluate(SHIFT, row_id)
        return after is not None and abs(after - before) <= within

    until(page, stands, f"the row moved from {before} px to {after} px")


def texts(page: Page) -> list[str]:
    """Bodies of the rows in the order in which they stand."""
    return page.locator("#messages .message:not([data-kind=system]) .message__body").all_inner_texts()


def seqs(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        "() => [...document.querySelectorAll('#messages .message[data-seq]')].map(r => +r.dataset.seq)"
    )
    return found


LINES = [f"line {number}" for number in range(60)]


def scene(house: House, lines: list[str] | None = None, **how: bool) -> tuple[Person, Person, int]:
    """Two people and a room in which one has said something that both have read."""
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *(LINES if lines is None else lines), **({"read": True} | how))
    return ana, bob, room


def at_end(page: Page) -> None:
    """Waits until the page stands at its end and knows it."""
    page.wait_for_function(
        "most => { const m = document.querySelector('#messages');"
        " return m.hasAttribute('data-at-end') && m.scrollHeight - m.clientHeight - m.scrollTop <= most }",
        arg=constants.AT_END_PX,
    )


__all__ = [
    "LINES",
    "House",
    "Person",
    "Stagehand",
    "anchored",
    "at_end",
    "box",
    "comes_true",
    "connected",
    "distance_to_end",
    "expect",
    "gone",
    "open_house",
    "row",
    "rows",
    "scene",
    "scroll_to",
    "scroll_until",
    "seqs",
    "texts",
    "until",
    "with_constants",
    "write",
    "zone_of_noon",
]  # fmt: skip
