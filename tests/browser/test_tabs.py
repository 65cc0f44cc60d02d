"""Several tabs of one person (MT): one tells, a hidden one rests, a second identity is noticed."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page

from chat import constants
from tests.browser.house import House, box, comes_true, connected, expect, row, with_constants, write

# Counts what a browser would show; the product cannot tell the difference.
COUNTED = """(() => {
  window.told = []
  window.Notification = class extends EventTarget {
    static permission = "granted"
    constructor(title, options) { super(); this.title = title; Object.assign(this, options); window.told.push(this) }
    close() { this.closed = true }
  }
})()"""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" })
  document.dispatchEvent(new Event("visibilitychange"))
}"""
BLUR = "() => { document.hasFocus = () => false; dispatchEvent(new Event('blur')) }"
FOCUS = "() => { document.hasFocus = () => true; dispatchEvent(new Event('focus')) }"
ATTENDED = """room => navigator.locks.query().then(({ held }) =>
  held.some(({ name }) => name.includes(`:at:${room}:`)))"""
LEADERS = """() => navigator.locks.query().then(({ held, pending }) =>
  [...held, ...pending].filter(({ name }) => name.endsWith(":leader")).length)"""


def link(page: Page, room: int) -> Locator:
    return page.locator(f".room-link[data-room='{room}']")


def told(*pages: Page) -> list[dict[str, Any]]:
    """What all these tabs have shown."""
    shown = (
        "window.told.map(({ title, body, tag, closed }) => ({ title, body, tag, closed: Boolean(closed) }))"
    )
    return [each for page in pages for each in page.evaluate(shown)]


def look_away(*pages: Page) -> None:
    for page in pages:
        page.evaluate(BLUR)


@pytest.fixture
def listening(house: House) -> BrowserContext:
    context = house.context(house.person("Ana Attentive"))
    context.add_init_script(COUNTED)
    return context


def test_MT_02_and_MT_03_and_NO_03_and_NO_04_one_notification_for_any_number_of_tabs(
    house: House, listening: BrowserContext
) -> None:
    ana, bob = house.person("Ana Attentive"), house.person()
    here, ops = house.room(ana, bob), house.room(ana, bob, name="Ops and more")
    tabs = [house.enter(ana, room, context=listening) for room in (here, here, ops)]
    look_away(*tabs)
    comes_true(tabs[0], f"async () => await ({LEADERS})() === 3")
    house.say(ops, bob, f"@{ana.handle} come and look", "not for anybody")
    expect(link(tabs[0], ops).locator("[data-mark=mentions]")).to_have_text("1")
    tabs[0].wait_for_function("() => window.told.length === 1")
    [shown] = told(*tabs)
    assert shown["title"] == f"{bob.name} in Ops and more"
    assert shown["body"] == f"@{ana.handle} come and look"

    # Another one of the same room replaces it: the same tag.
    house.say(ops, bob, f"@{ana.handle} and again")
    tabs[0].wait_for_function("() => window.told.length === 2")
    assert len({each["tag"] for each in told(*tabs)}) == 1

    # Who looks at the room needs no telling.
    tabs[2].evaluate(FOCUS)
    comes_true(tabs[2], ATTENDED, arg=ops)
    house.say(ops, bob, f"@{ana.handle} you see this")
    expect(row(tabs[2], "you see this")).to_be_visible()
    expect(link(tabs[0], ops)).not_to_have_attribute("data-unread", "")
    assert len(told(*tabs)) == 2
    # And what was read closes: the leader shows it no more.
    tabs[0].wait_for_function("() => window.told[1].closed")

    # The leader goes; the next one tells.
    tabs[2].evaluate(BLUR)
    tabs[0].close()
    comes_true(tabs[1], f"async () => await ({LEADERS})() === 2")
    house.say(ops, bob, f"@{ana.handle} without a leader")
    tabs[1].wait_for_function("() => window.told.length === 1")
    expect(row(tabs[2], "without a leader")).to_be_visible()
    assert [each["body"] for each in told(*tabs[1:])] == [f"@{ana.handle} without a leader"]


