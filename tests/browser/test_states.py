"""First run, empty, limited and broken states (ST), and what screen readers and keyboards get (SR)."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from chat import constants
from tests.browser.house import House, box, connected, expect, row, rows, scroll_until, texts, write
from tests.browser.test_composer import Relay
from tests.browser.test_files import picture
from tests.servers import Site, running_site


@pytest.fixture(scope="module")
def fresh() -> Iterator[Site]:
    """A site nobody has set up."""
    with running_site() as site:
        yield site


def fill_in(page: Page, name: str, email: str, button: str) -> None:
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("textbox", name="E-mail address").fill(email)
    page.locator("input[name=password]").fill("tidal-gauge-station-7")
    page.get_by_role("button", name=button).click()


def test_ST_01_and_ST_02_from_a_fresh_install_to_two_people_talking(house: House, fresh: Site) -> None:
    """One page sets up and lands in the first room; its link brings the next person into it."""
    context = house.context(base_url=fresh.origin)
    page = context.new_page()
    page.goto("/")
    assert page.get_by_role("textbox").count() <= 3
    fill_in(page, "Ana Duarte", "ana@example.org", "Create account")
    expect(page.get_by_role("heading", level=1)).to_contain_text("General")
    connected(page)
    expect(box(page)).to_be_focused()
    expect(page.get_by_text("Welcome, Ana Duarte.")).to_be_visible()
    link = page.locator("#invitation-link").input_value()

    guest = house.context(base_url=fresh.origin).new_page()
    guest.goto(link)
    expect(guest.get_by_text("Ana Duarte invites you.")).to_be_visible()
    fill_in(guest, "Bob Kern", "bob@example.org", "Join")
    expect(guest.get_by_role("heading", level=1)).to_contain_text("General")
    connected(guest)
    expect(page.get_by_text("Bob Kern joined with an invitation from Ana Duarte")).to_be_visible()
    write(guest, "here I am")
    expect(row(page, "here I am")).to_be_visible()


def test_ST_03_empty_places_say_so_and_offer_something(house: House) -> None:
    ana = house.person()
    room = house.room(ana)
    page = house.enter(ana, room)
    expect(page.get_by_text("The record begins here.")).to_be_visible()
    expect(page.get_by_placeholder("Write the first message").or_(box(page))).to_be_visible()
    expect(page.get_by_text("No conversations yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Write to someone")).to_be_visible()
    page.goto("/rooms/?query=nothing-like-it&q=nothing-like-it")
    expect(page.get_by_role("main")).not_to_be_empty()


def test_ST_05_without_scripts_rows_can_be_read_and_a_form_sends(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(60)], read=True)
    page = house.context(ana, java_script_enabled=False).new_page()
    page.goto(f"/rooms/{room}/")
    expect(rows(page)).to_have_count(constants.HISTORY_PAGE)
    expect(row(page, "line 59")).to_be_visible()
    box(page).fill("without a script")
    page.get_by_role("button", name="Send").click()
    expect(row(page, "without a script")).to_be_visible()
    assert house.stage.stored(room=room)[-1]["text"] == "without a script"
    expect(page.locator(".needs-script:visible")).to_have_count(0)


def test_ST_06_pages_that_are_not_there_look_like_the_others_and_lead_on(house: House) -> None:
    ana, bob = house.person(), house.person()
    hidden = house.room(bob, kind="closed")
    page = house.context(ana).new_page()
    for path in ("/rooms/123456789/", f"/rooms/{hidden}/", "/nothing/here"):
        answer = page.goto(path)
        assert answer and answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Go to your rooms")).to_be_visible()
    stranger = house.context().new_page()
    stranger.goto(f"/rooms/{hidden}/")
    expect(stranger).to_have_url(re.compile("/accounts/login/.*next="))


def test_a_room_one_is_not_in_offers_to_join_and_stays_still(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana)
    house.say(room, ana, "not for outsiders")
    page = house.context(bob).new_page()
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.goto(f"/rooms/{room}/")
    connected(page)
    expect(page.get_by_text("Join this room to read on and to write in it.")).to_be_visible()
    assert "outsiders" not in page.content()
    house.say(room, ana, "more")
    page.wait_for_timeout(1_500)
    assert len(loads) == 1
    page.get_by_role("button", name="Join").click()
    expect(row(page, "more")).to_be_visible()
    connected(page)
    write(page, "here I am")
    expect(row(page, "here I am")).to_have_attribute("data-state", "sent")


def test_who_is_removed_while_away_finds_no_trace(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob, kind="closed")
    house.say(room, ana, "for members only", read=True)
    page = house.enter(bob, room)
    expect(row(page, "for members only")).to_be_visible()
    house.stage.remove(room=room, user=ana.id, member=bob.id)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    assert "for members only" not in page.content()


def test_AP_07_the_scripts_speak_the_readers_language(house: House) -> None:
    ana, bob = house.person(), house.person()
    context = house.context(ana, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/rooms/{house.room(ana, bob)}/")
    connected(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    context.set_offline(True)
    page.locator("#write").fill("你好")
    page.locator("#write").press("Enter")
    status = row(page, "你好").locator("[data-slot=text]")
    expect(status).to_be_visible()
    assert status.inner_text() not in ("", "Queued")


def test_MB_04_on_a_touch_screen_enter_makes_a_line_and_the_button_sends(house: House) -> None:
    ana, bob = house.person(), house.person()
    size = {"width": 390, "height": 800}
    phone = house.context(ana, has_touch=True, is_mobile=True, viewport=size)
    page = house.enter(ana, house.room(ana, bob), context=phone)
    box(page).tap()
    box(page).press_sequentially("one")
    box(page).press("Enter")
    box(page).press_sequentially("two")
    expect(box(page)).to_have_value("one\ntwo")
    page.get_by_role("button", name="Send").tap()
    expect(row(page, "one")).to_have_attribute("data-state", "sent")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_ST_07_who_sends_too_fast_is_told_and_all_of_it_goes_out(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page = house.context(ana).new_page()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    # How many it takes depends on the machine; what the server then says does not. It says so until it was seen.
    relay.errors = [{"code": "rate_limited", "detail": "You are sending too fast.", "retry_after": 1}] * 1_000
    for number in range(4):
        write(page, f"burst {number}")
    expect(row(page, "burst 0")).to_contain_text("You are sending too fast. Sending again in")
    relay.errors.clear()
    expect(row(page, "burst 3")).to_have_attribute("data-state", "sent")
    sent = [each["text"] for each in house.stage.stored(room=room)]
    assert sent == texts(page) == [f"burst {number}" for number in range(4)]


def test_SR_01_the_first_tab_offers_the_ways_past_the_sidebar(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "hello", read=True)
    page = house.enter(ana, room)
    page.keyboard.press("Tab")
    first = page.get_by_role("link", name="Skip to messages")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('#main, #messages')")
    page.goto(f"/rooms/{room}/")
    connected(page)
    page.get_by_role("link", name="Skip to message box").focus()
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()


def test_SR_02_landmarks_and_headings(house: House) -> None:
    ana, bob = house.person(), house.person()
    page = house.enter(ana, house.room(ana, bob, name="Firmware"))
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Rooms")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Firmware")
    house.say(int(page.url.split("/")[-2]), bob, "hello")
    expect(row(page, "hello")).to_be_visible()
    expect(page.locator("#messages").get_by_role("heading", name=bob.name)).to_have_count(0)


def test_SR_03_all_rows_are_one_tab_stop_and_arrows_move(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "one", "two", "three", read=True)
    page = house.enter(ana, room)
    expect(page.locator("#messages .message[tabindex='0']")).to_have_count(1)
    row(page, "three").focus()
    page.keyboard.press("ArrowUp")
    expect(row(page, "two")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("End")
    expect(row(page, "three")).to_be_focused()
    expect(page.locator("#messages .message[tabindex='0']")).to_have_count(1)
    page.keyboard.press("m")
    expect(page.get_by_role("menuitem", name="React")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, "three").or_(row(page, "three").locator("*:focus")).first).to_be_visible()


def test_SR_05_new_rows_are_spoken_once_and_own_ones_never(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(80)], read=True)
    page, there = house.enter(ana, room), house.enter(bob, room)
    page.bring_to_front()
    expect(page.locator("#messages")).to_have_attribute("aria-live", "off")
    page.evaluate(
        """() => { window.said = []; const region = document.querySelector('#announcer-polite')
        new MutationObserver(() => window.said.push(region.textContent)).observe(region, {childList: true}) }"""
    )
    write(there, "same words")
    page.wait_for_function("() => window.said.length === 1")
    write(there, "same words")
    page.wait_for_function("() => window.said.length === 2")
    expect(row(page, "same words")).to_have_count(2)
    write(page, "my own")
    expect(row(page, "my own")).to_have_attribute("data-state", "sent")
    scroll_until(page, "top", "!m.hasAttribute('data-has-older')")
    expect(row(page, "line 0").first).to_be_attached()
    assert page.evaluate("window.said") == [f"{bob.name}: same words"] * 2
    house.say(room, bob, *[f"fast {number}" for number in range(7)])
    page.wait_for_function("() => window.said.some(text => /new messages/.test(text))")
    assert len([text for text in page.evaluate("window.said") if "fast" in text]) <= 3


AXE = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, only: list[str] = AXE) -> list[str]:
    """What axe finds, one line each."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(
        """runOnly => axe.run({ runOnly, resultTypes: ['violations'] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(each => `${id}: ${each.target} ${each.failureSummary}`)))""",
        only,
    )
    return [each[:300] for each in found[:10]]


