"""How it looks and fits (AP), small screens (MB), places that hold (ML), and the weight of a page (PF)."""

import gzip
import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.house import (
    House,
    anchored,
    at_end,
    box,
    connected,
    expect,
    row,
    scene,
    scroll_to,
    until,
    write,
)  # fmt: skip
from tests.browser.test_tabs import BLUR, FOCUS, link

PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
ZALGO = "z" + "\u0301" * 40 + "\u200b" * 30 + "end"
OVERFLOW = """() => [...document.querySelectorAll('.shell *')].filter(e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect()
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && style.position !== 'fixed'
    && !e.closest('.unseen, pre, .skip, .sidebar, .tabs')
}).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


def fits(page: Page) -> None:
    """Nothing reaches beyond the window, and nothing scrolls sideways."""
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    until(page, lambda: page.evaluate(OVERFLOW) == [], "something reaches beyond the window")


def test_AP_05_and_AP_06_and_AP_08_zoom_spacing_mirrored_and_odd_texts(house: House) -> None:
    ana, bob = house.person(), house.person("Maximiliane-Alexandra von und zu Hohenlohe-Waldenburg-Schil")
    room = house.room(ana, bob, name="A room with " + "a very long name " * 4)
    house.say(
        room,
        bob,
        LONG,
        ZALGO,
        "😀",
        "😀😀😀",
        "```\n" + "wide " * 80 + "\n```",
        "> quoted\n\n1. one\n2. two",
        "שלום world",
    )
    house.say(room, bob, f"@{ana.handle} for you")
    page = house.enter(ana, room, viewport={"width": 640, "height": 400})
    fits(page)
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('.message[data-emoji] .message__body')).fontSize"
        )
        == "32px"
    )
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { line-height: 1.5 !important;"
        " letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');"
        " document.adoptedStyleSheets = [sheet] }"
    )
    fits(page)
    page.evaluate("() => { document.adoptedStyleSheets = []; document.documentElement.dir = 'rtl' }")
    page.set_viewport_size({"width": 1280, "height": 800})
    fits(page)
    sidebar, main = page.locator("#rooms").bounding_box(), page.locator("#main").bounding_box()
    assert sidebar
    assert main
    assert sidebar["x"] >= main["x"] + main["width"] - 1
    assert page.evaluate("getComputedStyle(document.querySelector('.message pre')).direction") == "ltr"
    author = page.locator(".message__author bdi, .message__author").first
    assert author.evaluate("e => getComputedStyle(e).unicodeBidi") in ("isolate", "plaintext")
    expect(row(page, "שלום").locator(".message__body")).to_have_attribute("dir", "auto")
    page.set_viewport_size({"width": 320, "height": 640})
    fits(page)


def test_AP_03_and_AP_04_without_motion_and_in_forced_colours(house: House) -> None:
    ana, bob, room = scene(house, ["hello"])
    [said] = house.say(room, bob, f"@{ana.handle} look here")
    page = house.context(ana, reduced_motion="reduce", forced_colors="active").new_page()
    page.goto(f"/rooms/{room}/messages/{said['id']}/")
    connected(page)
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e)).filter(s => s.animationName !== 'none'"
        " || s.scrollBehavior === 'smooth' || s.transitionDuration.split(',').some(d => parseFloat(d) > .001)).length"
    )
    assert moving == 0
    mentioned = row(page, "look here")
    before = "getComputedStyle(e, '::before')"
    assert mentioned.evaluate(f"e => parseFloat({before}.borderInlineStartWidth)") >= 4
    assert page.locator(".divider[data-kind=new]").evaluate("e => getComputedStyle(e).color") != ""
    outline = mentioned.evaluate("e => { e.focus(); return getComputedStyle(e).outlineStyle }")
    assert outline != "none"
    current = page.locator(".room-link[aria-current]")
    assert current.evaluate(f"e => parseFloat({before}.inlineSize)") == 3


def test_MB_01_and_MB_02_and_MB_05_and_MB_06_and_MB_07_on_a_phone(house: House) -> None:
    ana, bob, room = scene(house, ["long enough to press", "last"])
    other = house.room(ana, bob)
    page = house.enter(ana, room, **PHONE)
    fits(page)
    house.say(other, bob, f"@{ana.handle} over here")
    expect(page.locator("#back-count")).to_have_text("1")
    # One screen at a time; Back leads to the list and from there into a room.
    page.get_by_role("link", name="Rooms").tap()
    expect(link(page, other)).to_be_in_viewport()
    width = page.locator("#rooms").bounding_box()
    assert width
    assert width["width"] == 375
    page.go_back()
    expect(page.locator("#rooms")).to_be_hidden()
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, select')].filter(e => e.checkVisibility()
          && !e.closest('.message__body, .unseen, .skip'))
          .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, { width, height, bottom }]) => bottom > 0 && (height < 24 || width < 24))
          .map(([html]) => html)"""
    )
    assert [html for html in small if "message__time" not in html] == []
    send = page.get_by_role("button", name="Send").bounding_box()
    assert send
    assert min(send["width"], send["height"]) >= 44
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('#write')).fontSize)") >= 16
    assert "user-scalable" not in (page.locator("meta[name=viewport]").get_attribute("content") or "")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#messages')).overscrollBehaviorY")
        == "contain"
    )
    # A finger that rests opens the menu; the visible button does the same.
    target = row(page, "long enough").locator(".message__body").bounding_box()
    assert target
    touch = page.context.new_cdp_session(page)
    point = {"x": target["x"] + 20, "y": target["y"] + 8}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    menu = page.get_by_role("menu", name="More actions")
    expect(row(page, "long enough")).to_have_attribute("data-active", "")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.get_by_role("menuitem", name="Reply").tap()
    expect(page.locator("#composer-reply")).to_contain_text("long enough")
    row(page, "last").locator(".message__body").tap()
    row(page, "last").get_by_role("button", name="More actions").tap()
    expect(menu).to_be_visible()


