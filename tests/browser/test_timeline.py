"""Where the reader stands in the timeline, and what new rows do to that (ML of the behaviour list)."""

import re

from playwright.sync_api import Page

from chat import constants
from tests.browser.house import (
    House,
    anchored,
    at_end,
    box,
    connected,
    expect,
    row,
    rows,
    scene,
    scroll_to,
    scroll_until,
    seqs,
    texts,
    write,
)  # fmt: skip

# What is fetched for reading without a network comes in larger pages.
PAGED = f"limit={constants.HISTORY_PAGE}"


def pill(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=re.compile("new message"))


def test_ML_01_a_room_without_unread_rows_opens_at_its_end(house: House) -> None:
    ana, _bob, room = scene(house)
    page = house.enter(ana, room)
    at_end(page)
    last = rows(page).last.bounding_box()
    composer = page.locator("#composer").bounding_box()
    assert last and composer and last["y"] + last["height"] <= composer["y"]


def test_ML_02_a_long_unread_part_opens_at_its_divider(house: House) -> None:
    ana, bob, room = scene(house)
    house.say(room, bob, *[f"news {number}" for number in range(40)])
    page = house.enter(ana, room)
    divider = page.get_by_role("separator", name=re.compile("New since"))
    expect(divider).to_be_in_viewport()
    timeline, line = page.locator("#messages").bounding_box(), divider.bounding_box()
    assert timeline and line
    share = (line["y"] - timeline["y"]) / timeline["height"]
    assert 0.2 <= share <= 0.4
    expect(page.locator(".entry", has=divider)).to_contain_text("news 0")


def test_ML_02_a_short_unread_part_opens_at_the_end_with_its_divider_in_view(house: House) -> None:
    ana, bob, room = scene(house)
    house.say(room, bob, "news")
    page = house.enter(ana, room)
    at_end(page)
    expect(page.get_by_role("separator", name=re.compile("New since"))).to_be_in_viewport()


def test_ML_03_at_the_end_a_new_row_is_followed(house: House) -> None:
    ana, bob, room = scene(house)
    page = house.enter(ana, room)
    house.say(room, bob, "the newest")
    expect(row(page, "the newest")).to_be_in_viewport()
    at_end(page)


def test_ML_04_scrolled_up_a_new_row_moves_nothing_and_is_counted(house: House) -> None:
    ana, bob, room = scene(house)
    page = house.enter(ana, room)
    scroll_to(page, 700)
    with anchored(page):
        house.say(room, bob, "the newest")
        expect(pill(page)).to_have_text("1 new message")
        house.say(room, bob, "newer still")
        expect(pill(page)).to_have_text("2 new messages")


def test_ML_05_the_pill_leads_to_the_tail_even_when_it_was_let_go_of(house: House) -> None:
    ana, bob, room = scene(house, [f"line {number}" for number in range(420)])
    page = house.enter(ana, room)
    climb(page, until="#messages[data-has-newer]")
    house.say(room, bob, "the newest")
    pill(page).click()
    expect(row(page, "the newest")).to_be_in_viewport()
    at_end(page)
    expect(pill(page)).to_be_hidden()
    expect(box(page)).to_be_focused()


def climb(page: Page, *, until: str) -> None:
    """Scrolls up, page by page, until a selector matches."""
    scroll_until(page, "top", f"document.querySelector('{until}')")


def test_ML_06_sending_from_far_up_leads_to_the_own_row_without_a_hole(house: House) -> None:
    ana, bob, room = scene(house, [f"line {number}" for number in range(420)])
    page = house.enter(ana, room)
    climb(page, until="#messages[data-has-newer]")
    house.say(room, bob, "unseen")
    write(page, "from far up")
    expect(row(page, "from far up")).to_be_in_viewport()
    expect(row(page, "from far up")).to_have_attribute("data-state", "sent")
    expect(row(page, "from far up")).to_have_attribute("data-seq", re.compile("[1-9]"))
    at_end(page)
    shown = [seq for seq in seqs(page) if seq]
    stored = [each["seq"] for each in house.stage.stored(room=room) if each["seq"] >= shown[0]]
    assert shown == stored