def over_the_room(page: Page) -> Iterator[str]:
    """Opens what stands beside and over a room, one after the other, with its name."""
    row(page, "bold and").focus()
    page.keyboard.press("p")
    expect(row(page, "bold and").locator(".message__pin")).to_be_visible()
    page.locator("#panel-toggle").click()
    panel = page.get_by_role("complementary", name="About this room")
    panel.get_by_role("link", name="Pinned").click()
    expect(panel.get_by_role("listitem")).to_contain_text(["bold"])
    yield "pins"
    row(page, "bold and").focus()
    for key, name in (("d", "Go to a day"), ("/", "Search")):
        page.keyboard.press(key)
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog).to_be_visible()
        if key == "/":
            dialog.get_by_role("searchbox").fill("bold")
            expect(dialog.locator("mark")).to_have_text(["bold"])
        yield name
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def over_the_files(page: Page) -> Iterator[str]:
    """Opens what a room's files open, one after the other, with its name. The panel must be open."""
    page.get_by_role("link", name="Preview tide.py").click()
    expect(page.get_by_role("group", name="tide.py")).to_be_visible()
    panel = page.get_by_role("complementary", name="About this room")
    panel.get_by_role("link", name="Files").click()
    expect(panel.get_by_role("img", name="sea.png")).to_be_visible()
    yield "an open text and the panel"
    panel.press("Escape")
    page.get_by_role("img", name="sea.png").click()
    expect(page.locator(".lightbox__frame[data-loaded]")).to_be_visible()
    yield "a picture over the page"


