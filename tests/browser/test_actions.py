"""What can be done with a message: reply, edit, delete, react, copy; members and settings beside it."""

import json
import re

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.house import (
    LINES,
    House,
    at_end,
    box,
    connected,
    expect,
    gone,
    row,
    scroll_to,
    until,
    write,
)


def menu(page: Page, text: str, item: str) -> None:
    row(page, text).hover()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=item).click()


def test_a_reply_shows_what_it_answers_and_leads_there(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    [asked] = house.say(room, bob, "a question worth asking", read=True)
    here, there = house.enter(ana, room), house.enter(bob, room)
    row(here, "a question").hover()
    here.get_by_role("toolbar").get_by_role("button", name="Reply").click()
    expect(here.locator("#composer-reply")).to_contain_text("a question worth asking")
    expect(box(here)).to_be_focused()
    here.reload()
    connected(here)
    expect(here.locator("#composer-reply")).to_contain_text("a question worth asking")
    write(here, "an answer")
    expect(here.locator("#composer-reply")).to_be_hidden()
    for page in (here, there):
        quote = row(page, "an answer").locator(".reply")
        expect(quote).to_contain_text("a question worth asking")
        expect(quote).to_contain_text(bob.name)
    row(there, "an answer").locator(".reply").click()
    expect(there.locator(f".message[data-id='{asked['id']}']")).to_be_focused()
    house.stage.delete(room=room, user=bob.id, message=asked["id"])
    expect(row(here, "an answer").locator(".reply")).to_have_text("Message deleted")
    gone(here, "worth asking")


def test_escape_gives_a_reply_up_and_keeps_the_text(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "a question", read=True)
    page = house.enter(ana, room)
    row(page, "a question").focus()
    page.keyboard.press("r")
    expect(box(page)).to_be_focused()
    box(page).press_sequentially("hm")
    box(page).press("Escape")
    expect(page.locator("#composer-reply")).to_be_hidden()
    expect(box(page)).to_have_value("hm")


def test_an_edit_of_what_changed_meanwhile_shows_the_newer_text(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    [said] = house.say(room, ana, "first version", read=True)
    here = house.context(ana).new_page()

    # The other tab's change must not reach this one before it saves.
    def deaf(link: WebSocketRoute) -> None:
        server = link.connect_to_server()
        quiet = ("message.updated", "room.batch")
        server.on_message(lambda text: None if json.loads(text)["type"] in quiet else link.send(text))

    here.route_web_socket(re.compile("/ws/$"), deaf)
    here.goto(f"/rooms/{room}/")
    connected(here)
    menu(here, "first version", "Edit")
    editor = here.get_by_role("textbox", name="Edit message")
    editor.fill("my version")
    house.stage.edit(room=room, user=ana.id, message=said["id"], text="their version")
    editor.press("Enter")
    expect(here.get_by_role("alert")).to_contain_text("their version")
    expect(editor).to_have_value("my version")
    editor.press("Enter")
    expect(editor).to_have_count(0)
    assert [each["text"] for each in house.stage.stored(room=room)] == ["my version"]


def test_deleting_asks_first(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "regretted", read=True)
    here, there = house.enter(bob, room), house.enter(ana, room)
    menu(here, "regretted", "Delete")
    dialog = here.get_by_role("dialog", name="Delete this message?")
    expect(dialog).to_contain_text("regretted")
    dialog.get_by_role("button", name="Keep").click()
    expect(row(here, "regretted")).to_be_focused()
    menu(here, "regretted", "Delete")
    dialog.get_by_role("button", name="Delete").click()
    for page in (here, there):
        expect(row(page, "Message deleted")).to_be_visible()
        expect(row(page, "regretted")).to_have_count(0)


def test_only_what_is_allowed_is_offered(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, ana, "hers", read=True)
    page = house.enter(bob, room)
    row(page, "hers").hover()
    page.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Reply")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Edit")).to_be_hidden()
    expect(page.get_by_role("menuitem", name="Delete")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem", name="Reply")).to_be_hidden()


def test_reactions_are_added_counted_and_taken_back(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "good news", read=True)
    here, there = house.enter(ana, room), house.enter(bob, room)
    row(here, "good news").hover()
    here.get_by_role("toolbar").get_by_role("button", name="React").click()
    here.get_by_role("button", name="React with 🎉").click()
    expect(row(here, "good news").get_by_role("button", name="🎉, 1, with you")).to_be_visible()
    chip = row(there, "good news").get_by_role("button", name="🎉, 1")
    chip.click()
    expect(row(here, "good news").get_by_role("button", name="🎉, 2, with you")).to_be_visible()
    row(here, "good news").get_by_role("button", name="🎉, 2, with you").click()
    expect(row(there, "good news").get_by_role("button", name="🎉, 1, with you")).to_be_visible()
    expect(chip.or_(row(there, "good news").get_by_role("button", name="🎉, 1, with you"))).to_be_focused()


def test_a_link_to_a_message_can_be_copied(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    [said] = house.say(room, bob, "worth keeping", read=True)
    context = house.context(ana, permissions=["clipboard-read", "clipboard-write"])
    page = house.enter(ana, room, context=context)
    menu(page, "worth keeping", "Copy link")
    expect(page.locator("#toasts")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{house.site.origin}/rooms/{room}/messages/{said['id']}/"


def test_ML_23_marking_unread_holds_until_one_scrolls(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, *[f"line {number}" for number in range(60)], read=True)
    page = house.enter(ana, room)
    menu(page, "line 58", "Mark unread from here")
    link = page.locator(f".room-link[data-room='{room}']")
    expect(link).to_have_attribute("data-unread", "")
    page.wait_for_timeout(1_200)
    expect(link).to_have_attribute("data-unread", "")
    unread = said[58]["seq"] - 1
    until(page, lambda: house.stage.read_seq(room=room, user=ana.id) == unread, "never marked")
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -200)
    page.mouse.wheel(0, 400)
    expect(link).not_to_have_attribute("data-unread", "")


def test_the_panel_lists_members_and_gives_focus_back(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page = house.enter(ana, room)
    toggle = page.get_by_role("link", name="2 members")
    toggle.click()
    panel = page.get_by_role("complementary", name="About this room")
    expect(panel).to_contain_text(bob.name)
    expect(toggle).to_have_attribute("aria-expanded", "true")
    carol = house.person()
    house.stage.add(room=room, user=ana.id, member=carol.id)
    expect(panel).to_contain_text(carol.name)
    expect(page.locator("#member-count")).to_have_text("3")
    page.get_by_role("button", name="Close the panel").click()
    expect(panel).to_be_hidden()
    expect(toggle).to_be_focused()


def test_TP_01_typing_is_shown_and_ends(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    here, there = house.enter(ana, room), house.enter(bob, room)
    box(there).press_sequentially("hmm")
    expect(here.locator("#typing-text")).to_have_text(f"{bob.name} is typing")
    expect(here.locator("#typing")).to_have_attribute("data-active", "")
    box(there).press("Enter")
    expect(here.locator("#typing")).not_to_have_attribute("data-active", "")
    expect(there.locator("#typing")).not_to_have_attribute("data-active", "")


def test_AP_01_the_theme_stands_before_the_first_paint(house: House) -> None:
    ana = house.person()
    room = house.room(ana)
    page = house.enter(ana, room, color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "system")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") in ("light dark", "dark")
    scroll_to(page, 0)


def test_appearance_shows_while_it_is_chosen_and_stays_when_saved(house: House) -> None:
    ana = house.person()
    page = house.context(ana).new_page()
    page.goto("/settings/")
    connected(page)
    page.locator("select[name=theme]").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("select[name=density]").select_option("compact")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Save").click()
    page.goto(f"/rooms/{house.room(ana)}/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_password_can_be_shown_and_hidden(house: House) -> None:
    page = house.context().new_page()
    page.goto("/accounts/login/")
    field = page.locator("input[name=password]")
    field.fill("long enough")
    page.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "password")


def test_PF_06_a_burst_keeps_the_page_quick_and_the_reader_in_place(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *LINES, read=True)
    page = house.enter(ana, room)
    page.evaluate(
        "() => { window.long = []; new PerformanceObserver(list => window.long.push("
        "...list.getEntries().map(each => each.duration))).observe({type: 'longtask'}) }"
    )
    # A machine that is busy with something else only ever adds: the best of several bursts is the page's own.
    longest = []
    for number in range(5):
        page.evaluate("window.long.length = 0")
        house.say(room, bob, *[f"burst {number}.{each}" for each in range(50)])
        expect(row(page, f"burst {number}.49")).to_be_in_viewport()
        at_end(page)
        longest.append(max(page.evaluate("window.long"), default=0))
        if longest[-1] <= 100:
            return
    raise AssertionError(longest)
