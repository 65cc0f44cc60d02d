"""Moderation by keyboard alone, and what the page of a case keeps in view."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.house import House, connected, expect, row
from tests.browser.test_moderation import moderator

MOST_STOPS = 60


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until what is wanted has the focus."""
    for _stop in range(MOST_STOPS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


def test_a_case_is_found_and_decided_by_keyboard(house: House) -> None:
    """The focus stays on its case while the queue grows; the fields that a decision needs come with it."""
    ana, bob, cleo, mona = house.person(), house.person(), house.person(), moderator(house)
    room = house.room(mona, ana, bob, cleo)
    first, second = house.say(room, bob, "you gulls")[0]["id"], house.say(room, cleo, "you terns")[0]["id"]
    case = house.stage.report(room=room, user=ana.id, message=first)
    there = house.context(ana).new_page()
    there.goto(f"/rooms/{room}/messages/{second}/report/")
    there.get_by_role("radio", name="Spam").check()
    page = house.context(mona).new_page()
    page.goto("/moderation/")
    connected(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wanted = f"a.case[href$='/cases/{case}/']"
    tab_to(page, wanted)
    there.get_by_role("button", name="Report", exact=True).click()
    expect(page.locator(".case", has_text=cleo.name)).to_be_visible()
    expect(page.locator(wanted)).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"About {bob.name}")).to_be_visible()
    connected(page)
    queue = page.get_by_role("navigation", name="Open reports")
    expect(queue.locator("[aria-current]")).to_contain_text(bob.name)
    expect(queue.locator(".case", has_text=cleo.name)).to_be_visible()
    expect(page.locator("[data-reported]")).to_contain_text("you gulls")
    expect(page.get_by_label("For how long")).to_be_hidden()
    tab_to(page, "[name=decision]")
    for _step in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Mute in this room")).to_be_checked()
    tab_to(page, "[name=minutes]")
    tab_to(page, "[name=reason]")
    page.keyboard.type("be kind")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Handled by")).to_be_visible()
    expect(page.locator(".message", has_text="be kind")).to_contain_text(mona.name)
    expect(queue.locator(".case", has_text=bob.name)).to_have_count(0)


def test_the_card_of_a_person_opens_and_closes_by_keyboard(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "here I am", read=True)
    page = house.enter(ana, room)
    said = row(page, "here I am")
    said.focus()
    page.keyboard.press("m")
    about = page.get_by_role("menuitem", name="About the author")
    expect(about).to_be_visible()
    about.press("Enter")
    card = page.get_by_role("dialog")
    expect(card.get_by_role("heading", name=bob.name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(said).to_be_focused()