def test_SR_09_axe_finds_nothing_on_the_main_pages(house: House) -> None:
    ana, bob = house.person("Ana Duarte"), house.person("Bob Kern")
    empty, full = house.room(ana, bob), house.room(ana, bob)
    said = house.say(full, bob, "**bold** and `code`", "> quoted", "gone", f"@{ana.handle} look", read=True)
    house.stage.react(room=full, user=bob.id, message=said[0]["id"], emoji="👍")
    house.stage.delete(room=full, user=bob.id, message=said[2]["id"])
    house.send(
        full, bob, "files", {"tide.py": b"low = 3  # metres\n", "sea.png": picture(40, 30), "tide.bin": b"\0"}
    )
    house.say(full, bob, "unread")
    wrong: dict[str, list[str]] = {}

    def look(page: Page, name: str, only: list[str] = AXE) -> None:
        if found := violations(page, only):
            wrong[name] = found

    def themes(page: Page, name: str) -> None:
        look(page, name)
        page.set_viewport_size({"width": 375, "height": 700})
        look(page, f"phone {name}")
        page.set_viewport_size({"width": 1280, "height": 800})
        # The other theme differs in its colours alone.
        page.emulate_media(color_scheme="dark")
        look(page, f"dark {name}", ["color-contrast", "link-in-text-block"])
        page.emulate_media(color_scheme="light")

    house.stage.save(room=full, user=ana.id, message=said[1]["id"])
    page = house.context(ana).new_page()
    for path in (
        f"/rooms/{empty}/",
        f"/rooms/{full}/",
        "/rooms/",
        "/rooms/new/",
        "/settings/",
        "/settings/notifications/",
        "/saved/",
        "/search/?q=bold",
        f"/rooms/{full}/files/",
    ):
        page.goto(path)
        themes(page, path)
    page.goto(f"/rooms/{full}/")
    connected(page)
    row(page, "unread").hover()
    page.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Reply")).to_be_visible()
    look(page, "open menu")
    page.keyboard.press("Escape")
    for name in chain(over_the_room(page), over_the_files(page)):
        themes(page, name)
    signed_out = house.context().new_page()
    signed_out.goto("/accounts/login/")
    look(signed_out, "sign-in")
    assert wrong == {}
