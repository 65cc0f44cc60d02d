"""The unread line, what counts as read, permalinks, and rows that die (ML of the behaviour list)."""

import re

from playwright.sync_api import Page

from chat import constants
from tests.browser.house import (
    House,
    Person,
    at_end,
    box,
    connected,
    expect,
    gone,
    row,
    rows,
    scene,
    until,
    write,
)  # fmt: skip


def test_ML_18_the_divider_stays_while_its_rows_become_read(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, "news")
    page = house.enter(ana, room)
    divider = page.get_by_role("separator", name=re.compile("New since"))
    before = divider.bounding_box()
    until_read(house, page, room, ana, said[-1]["seq"])
    expect(divider).to_be_visible()
    assert divider.bounding_box() == before


def until_read(house: House, page: Page, room: int, person: Person, seq: int) -> None:
    """Waits until the server knows that somebody has read this far."""
    until(page, lambda: house.stage.read_seq(room=room, user=person.id) >= seq, "never read")


def test_ML_20_the_divider_goes_when_one_sends(house: House) -> None:
    ana, bob, room = scene(house)
    house.say(room, bob, "news")
    page = house.enter(ana, room)
    divider = page.get_by_role("separator", name=re.compile("New since"))
    expect(divider).to_be_visible()
    write(page, "an answer")
    expect(divider).to_have_count(0)


def test_ML_20_the_divider_goes_with_escape_and_after_coming_back(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, "news")
    page = house.enter(ana, room)
    divider = page.get_by_role("separator", name=re.compile("New since"))
    expect(divider).to_be_visible()
    until_read(house, page, room, ana, said[-1]["seq"])
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(divider).to_have_count(0)
    house.say(room, bob, "more")
    expect(row(page, "more")).to_be_visible()
    page.reload()
    connected(page)
    box(page).press("Escape")
    expect(divider).to_have_count(0)


def test_ML_21_a_bar_leads_to_an_unread_line_that_is_not_loaded(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, *[f"news {number}" for number in range(120)])
    page = house.enter(ana, f"{room}/messages/{said[110]['id']}")
    bar = page.locator("#unread-bar")
    expect(bar).to_contain_text("Unread messages further up")
    bar.get_by_role("button", name="Jump").click()
    expect(page.get_by_role("separator", name=re.compile("New since"))).to_be_in_viewport()
    expect(row(page, "news 0").first).to_be_focused()
    expect(bar).to_be_hidden()
    page.evaluate("() => { const m = document.querySelector('#messages'); m.scrollTop = m.scrollHeight }")
    expect(bar).to_be_hidden()


def test_ML_21_the_bar_can_mark_all_read(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, *[f"news {number}" for number in range(120)])
    page = house.enter(ana, f"{room}/messages/{said[110]['id']}")
    page.locator("#unread-bar").get_by_role("button", name="Mark read").click()
    expect(page.locator("#unread-bar")).to_be_hidden()
    until_read(house, page, room, ana, said[-1]["seq"])
    expect(page.locator(f".room-link[data-room='{room}']")).not_to_have_attribute("data-unread", "")


def test_ML_22_rows_are_read_when_seen_and_only_without_gaps(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, *[f"news {number}" for number in range(40)])
    page = house.enter(ana, room)
    expect(page.get_by_role("separator", name=re.compile("New since"))).to_be_in_viewport()
    until_read(house, page, room, ana, said[0]["seq"])
    assert house.stage.read_seq(room=room, user=ana.id) < said[-1]["seq"]
    # Straight to the end: what was flown over stays unread.
    page.evaluate("() => { const m = document.querySelector('#messages'); m.scrollTop = m.scrollHeight }")
    page.wait_for_timeout(constants.READ_AFTER_MS + 800)
    assert house.stage.read_seq(room=room, user=ana.id) < said[-1]["seq"]


def test_ML_22_a_permalink_marks_nothing_below_unseen_rows(house: House) -> None:
    ana, bob, room = scene(house)
    said = house.say(room, bob, *[f"news {number}" for number in range(120)])
    before = house.stage.read_seq(room=room, user=ana.id)
    # All that is loaded is in view, and nothing more can be loaded.
    context = house.context(ana, viewport={"width": 1280, "height": 2400})
    context.route("**/history/**", lambda route: route.abort())
    page = house.enter(ana, f"{room}/messages/{said[60]['id']}", context=context)
    expect(row(page, "news 60")).to_be_in_viewport()
    expect(rows(page).first).to_be_in_viewport()
    page.wait_for_timeout(constants.READ_AFTER_MS + 800)
    assert house.stage.read_seq(room=room, user=ana.id) == before


def test_ML_24_a_permalink_shows_its_message_a_third_from_the_top(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, *[f"line {number}" for number in range(200)], read=True)
    page = house.context(ana).new_page()
    # It is marked for two seconds only, so the page itself notes that it was.
    page.add_init_script(
        "new MutationObserver(changes => changes.forEach(({ target }) => {"
        " if (target.matches('.message[data-target]')) window.marked = target.dataset.id }))"
        ".observe(document, { subtree: true, attributeFilter: ['data-target'] })"
    )
    page.goto(f"/rooms/{room}/messages/{said[100]['id']}/")
    connected(page)
    target = page.locator(f".message[data-id='{said[100]['id']}']")
    expect(target).to_be_focused()
    assert page.evaluate("window.marked") == str(said[100]["id"])
    timeline, place = page.locator("#messages").bounding_box(), target.bounding_box()
    assert timeline and place
    assert 0.25 <= (place["y"] - timeline["y"]) / timeline["height"] <= 0.42
    expect(target).not_to_have_attribute("data-target", "")
    assert page.url.endswith(f"/rooms/{room}/messages/{said[100]['id']}/")
    assert rows(page).count() >= 2 * constants.AROUND_EACH_SIDE


def test_ML_25_deleted_and_unknown_messages_give_the_same_notice(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    [gone] = house.say(room, bob, "gone", read=True)
    house.stage.delete(room=room, user=bob.id, message=gone["id"])
    notices = []
    for message in (gone["id"], 123456789):
        page = house.enter(ana, f"{room}/messages/{message}")
        notices.append(page.locator(".notice").inner_text())
    assert notices[0] == notices[1]


def test_ML_28_a_deletion_elsewhere_leaves_one_line(house: House) -> None:
    ana, bob, room = scene(house)
    [said] = house.say(room, bob, "a secret that slipped out", read=True)
    here, there = house.enter(ana, room), house.enter(bob, room)
    target = row(there, "a secret that slipped out")
    target.hover()
    there.get_by_role("button", name="More actions").click()
    there.get_by_role("menuitem", name="Delete").click()
    there.get_by_role("button", name="Delete", exact=True).last.click()
    tombstone = here.locator(f".message[data-id='{said['id']}']")
    expect(tombstone).to_have_attribute("data-state", "deleted")
    expect(tombstone).to_contain_text("Message deleted")
    gone(here, "secret")
    at_end(here)