def test_ML_10_near_the_oldest_row_one_page_is_put_above_without_moving_anything(house: House) -> None:
    ana, _bob, room = scene(house, [f"line {number}" for number in range(130)])
    page = house.enter(ana, room)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(PAGED) else None)
    expect(rows(page)).to_have_count(constants.HISTORY_PAGE)
    # Just within one screen of the edge, where loading starts.
    height = page.evaluate("document.querySelector('#messages').clientHeight")
    scroll_top = page.evaluate(SCROLL_AND_TELL_ANCHOR, height - 10)
    expect(rows(page)).to_have_count(2 * constants.HISTORY_PAGE)
    after = page.evaluate(
        "id => document.querySelector(`.message[data-id='${id}']`).getBoundingClientRect().top", scroll_top[0]
    )
    assert abs(after - scroll_top[1]) <= 1
    assert len(asked) == 1


SCROLL_AND_TELL_ANCHOR = """top => {
  const box = document.querySelector('#messages')
  box.scrollTop = top
  const edge = box.getBoundingClientRect().top
  const row = [...box.querySelectorAll('.message')].find(each => each.getBoundingClientRect().top >= edge)
  return [row.dataset.id, row.getBoundingClientRect().top]
}"""


def test_ML_11_above_the_first_message_stands_what_the_room_is(house: House) -> None:
    ana, _bob, room = scene(house, [f"line {number}" for number in range(130)])
    page = house.enter(ana, room)
    expect(page.locator("[data-row=start]")).to_have_count(0)
    climb(page, until="[data-row=start]")
    scroll_until(
        page,
        "top",
        "m.scrollTop === 0 && !m.hasAttribute('aria-busy') && m.querySelector('[data-row=start]')",
    )
    expect(page.get_by_text("The record begins here.")).to_be_in_viewport()
    expect(page.locator("#messages")).not_to_have_attribute("data-has-older", "")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(PAGED) else None)
    scroll_to(page, 400)
    scroll_to(page, 0)
    assert not asked


def test_ML_12_from_a_permalink_newer_pages_follow_and_live_rows_only_count(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, *[f"line {number}" for number in range(200)], read=True)
    page = house.enter(ana, f"{room}/messages/{said[20]['id']}")
    expect(page.locator("#messages[data-has-newer]")).to_be_attached()
    house.say(room, bob, "the newest")
    expect(pill(page)).to_have_text("1 new message")
    expect(row(page, "the newest")).to_have_count(0)
    scroll_until(page, "end", "!m.hasAttribute('data-has-newer')")
    expect(row(page, "the newest")).to_have_count(1)
    assert seqs(page) == sorted(seqs(page))
    assert texts(page)[-1] == "the newest"


def test_ML_13_never_more_rows_than_the_window(house: House) -> None:
    ana, _bob, room = scene(house, [f"line {number}" for number in range(430)])
    page = house.enter(ana, room)
    most = constants.WINDOW_ROWS + constants.WINDOW_SLACK
    page.evaluate(
        "() => { window.most = 0; new MutationObserver(() => { const { length } ="
        " document.querySelectorAll('#messages .message'); window.most = Math.max(window.most, length) })"
        ".observe(document.querySelector('.timeline__list'), { childList: true }) }"
    )
    climb(page, until="[data-row=start]")
    scroll_until(page, "end", "!m.hasAttribute('data-has-newer')")
    assert page.evaluate("window.most") <= most
    expect(row(page, "line 429")).to_have_count(1)
    assert seqs(page) == sorted(set(seqs(page)))


def test_ML_14_a_failed_page_says_so_and_can_be_asked_for_again(house: House) -> None:
    ana, _bob, room = scene(house, [f"line {number}" for number in range(130)])
    page = house.context(ana).new_page()
    # From the start: what the device keeps of a room would help out.
    page.route("**/history/**", lambda route: route.abort())
    page.goto(f"/rooms/{room}/")
    connected(page)
    scroll_until(page, "top", "m.querySelector('[data-act=retry]')")
    expect(page.get_by_text("Couldn't load earlier messages.")).to_be_visible()
    expect(rows(page)).to_have_count(constants.HISTORY_PAGE)
    page.unroute("**/history/**")
    page.get_by_role("button", name="Try again").click()
    expect(rows(page)).to_have_count(2 * constants.HISTORY_PAGE)
    expect(page.get_by_text("Couldn't load earlier messages.")).to_have_count(0)
