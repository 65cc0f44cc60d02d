"""The room's panel, pins, what one saves, quoting, days: in the browsers of several people at once."""

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.house import House, Person, box, connected, expect, row, rows


def menu(page: Page, text: str, act: str) -> None:
    """Does something from a message's menu."""
    row(page, text).hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def open_tab(page: Page, name: str = "") -> Locator:
    """The panel, opened, with the tab of this name."""
    page.locator("#panel-toggle").click()
    panel = page.get_by_role("complementary", name="About this room")
    if name:
        panel.get_by_role("link", name=name).click()
        expect(panel.locator("[aria-current=page]")).to_contain_text(name)
    return panel


def offered(page: Page, text: str) -> Locator:
    row(page, text).hover()
    page.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    return page.get_by_role("menuitem").locator("visible=true")


@pytest.fixture
def three(house: House) -> tuple[Person, Person, int]:
    """A moderator, a member and their room, with sixty lines that both have read."""
    mona, bob = house.person(), house.person()
    room = house.room(mona, bob)
    house.say(room, bob, *[f"line {number}" for number in range(60)], read=True)
    return mona, bob, room


def test_MO_02_a_pin_shows_for_everybody_in_the_row_and_in_the_panel(
    house: House, three: tuple[Person, Person, int]
) -> None:
    mona, bob, room = three
    here, there = house.enter(mona, room), house.enter(bob, room)
    expect(offered(there, "line 58").filter(has_text=re.compile("Pin|Unpin"))).to_have_count(0)
    there.keyboard.press("Escape")
    panel = open_tab(there, "Pinned")
    expect(panel).to_contain_text("Nothing is pinned here.")
    menu(here, "line 58", "Pin for everyone")
    expect(row(there, "line 58").locator(".message__pin")).to_have_text("Pinned")
    expect(row(there, "line 58")).to_have_accessible_name(re.compile("line 58, pinned"))
    expect(panel.get_by_role("listitem")).to_contain_text(["line 58"])
    expect(panel).to_contain_text(f"Pinned by {mona.name}")
    expect(panel.get_by_role("link", name="Pinned 1")).to_be_visible()
    expect(panel.get_by_role("button", name="Unpin")).to_have_count(0)
    # By keyboard, of an old line that the other has not loaded.
    here.reload()
    connected(here)
    row(here, "line 20").focus()
    here.keyboard.press("p")
    expect(panel.get_by_role("listitem")).to_contain_text(["line 20", "line 58"])
    panel.get_by_role("listitem").filter(has_text="line 58").get_by_role("link", name="Jump to it").click()
    expect(row(there, "line 58")).to_be_focused()
    expect(row(there, "line 58")).to_be_in_viewport()
    mine = open_tab(here, "Pinned")
    mine.get_by_role("listitem").filter(has_text="line 20").get_by_role("button", name="Unpin").click()
    for each in (panel, mine):
        expect(each.get_by_role("listitem")).to_contain_text(["line 58"])
        expect(each.get_by_role("listitem")).to_have_count(1)
    menu(there, "line 58", "Delete")
    there.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for each in (panel, mine):
        expect(each).to_contain_text("Nothing is pinned here.")
    expect(row(here, "Message deleted").locator(".message__pin")).to_have_count(0)
    there.keyboard.press("Escape")
    panel.press("Escape")
    expect(panel).to_be_hidden()
    expect(there.locator("#panel-toggle")).to_be_focused()


