"""From a report to its outcome, in browsers: what members, the person concerned and two moderators see, live."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.house import House, Person, box, connected, expect, row, write
from tests.browser.test_states import violations


def moderator(house: House, name: str = "") -> Person:
    person = house.person(name)
    house.stage.rank(user=person.id, role="moderator")
    return person


def report(page: Page, text: str, reason: str = "Harassment", words: str = "") -> None:
    """By the menu of the message."""
    row(page, text).hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=reason).check()
    if words:
        dialog.get_by_role("textbox").fill(words)
    dialog.get_by_role("button", name="Report", exact=True).click()
    expect(dialog).to_be_hidden()


def ten_seconds_later(page: Page) -> None:
    """A page draws itself anew at most every ten seconds: this one thinks that they are over."""
    page.evaluate("sessionStorage.removeItem('chat:reloaded')")


def test_from_report_to_outcome(house: House) -> None:
    """Ana reports, Mona decides in the queue, Kofi is told that she was faster, Bob sees why and how long."""
    ana, bob, mona, kofi = house.person(), house.person(), moderator(house), moderator(house)
    room = house.room(ana, bob, mona, kofi)
    house.say(room, bob, "you gulls cannot read a staff", read=True)
    here, there = house.enter(ana, room), house.enter(bob, room)
    queue, other = house.context(mona).new_page(), house.context(kofi).new_page()
    for page in (queue, other):
        page.goto("/moderation/")
        connected(page)

    report(here, "you gulls", words="rude again")
    case = queue.locator(".case", has_text=bob.name)
    expect(case).to_contain_text("you gulls")
    expect(other.locator(".case", has_text=bob.name)).to_be_visible()
    case.click()
    connected(queue)
    other.locator(".case", has_text=bob.name).click()
    connected(other)
    expect(queue.get_by_text("rude again")).to_be_visible()
    expect(queue.locator("#case-looking")).to_have_text(f"{kofi.name} looks at it, too.")
    expect(other.locator("#case-looking")).to_have_text(f"{mona.name} looks at it, too.")
    expect(queue.locator("#case [data-here-text]")).to_have_text("online")
    queue.get_by_role("radio", name="Mute in this room").check()
    queue.get_by_label("For how long").select_option("10")
    queue.get_by_role("textbox", name="Reason").fill("be kind")
    queue.get_by_label("Remove the message, too").check()
    queue.get_by_role("button", name="Decide").click()
    expect(queue.get_by_text("Handled by").first).to_be_visible()
    expect(other.get_by_text(f"Handled by {mona.name}")).to_be_visible()
    expect(other.get_by_role("button", name="Decide")).to_have_count(0)

    expect(there.get_by_text("be kind")).to_be_visible()
    expect(there.locator("#composer-closed time")).to_have_text(re.compile(r"\d:\d\d left"))
    expect(there.locator("#told")).to_be_visible()
    for page in (here, there):
        expect(page.get_by_text("Message deleted")).to_be_visible()
        expect(page.get_by_text("you gulls")).to_have_count(0)
    expect(here.locator("#told")).to_be_visible()
    here.locator("#told").get_by_role("link").click()
    expect(here.get_by_text("Thank you for your report")).to_be_visible()

    ten_seconds_later(there)
    other.goto("/moderation/sanctions/")
    other.get_by_role("listitem").filter(has_text=bob.name).get_by_role("button", name="Take back").click()
    expect(box(there)).to_be_visible()
    connected(there)
    write(there, "thank you")
    expect(row(there, "thank you")).to_be_visible()


def test_a_room_is_slowed_and_closed_while_people_are_in_it(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    there = house.enter(bob, room)
    settings = house.context(ana).new_page()
    settings.goto(f"/rooms/{room}/settings/")

    def save() -> None:
        with settings.expect_navigation():
            settings.get_by_role("region", name="Writing").get_by_role("button", name="Save").click()

    settings.get_by_label("Seconds between two messages").fill("600")
    save()
    expect(row(there, "set 600 seconds")).to_be_visible()
    write(there, "the first")
    expect(there.locator("#composer-slow")).to_contain_text(re.compile(r"next message in \d+:\d\d"))
    settings.get_by_label("Closed for writing").select_option("close")
    save()
    expect(there.locator("#composer-closed")).to_contain_text("closed for writing")
    ten_seconds_later(there)
    settings.get_by_label("Closed for writing").select_option("open")
    save()
    expect(box(there)).to_be_visible()


def test_a_hidden_person_is_folded_away_and_unfolds_one_message(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "a first boast", "a second boast", read=True)
    page = house.enter(ana, room)
    row(page, "a first boast").locator(".message__author").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=bob.name)).to_be_visible()
    dialog.get_by_role("button", name="Hide").click()
    page.wait_for_url("**/settings/peace/")
    expect(page.get_by_text(bob.name)).to_be_visible()
    page.goto(f"/rooms/{room}/")
    connected(page)
    expect(page.get_by_text("a first boast")).to_be_hidden()
    page.get_by_role("button", name="A message of somebody you hide").first.click()
    expect(page.get_by_text("a first boast")).to_be_visible()
    expect(page.get_by_text("a second boast")).to_be_hidden()
    house.say(room, bob, "a third boast")
    expect(page.get_by_role("button", name="A message of somebody you hide")).to_have_count(2)
    expect(page.get_by_text("a third boast")).to_be_hidden()
    assert "a third boast" not in page.locator("#announcer-polite").inner_text()


PAGES = [
    "/moderation/",
    "/moderation/?state=decided",
    "/moderation/people/",
    "/moderation/sanctions/",
    "/moderation/rules/",
    "/moderation/addresses/?network=203.0.113.7",
    "/moderation/log/",
    "/settings/peace/",
    "/standing/",
]


def test_the_pages_of_moderation_are_accessible_and_fit(house: House) -> None:
    ana, bob, mona = house.person(), house.person(), moderator(house)
    room = house.room(mona, ana, bob)
    [said] = house.say(room, bob, "you gulls", read=True)
    case = house.stage.report(room=room, user=ana.id, message=said["id"])
    house.stage.sanction(actor=mona.id, user=bob.id, kind="warn")
    page = house.context(mona).new_page()
    paths = [
        *PAGES,
        f"/moderation/cases/{case}/",
        f"/moderation/people/{bob.id}/",
        f"/moderation/people/{bob.id}/clean-up/?span=all",
        f"/rooms/{room}/settings/",
        f"/people/{bob.id}/",
        f"/rooms/{room}/messages/{said['id']}/report/",
    ]
    for path in paths:
        page.goto(path)
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == [], f"{path} at {width} px"
            page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
