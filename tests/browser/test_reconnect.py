"""Losing the link and coming back (RC of the behaviour list)."""

import json
import re
import time

from playwright.sync_api import Page, WebSocketRoute

from chat import constants
from tests.browser.house import (
    House,
    Person,
    anchored,
    at_end,
    box,
    connected,
    expect,
    row,
    rows,
    scroll_to,
    scroll_until,
    seqs,
    texts,
    with_constants,
)  # fmt: skip

SOCKET = re.compile("/ws/$")


class Wire:
    """The cable between a page and the server: it can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.whole = True
        self.attempts = 0
        self._deaf: list[WebSocketRoute] = []
        self.rewrite: dict[str, dict[str, object]] = {}
        self._links: list[WebSocketRoute] = []
        page.route_web_socket(SOCKET, self._open)

    def _open(self, link: WebSocketRoute) -> None:
        self.attempts += 1
        if not self.whole:
            link.close()
            return
        self._links.append(link)
        server = link.connect_to_server()

        def down(text: str | bytes) -> None:
            frame = json.loads(text)
            if link in self._deaf:
                return
            link.send(json.dumps({**frame, **self.rewrite.get(frame["type"], {})}))

        server.on_message(down)

    def cut(self) -> None:
        self.whole = False
        for link in self._links:
            link.close()
        self._links.clear()
        expect(self.page.locator("html")).not_to_have_attribute("data-conn", "online")

    def deafen(self) -> None:
        """Nothing comes through the present link any more, though it stands."""
        self._deaf += self._links

    def mend(self) -> None:
        self.whole = True

    def close_with(self, code: int) -> None:
        for link in self._links:
            link.close(code=code)
        self._links.clear()


# No attempt by itself while a test lasts: what brings the link back is what the test does.
PATIENT = {"FIRST_RETRY_MAX_MS": 600_000, "RETRY_BASE_MS": 600_000, "RETRY_CAP_MS": 600_000}


def wired(house: House, person: Person, room: int, **constants: int) -> tuple[Page, Wire]:
    page = house.context(person).new_page()
    wire = Wire(page)
    with_constants(page, **constants)
    page.goto(f"/rooms/{room}/")
    connected(page)
    return page, wire


def come_back(page: Page, wire: Wire) -> None:
    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    connected(page)


def test_RC_01_a_short_loss_shows_nothing_and_loses_nothing(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page, wire = wired(house, ana, room, BANNER_AFTER_MS=600_000)
    house.say(room, bob, "before")
    expect(row(page, "before")).to_be_visible()
    page.evaluate(
        "() => { window.shown = 0; const banner = document.querySelector('#banner');"
        " new MutationObserver(() => { if (!banner.hidden) window.shown += 1 }).observe(banner, {attributes: true}) }"
    )
    wire.cut()
    house.say(room, bob, "meanwhile")
    wire.mend()
    connected(page)
    house.say(room, bob, "after")
    expect(row(page, "after")).to_be_visible()
    assert texts(page) == ["before", "meanwhile", "after"]
    assert page.evaluate("window.shown") == 0


def test_RC_02_a_longer_loss_is_said_without_moving_anything(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(80)], read=True)
    page, wire = wired(house, ana, room, BANNER_AFTER_MS=1_000, **PATIENT)
    scroll_to(page, 300)
    banner = page.locator("#banner")
    expect(banner).to_be_hidden()
    with anchored(page):
        wire.cut()
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("Reconnecting")
    wire.mend()
    page.get_by_role("button", name="Try now").click()
    connected(page)
    expect(banner).to_be_hidden()


def test_RC_02_a_browser_that_knows_it_is_offline_says_so_at_once(house: House) -> None:
    ana, bob = house.person(), house.person()
    context = house.context(ana)
    page = context.new_page()
    with_constants(page, BANNER_AFTER_MS=600_000)
    page.goto(f"/rooms/{house.room(ana, bob)}/")
    connected(page)
    context.set_offline(True)
    expect(page.locator("#banner")).to_be_visible()
    context.set_offline(False)
    connected(page)
    expect(page.locator("#banner")).to_be_hidden()


def test_RC_03_attempts_keep_their_distance_and_respect_the_server(house: House) -> None:
    ana, bob = house.person(), house.person()
    page, _wire = wired(house, ana, house.room(ana, bob))
    delays = page.evaluate(
        """async constants => {
          const { BackOff } = await import('chat/models/back_off.js')
          const series = random => {
            const wait = new BackOff(constants, () => random)
            return Array.from({ length: 9 }, () => wait.next())
          }
          const wait = new BackOff(constants, () => 1)
          wait.next(); wait.next(); wait.next(); wait.ended(29999)
          const unstable = wait.next()
          wait.ended(30000)
          return { most: series(1), least: series(0), unstable, afresh: wait.next() }
        }""",
        constants.for_browser(),
    )
    assert delays["most"] == [2000, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]
    assert delays["least"] == [0, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]
    assert delays["unstable"] == 4000
    assert delays["afresh"] == 2000


def test_RC_03_not_before_the_time_the_server_asks_for(house: House) -> None:
    ana, bob = house.person(), house.person()
    page = house.context(ana).new_page()
    openings: list[float] = []

    def refuse(link: WebSocketRoute) -> None:
        openings.append(time.monotonic())
        if len(openings) > 1:
            link.connect_to_server()
            return
        link.send(json.dumps({"type": "bye", "code": 4029, "reason": "too many", "retry_after": 3}))
        link.close(code=4029)

    page.route_web_socket(SOCKET, refuse)
    page.goto(f"/rooms/{house.room(ana, bob)}/")
    expect(page.locator("html")).to_have_attribute("data-conn", "offline")
    page.evaluate("dispatchEvent(new Event('online'))")
    connected(page)
    assert openings[1] - openings[0] >= 2.9


def test_RC_03_never_again_after_a_ban_or_the_end_of_the_session(house: House) -> None:
    ana, bob = house.person(), house.person()
    page, wire = wired(house, ana, house.room(ana, bob))
    page.route(
        "**/accounts/login/**", lambda route: route.fulfill(body="<h1>Sign in</h1>", content_type="text/html")
    )
    wire.close_with(4401)
    expect(page).to_have_url(re.compile("/accounts/login/.*next="))
    assert wire.attempts == 1


def test_RC_04_at_once_when_there_is_reason_to_hope(house: House) -> None:
    ana, bob = house.person(), house.person()
    page, wire = wired(house, ana, house.room(ana, bob), **PATIENT)
    for hope in (
        "dispatchEvent(new Event('online'))",
        "document.dispatchEvent(new Event('visibilitychange'))",
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
    ):
        wire.cut()
        page.wait_for_function("() => document.documentElement.dataset.conn === 'offline'")
        wire.mend()
        page.evaluate(hope)
        connected(page)


def test_RC_05_all_that_happened_meanwhile_is_shown_once_and_in_order(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, *[f"line {number}" for number in range(45)], read=True)
    page, wire = wired(house, ana, room)
    scroll_to(page, 300)
    wire.cut()
    house.say(room, bob, *[f"meanwhile {number}" for number in range(120)])
    for place in (40, 41, 42):
        house.stage.edit(room=room, user=bob.id, message=said[place]["id"], text=f"changed {place}")
    for place in (43, 44):
        house.stage.delete(room=room, user=bob.id, message=said[place]["id"])
    page.evaluate(
        "() => { window.said = []; const region = document.querySelector('#announcer-polite');"
        " new MutationObserver(() => window.said.push(region.textContent)).observe(region, {childList: true}) }"
    )
    with anchored(page):
        come_back(page, wire)
        expect(row(page, "meanwhile 119")).to_have_count(1)
        expect(row(page, "changed 42")).to_have_count(1)
        expect(page.locator(".message[data-state=deleted]")).to_have_count(2)
    shown = texts(page)
    assert shown[-120:] == [f"meanwhile {number}" for number in range(120)]
    changed = [text.split()[1] for text in shown if text.startswith("changed")]
    assert changed == ["40", "41", "42"]
    assert seqs(page) == sorted(set(seqs(page)))
    page.wait_for_function("() => window.said.some(text => text)")
    page.wait_for_timeout(1_500)
    assert [text for text in page.evaluate("window.said") if text] == ["120 new messages"]


def test_RC_05_who_was_at_the_end_stays_there(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(45)], read=True)
    page, wire = wired(house, ana, room)
    wire.cut()
    house.say(room, bob, *[f"meanwhile {number}" for number in range(30)])
    come_back(page, wire)
    expect(row(page, "meanwhile 29")).to_be_in_viewport()
    at_end(page)


def test_RC_06_a_gap_too_long_to_replay_leads_to_the_tail_without_a_hole(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(45)], read=True)
    page, wire = wired(house, ana, room)
    wire.cut()
    house.say(room, bob, *[f"meanwhile {number}" for number in range(510)])
    come_back(page, wire)
    expect(row(page, "meanwhile 509")).to_be_visible()
    shown = seqs(page)
    stored = [each["seq"] for each in house.stage.stored(room=room)]
    assert shown == stored[-len(shown) :]
    expect(page.locator("#messages[data-has-older]")).to_be_attached()
    scroll_until(page, "top", "m.querySelector('.divider[data-kind=new]')")
    divider = page.get_by_role("separator", name=re.compile("New since"))
    expect(page.locator(".entry", has=divider)).to_contain_text("meanwhile 0")
    house.say(room, bob, "live again")
    expect(page.get_by_role("button", name=re.compile("new message"))).to_be_visible()


def test_RC_07_a_new_version_is_offered_not_forced(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page, wire = wired(house, ana, room)
    box(page).press_sequentially("in the middle of")
    wire.rewrite = {"hello": {"build": "another"}}
    wire.cut()
    come_back(page, wire)
    expect(page.locator("#banner")).to_contain_text("New version")
    expect(box(page)).to_have_value("in the middle of")
    page.get_by_role("button", name="Reload").click()
    expect(box(page)).to_have_value("in the middle of")


def test_RC_08_silence_is_taken_for_a_dead_link(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    context = house.context(ana)
    page = context.new_page()
    page.clock.install()
    wire = Wire(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    wire.deafen()
    # The next attempt may succeed before anybody looks, so the page itself notes when it gave up.
    page.evaluate(
        "() => { window.goneAt = 0; new MutationObserver(() => { window.goneAt ||= Date.now() })"
        ".observe(document.documentElement, {attributeFilter: ['data-conn']}) }"
    )
    silent_since = page.evaluate("Date.now()")
    while not (gone_at := page.evaluate("window.goneAt")):
        page.clock.fast_forward(10_000)
    assert constants.SILENCE_MS <= gone_at - silent_since <= constants.SILENCE_MS + 40_000
    page.clock.fast_forward(constants.FIRST_RETRY_MAX_MS)
    connected(page)
    assert wire.attempts == 2


def test_a_restored_database_makes_the_page_load_afresh(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page, wire = wired(house, ana, room)
    page.evaluate("window.old = true")
    wire.rewrite = {"hello": {"epoch": "another"}}
    wire.cut()
    wire.mend()
    page.wait_for_function("() => !window.old")
    expect(rows(page).first).to_be_visible()
