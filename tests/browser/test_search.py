"""Search (SE): by key, while one types, in context and back."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route

from tests.browser.house import House, connected, expect, row, scene


def field(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search messages")


def results(page: Page) -> Locator:
    return page.locator("[data-search-list] > li")


def test_SE_01_by_key_and_back_to_where_one_was(house: House) -> None:
    ana, _bob, room = scene(house)
    page = house.enter(ana, room)
    last = row(page, "line 59")
    last.focus()
    for keys in ("/", "Control+Shift+F"):
        page.keyboard.press(keys)
        expect(field(page)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(last).to_be_focused()
        expect(last).to_be_in_viewport()


def test_SE_02_SE_03_results_marks_words_and_chips(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob, name="Harbour office")
    house.say(room, bob, "The tide table", "a tide pool", "nothing here")
    page = house.context(ana).new_page()
    page.goto("/search/?q=TIDE")
    connected(page)
    expect(results(page)).to_have_count(2)
    expect(results(page).first).to_contain_text("Harbour office")
    expect(results(page).first).to_contain_text(bob.name)
    expect(results(page).locator("mark")).to_have_text(["tide", "tide"])
    expect(page.locator("[data-search-count]")).to_have_text("2 results")
    expect(page.locator("#search-page[data-searches]")).to_be_attached()
    field(page).fill(f'tide from:{bob.handle} in:"Harbour office" after:2020 before:2099 has:file')
    expect(page.get_by_role("status").filter(has_text="No results")).to_be_attached()
    expect(page.get_by_text("No message that you may read has all of these.")).to_be_visible()
    chips = page.get_by_role("list", name="Filters").get_by_role("link")
    expect(chips).to_have_count(5)
    chips.filter(has_text="has: file").click()
    expect(results(page)).to_have_count(2)
    expect(chips).to_have_count(4)
    expect(page.get_by_role("status").filter(has_text="2 results")).to_be_attached()
    assert "has" not in page.url
    page.goto(page.url)
    expect(results(page)).to_have_count(2)
    expect(chips).to_have_count(4)
    field(page).fill("before:soon")
    expect(page.locator("[data-search-count]")).to_have_text("“soon” is not a date like 2026-11-23.")


def test_SE_04_a_result_opens_in_context_and_back_returns_to_the_list(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, other = house.room(ana, bob), house.room(bob)
    house.say(room, bob, *(f"tide {number}" for number in range(60)))
    house.say(other, bob, "tide that nobody else may read")
    page = house.enter(ana, room)
    page.get_by_role("link", name="Search here").click()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value(re.compile("^in:"))
    page.keyboard.insert_text("tide")  # at once: one question, one list
    expect(results(page)).to_have_count(25)
    page.get_by_role("link", name="Show older results").click()
    expect(results(page).filter(has_text="tide 30")).to_have_count(1)
    expect(page.get_by_text("nobody else may read")).to_have_count(0)
    page.locator(".found", has_text="tide 30").click()
    expect(row(page, "tide 30")).to_be_focused()
    expect(row(page, "tide 30")).to_be_in_viewport()
    page.go_back()
    found = page.locator(".found", has_text="tide 30")
    expect(found).to_be_focused()
    expect(found).to_be_in_viewport()


def test_SE_05_a_late_answer_replaces_nothing_and_failures_have_words(house: House) -> None:
    ana, _bob, _room = scene(house, ["slowword", "quickword"])
    page = house.context(ana, viewport={"width": 375, "height": 700}, color_scheme="dark").new_page()
    held: list[Route] = []
    page.route("**/search/?q=slowword", lambda route: held.append(route))
    page.route("**/search/?q=failing", lambda route: route.abort())
    page.goto("/search/")
    connected(page)
    expect(page.locator("#search-page[data-searches]")).to_be_attached()
    with page.expect_request("**/search/?q=slowword"):
        field(page).fill("slowword")
    field(page).fill("quickword")
    expect(results(page)).to_have_text(re.compile("quickword"))
    for route in held:
        route.fulfill(body="<p>late</p>")
    expect(results(page)).to_have_count(1)
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    field(page).fill("failing")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/search/?q=failing")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-search-count]")).to_have_text("No results")