def test_ML_08_and_ML_09_and_MB_03_the_place_holds_while_the_frame_changes(house: House) -> None:
    ana, bob, room = scene(house)
    page = house.enter(ana, room)
    there = house.enter(bob, room)
    at_end(page)
    box(page).fill("\n".join("123456"))
    at_end(page)
    box(there).press_sequentially("typing")
    expect(page.locator("#typing")).to_have_attribute("data-active", "")
    at_end(page)
    # A soft keyboard takes half the window; turning the device changes its width.
    page.set_viewport_size({"width": 1280, "height": 420})
    at_end(page)
    page.set_viewport_size({"width": 700, "height": 800})
    at_end(page)
    box(page).fill("")
    page.set_viewport_size({"width": 1280, "height": 800})
    at_end(page)
    scroll_to(page, 600)
    with anchored(page):
        box(page).fill("\n".join("123456"))
    with anchored(page, within=8):
        page.set_viewport_size({"width": 640, "height": 400})


def test_ML_26_back_in_a_room_one_is_where_one_was(house: House) -> None:
    ana, bob, room = scene(house)
    other = house.room(ana, bob)
    page = house.enter(ana, room)
    scroll_to(page, 700)
    page.wait_for_function(
        "() => Object.entries(sessionStorage).some(([key, place]) => key.includes(':place:') && place !== '{}')"
    )
    with anchored(page, within=8):
        link(page, other).click()
        expect(page).to_have_url(re.compile(f"/rooms/{other}/$"))
        connected(page)
        page.go_back()
        expect(page).to_have_url(re.compile(f"/rooms/{room}/$"))
        connected(page)
        expect(page.locator("#messages:not([data-at-end])")).to_be_attached()