def test_what_one_saves_is_found_again_in_every_tab(house: House, three: tuple[Person, Person, int]) -> None:
    _mona, bob, room = three
    context = house.context(bob)
    page, second = house.enter(bob, room, context=context), house.enter(bob, room, context=context)
    listed = context.new_page()
    listed.goto("/saved/")
    connected(listed)
    expect(listed.locator("#saved")).to_contain_text("Nothing is saved.")
    menu(page, "line 55", "Save for later")
    expect(page.locator("#toasts")).to_contain_text("Saved for you.")
    row(page, "line 56").focus()
    page.keyboard.press("s")
    expect(listed.locator(".kept__text")).to_have_text(["line 56", "line 55"])
    expect(offered(second, "line 55").filter(has_text="Do not keep")).to_be_visible()
    second.keyboard.press("Escape")
    house.stage.delete(
        room=room, user=bob.id, message=int(row(page, "line 55").get_attribute("data-id") or 0)
    )
    expect(listed.locator(".kept__text")).to_have_text(["line 56"])
    listed.get_by_role("link", name="Jump to it").click()
    expect(row(listed, "line 56")).to_be_focused()
    listed.get_by_role("link", name="Saved messages").click()
    listed.get_by_role("button", name="Do not keep").click()
    expect(listed.locator("#saved")).to_contain_text("Nothing is saved.")
    expect(offered(second, "line 56").filter(has_text="Save for later")).to_be_visible()


def test_a_quote_goes_behind_the_draft_and_leaves_whom_it_answers(
    house: House, three: tuple[Person, Person, int]
) -> None:
    mona, bob, room = three
    house.say(room, mona, "first *part*\n\nsecond part", read=True)
    page = house.enter(bob, room)
    menu(page, "line 57", "Reply")
    box(page).press_sequentially("see below")
    menu(page, "second part", "Quote")
    expect(box(page)).to_have_value("see below\n> first part\n>\n> second part\n\n")
    expect(page.locator("#composer-reply-text")).to_have_text("line 57")
    expect(box(page)).to_be_focused()
    page.keyboard.type("indeed")
    page.keyboard.press("Enter")
    expect(rows(page).last.locator("blockquote")).to_contain_text("second part")
    expect(rows(page).last.locator(".reply")).to_contain_text("line 57")


def test_a_room_opens_at_a_day_from_its_separator_by_keyboard_and_by_address(
    house: House, three: tuple[Person, Person, int]
) -> None:
    _mona, bob, room = three
    house.stage.backdate(room=room, days={"line 10": 30, "line 20": 20})
    page = house.enter(bob, room)
    row(page, "line 58").focus()
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Go to a day")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "line 58")).to_be_focused()
    page.locator(".divider[data-kind=day] > span").last.click()
    wanted = page.evaluate("days => new Date(Date.now() - days * 86400000).toISOString().slice(0, 10)", 25)
    dialog.get_by_label("Go to a day").fill(wanted)
    dialog.get_by_role("button", name="Go", exact=True).click()
    expect(page).to_have_url(re.compile(f"/rooms/{room}/day/\\?on={wanted}$"))
    connected(page)
    expect(page.locator(".message[data-target], .message:focus")).to_contain_text("line 11")
    page.go_back()
    connected(page)
    plain = house.context(bob, java_script_enabled=False).new_page()
    plain.goto(f"/rooms/{room}/panel/")
    plain.get_by_label("Go to a day").fill(wanted)
    plain.get_by_role("button", name="Go", exact=True).click()
    expect(row(plain, "line 11")).to_be_attached()
    expect(row(plain, "line 50")).to_have_count(0)


def test_KB_01_the_list_of_rooms_is_made_wider_by_hand_and_by_key_and_stays_so(
    house: House, three: tuple[Person, Person, int]
) -> None:
    _mona, bob, room = three
    page = house.enter(bob, room)
    edge = page.get_by_role("separator", name="Width of the list of rooms")
    expect(edge).to_have_attribute("aria-valuenow", "17")
    page.mouse.move(17 * 16, 300)
    page.mouse.down()
    page.mouse.move(22 * 16 + 3, 320, steps=4)
    page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", "22")
    expect(page.locator("#rooms")).to_have_css("width", "352px")
    edge.press("ArrowLeft")
    expect(page.locator("#rooms")).to_have_css("width", "336px")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-side", "21")
    expect(page.locator("#rooms")).to_have_css("width", "336px")
    connected(page)
    edge.dblclick()
    expect(page.locator("#rooms")).to_have_css("width", "272px")
    edge.press("End")
    expect(edge).to_have_attribute("aria-valuenow", "28")
    page.context.add_cookies([{"name": "side", "value": "99", "url": house.site.origin}])
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-side", "17")