def test_hidden_tabs_give_up_their_link_and_catch_up_when_shown(house: House) -> None:
    ana, bob = house.person(), house.person()
    here, other = house.room(ana, bob), house.room(ana, bob)
    context = house.context(ana)
    leader = house.enter(ana, here, context=context)
    resting = context.new_page()
    resting.clock.install()
    resting.goto(f"/rooms/{here}/")
    connected(resting)
    resting.evaluate(HIDE, True)
    resting.clock.fast_forward(constants.HIDDEN_LINK_MS + 1_000)
    expect(resting.locator("html")).to_have_attribute("data-conn", "resting")
    house.say(here, bob, "while it rested")
    house.say(other, bob, f"@{ana.handle} elsewhere")
    expect(row(leader, "while it rested")).to_be_visible()
    # The marks and the title live on what the leader hears; the rows wait until somebody looks.
    expect(link(resting, other).locator("[data-mark=mentions]")).to_have_text("1")
    expect(resting).to_have_title(re.compile(r"^\(1\) "))
    expect(row(resting, "while it rested")).to_have_count(0)
    resting.evaluate(HIDE, False)
    connected(resting)
    expect(row(resting, "while it rested")).to_have_count(1)
    expect(resting.locator("#banner")).to_be_hidden()

    # The last one left takes the lead, and with it a link, though nobody looks at it.
    resting.evaluate(HIDE, True)
    resting.clock.fast_forward(constants.HIDDEN_LINK_MS + 1_000)
    expect(resting.locator("html")).to_have_attribute("data-conn", "resting")
    leader.close()
    connected(resting)


SOONER = {"IDLE_MS": 30_000}


def test_MT_04_and_TP_05_and_TP_06_one_tab_keeps_a_person_online_and_idle_means_away(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    there = house.enter(bob, room)
    there.get_by_role("link", name="2 members").click()
    mark = there.locator(f"#panel [data-presence='{ana.id}']")
    text = there.locator(f"#panel [data-presence-text='{ana.id}']")
    context = house.context(ana)
    first = context.new_page()
    first.clock.install()
    # Idle before the link would be taken for dead by the same jump of the clock.
    with_constants(first, **SOONER)
    first.goto(f"/rooms/{room}/")
    connected(first)
    expect(mark).to_have_attribute("data-is", "online")
    there.evaluate(
        "mark => { window.states = []; new MutationObserver(() => states.push(mark.dataset.is))"
        ".observe(mark, { attributeFilter: ['data-is'] }) }",
        mark.element_handle(),
    )
    # A reload is no leaving, and neither is closing one of two.
    first.reload()
    connected(first)
    house.enter(ana, room, context=context).close()
    first.clock.fast_forward(SOONER["IDLE_MS"] + 1_000)
    expect(mark).to_have_attribute("data-is", "away")
    expect(text).to_have_text(", away")
    first.keyboard.press("Shift")
    expect(mark).to_have_attribute("data-is", "online")
    assert there.evaluate("states") == ["away", "online"]
    first.close()
    expect(mark).to_have_attribute("data-is", "offline")
    expect(text).to_have_text(", offline")


def test_MT_06_a_second_identity_stops_the_tabs_of_the_first(house: House) -> None:
    ana, bob = house.person(), house.person("Bob Second")
    room = house.room(ana, bob)
    context = house.context(ana)
    page = house.enter(ana, room, context=context)
    box(page).fill("hers alone")
    name, value = house.stage.session(user=bob.id)
    context.add_cookies([{"name": name, "value": value, "url": house.site.origin}])
    house.enter(bob, room, context=context)
    dialog = page.get_by_role("dialog", name="You are now signed in as Bob Second.")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    # What was on its way goes nowhere under the wrong name.
    page.evaluate("document.querySelector('#composer').requestSubmit()")
    expect(row(page, "hers alone")).to_have_attribute("data-state", "queued")
    dialog.get_by_role("button", name="Reload").click()
    connected(page)
    assert house.stage.stored(room=room) == []
    expect(page.locator("#write")).to_have_value("")


def test_MT_06_a_link_that_greets_somebody_else_is_cut_before_anything_is_sent(house: House) -> None:
    ana, bob = house.person(), house.person("Bob Third")
    room = house.room(ana, bob)
    context = house.context(ana)
    page = house.enter(ana, room, context=context)
    context.set_offline(True)
    write(page, "written offline")
    expect(row(page, "written offline")).to_have_attribute("data-state", "queued")
    name, value = house.stage.session(user=bob.id)
    context.add_cookies([{"name": name, "value": value, "url": house.site.origin}])
    context.set_offline(False)
    expect(page.get_by_role("dialog", name="You are now signed in as Bob Third.")).to_be_visible()
    assert house.stage.stored(room=room) == []