def test_SB_09_and_ST_08_more_unread_beyond_the_edge_and_a_row_that_cannot_be_shown(house: House) -> None:
    ana, bob = house.person(), house.person()
    rooms = [house.room(ana, bob, name=f"Room {number:02}") for number in range(30)]
    page = house.enter(ana, rooms[0])
    below = page.locator("#unread-below")
    expect(below).to_be_hidden()
    house.say(rooms[29], bob, "far below")
    expect(below).to_be_visible()
    below.click()
    expect(link(page, rooms[29])).to_be_in_viewport()
    expect(link(page, rooms[29])).to_be_focused()
    expect(below).to_be_hidden()
    house.say(rooms[0], bob, "quite fine")
    expect(row(page, "quite fine")).to_be_visible()
    problems = len(house.problems)
    page.evaluate(
        "() => { const parse = JSON.parse; JSON.parse = text => parse(text, (name, value) =>"
        " name === 'html' && value.includes('broken one') ? 'no row at all' : value) }"
    )
    house.say(rooms[0], bob, "the broken one", "and one more")
    expect(row(page, "and one more")).to_be_visible()
    stub = row(page, "This message cannot be shown.")
    expect(stub).to_have_count(1)
    expect(stub.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    del house.problems[problems:]


def test_ML_19_who_turns_away_finds_a_line_before_what_came_then(house: House) -> None:
    ana, bob, room = scene(house, ["before"])
    page = house.enter(ana, room)
    page.evaluate(BLUR)
    house.say(room, bob, "while away", "and more")
    line = page.locator(".divider[data-kind=new]")
    expect(line).to_have_count(1)
    expect(page.locator(".entry", has=line)).to_contain_text("while away")
    page.evaluate(FOCUS)
    expect(link(page, room)).not_to_have_attribute("data-unread", "")
    expect(line).to_have_count(1)


def test_SB_06_conversations_show_faces_names_and_presence(house: House) -> None:
    ana, bob = house.person(), house.person()
    crowd = [house.person() for _ in range(4)]
    room = house.room(ana, bob)
    single = house.stage.direct(people=[ana.id, bob.id])
    several = house.stage.direct(people=[ana.id, *(each.id for each in crowd)])
    house.enter(bob, room)
    page = house.enter(ana, room)
    expect(link(page, single).locator(".presence")).to_have_attribute("data-is", "online")
    expect(page.get_by_role("link", name=re.compile(rf"{bob.name}\s*, online"))).to_be_visible()
    expect(link(page, several)).to_contain_text("and 1 more")
    expect(link(page, several).locator(".avatar-pair .avatar")).to_have_count(2)


def test_PF_01_and_PF_08_and_PF_09_a_page_is_light_and_stands_still(house: House) -> None:
    ana, bob, room = scene(house)
    house.say(room, bob, *[f"more {number} with some words" for number in range(20)], read=True)
    page = house.context(ana, fresh=True).new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) window.shift += entry.value }).observe({ type: 'layout-shift', buffered: true })"
    )
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: 0}))
    answer = page.goto(f"/rooms/{room}/")
    connected(page)
    assert answer
    assert len(gzip.compress(answer.body())) <= 40 * 1024
    static = [url for url in weights if "/static/" in url]
    sizes = {url: len(gzip.compress(page.request.get(url, max_retries=3).body())) for url in static}
    assert len(static) <= 14
    assert sum(size for url, size in sizes.items() if ".css" in url) <= 18 * 1024
    assert sum(size for url, size in sizes.items() if ".js" in url) <= 45 * 1024, sizes
    assert all(url.startswith(house.site.origin) for url in weights)
    elements = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('#messages .message')]"
        ".map(row => row.querySelectorAll(':not(.toolbar, .toolbar *)').length))"
    )
    assert elements <= 18
    write(page, "one of my own")
    expect(row(page, "one of my own")).to_have_attribute("data-state", "sent")
    house.say(room, bob, "and an answer")
    expect(row(page, "and an answer")).to_be_visible()
    assert page.evaluate("window.shift") <= 0.02
