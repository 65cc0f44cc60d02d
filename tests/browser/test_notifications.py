"""Being told (NO), being seen (TP), and the settings that decide about both."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Page

from chat import constants
from tests.browser.house import House, Person, box, comes_true, connected, expect, row, with_constants, write
from tests.browser.test_tabs import BLUR, COUNTED, LEADERS, link, told

LEADS = f"async () => await ({LEADERS})() > 0"


def listener(house: House, person: Person, room: int, **options: Any) -> tuple[BrowserContext, Page]:
    """A page that leads, counts what it is told, and is not being looked at."""
    context = house.context(person, **options)
    context.add_init_script(COUNTED)
    page = house.enter(person, room, context=context)
    comes_true(page, LEADS)
    page.evaluate(BLUR)
    return context, page


def choose(context: BrowserContext, label: str) -> None:
    """Changes a choice on the settings page, in a tab of its own."""
    tab = context.new_page()
    tab.goto("/settings/notifications/")
    connected(tab)
    tab.get_by_role("checkbox", name=label).click()
    expect(tab.locator("#toasts")).to_contain_text("Saved.")
    tab.close()


def bodies(page: Page) -> list[str]:
    return [each["body"] for each in told(page)]


def test_NO_05_and_SB_08_the_bell_decides_what_a_room_may_tell(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, loud = house.room(ana, bob, name="Quiet room"), house.room(ana, bob)
    private = house.stage.direct(people=[ana.id, bob.id])
    _, page = listener(house, ana, room)

    def hear(level: str) -> None:
        page.get_by_role("button", name="You hear of:").click()
        page.get_by_role("menuitemradio", name=level, exact=True).click()
        expect(page.get_by_role("button", name=f"You hear of: {level}", exact=True)).to_be_visible()

    expect(page.get_by_role("button", name="You hear of: Mentions")).to_be_visible()
    house.say(room, bob, "for nobody", f"@{ana.handle} for her")
    page.wait_for_function("() => told.length === 1")
    hear("All messages")
    house.say(room, bob, "for everybody")
    page.wait_for_function("() => told.length === 2")
    hear("Nothing")
    muted = link(page, room)
    expect(muted).to_have_attribute("data-muted", "")
    house.say(room, bob, "silence", f"@{ana.handle} silence too")
    # A conversation counts like a mention; it comes after all the rest.
    house.say(private, bob, "a word in your ear")
    page.wait_for_function("() => told.length === 3")
    assert bodies(page) == [f"@{ana.handle} for her", "for everybody", "a word in your ear"]
    assert told(page)[2]["title"] == bob.name
    # Muted: no dot for what others say, a badge for what names one.
    expect(muted.locator("[data-mark=unread]")).to_be_hidden()
    expect(muted.locator("[data-mark=mentions]")).to_be_visible()
    # At once: the offer to take it back does not stay for long.
    hear("All messages")
    hear("Nothing")
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("button", name="You hear of: All messages")).to_be_visible()
    expect(link(page, loud)).not_to_have_attribute("data-unread", "")


def test_NO_06_and_NO_09_and_SR_06_pause_quiet_hours_and_previews(house: House) -> None:
    ana, bob, carol = house.person(), house.person(), house.person()
    room, ops = house.room(ana, bob, carol), house.room(ana, bob, name="Ops night")
    context, page = listener(house, ana, room)
    there = house.enter(carol, room)
    there.get_by_role("link", name="3 members").click()
    mark = there.locator(f"#panel [data-presence='{ana.id}']")
    expect(mark).to_have_attribute("data-is", "online")
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="For an hour").click()
    expect(page.locator("#silence")).to_have_text(re.compile(r"^Paused until \d\d:\d\d$"))
    # The pause is seen by shape: a bar through the mark.
    expect(mark).to_have_attribute("data-is", "busy")
    page.evaluate(
        "() => { window.said = []; const region = document.querySelector('#announcer-polite')\n"
        "new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true }) }"
    )
    house.say(ops, bob, f"@{ana.handle} not now", f"@{ana.handle} nor now")
    expect(link(page, ops).locator("[data-mark=mentions]")).to_have_text("2")
    page.wait_for_function("() => said.some(words => words.includes('Mention'))")
    # Who hears the page is told of the first, and spared the second.
    assert [words for words in page.evaluate("said") if "Mention" in words] == [
        f"Mention from {bob.name} in Ops night"
    ]
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#silence")).to_be_hidden()
    expect(mark).to_have_attribute("data-is", "online")
    assert told(page) == []
    choose(context, "Show the text of the message")
    house.say(ops, bob, f"@{ana.handle} with a secret", f"@{ana.handle} and at once again")
    page.wait_for_function("() => told.length === 2")
    assert set(bodies(page)) == {"New message in Ops night"}


def test_NO_01_and_NO_02_and_NO_08_the_favicon_tells_and_nothing_asks_by_itself(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, other = house.room(ana, bob), house.room(ana, bob)
    context = house.context(ana)
    context.add_init_script(
        "window.asked = 0; window.badges = []; navigator.setAppBadge = async count => { badges.push(count) }\n"
        "Notification.requestPermission = async () => { window.asked += 1;"
        " Object.defineProperty(Notification, 'permission', { get: () => 'denied' }) }\n"
        "Object.defineProperty(Notification, 'permission', { configurable: true, get: () => 'default' })"
    )
    page = house.enter(ana, room, context=context)
    icon = page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile(r"mark\.[^/]*svg"))
    house.say(other, bob, f"@{ana.handle} look")
    expect(icon).to_have_attribute("href", re.compile(r"mark-unread\."))
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    reading = house.enter(ana, other, context=context)
    reading.bring_to_front()
    expect(icon).to_have_attribute("href", re.compile(r"mark\.[^/]*svg"))
    page.wait_for_function("() => badges.at(-1) === 0")
    assert 1 in page.evaluate("badges")
    page.goto("/settings/notifications/")
    connected(page)
    assert page.evaluate("asked") == 0
    page.get_by_role("button", name="Turn on notifications").click()
    expect(page.locator("#desktop-text")).to_contain_text("Click the icon left of the address")
    assert page.evaluate("asked") == 1
    phone = house.context(ana, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)").new_page()
    phone.goto("/settings/notifications/")
    expect(phone.locator("#desktop-text")).to_contain_text("Add to Home Screen")


def test_TP_02_and_TP_03_and_TP_04_typing_ends_is_rare_and_can_be_kept_to_oneself(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    here = house.enter(ana, room)
    there = house.context(bob).new_page()
    sent: list[str] = []
    there.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    there.clock.install()
    there.goto(f"/rooms/{room}/")
    connected(there)
    line = here.locator("#typing")
    started = there.evaluate("Date.now()")
    box(there).press_sequentially("hello there, this takes some letters")
    took = there.evaluate("Date.now()") - started
    expect(line).to_have_attribute("data-active", "")
    assert 1 <= len([frame for frame in sent if '"typing"' in frame]) <= 1 + took // constants.TYPING_EVERY_MS
    there.clock.fast_forward(constants.TYPING_IDLE_MS + 100)
    expect(line).not_to_have_attribute("data-active", "")
    box(here).press_sequentially("now the other one")
    expect(there.locator("#typing")).to_have_attribute("data-active", "")
    expect(line).not_to_have_attribute("data-active", "")
    box(here).fill("")
    expect(there.locator("#typing")).not_to_have_attribute("data-active", "")
    house.stage.prefer(user=bob.id, hide_typing=True)
    there.reload()
    connected(there)
    before = len(sent)
    box(there).press_sequentially("secretly")
    write(there, "sent")
    expect(row(here, "sent")).to_be_visible()
    assert not [frame for frame in sent[before:] if '"typing"' in frame]


def test_TP_02_who_vanishes_stops_typing_by_themselves(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    here = house.context(ana).new_page()
    with_constants(here, TYPING_EXPIRES_MS=1_500)
    here.goto(f"/rooms/{room}/")
    connected(here)
    context = house.context(bob)
    there = house.enter(bob, room, context=context)
    # It does not stay for long: the page itself notes that it was there.
    here.evaluate(
        "() => { const line = document.querySelector('#typing');"
        " new MutationObserver(() => { window.typed ||= 'active' in line.dataset })"
        ".observe(line, { attributeFilter: ['data-active'] }) }"
    )
    box(there).press_sequentially("ab")
    here.wait_for_function("() => window.typed")
    context.set_offline(True)
    expect(here.locator("#typing")).not_to_have_attribute("data-active", "")


def test_TP_07_who_hides_looks_offline_and_is_reminded(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.stage.prefer(user=ana.id, hide_presence=True)
    there = house.enter(bob, room)
    there.get_by_role("link", name="2 members").click()
    mark = there.locator(f"#panel [data-presence='{ana.id}']")
    there.evaluate(
        "mark => { window.states = []; new MutationObserver(() => states.push(mark.dataset.is))"
        ".observe(mark, { attributeFilter: ['data-is'] }) }",
        mark.element_handle(),
    )
    page = house.enter(ana, room)
    expect(page.get_by_role("navigation", name="Rooms").get_by_text("You look offline")).to_be_visible()
    write(page, "unseen but heard")
    expect(row(there, "unseen but heard")).to_be_visible()
    assert there.evaluate("states") == []
    choose(page.context, "Look offline to the others")
    expect(mark).to_have_attribute("data-is", "online")


def test_a_status_stands_beside_the_name_until_its_time_is_over(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    private = house.stage.direct(people=[ana.id, bob.id])
    page = house.enter(ana, room)
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Your status").click()
    dialog = page.get_by_role("dialog", name="Your status")
    dialog.get_by_role("textbox").fill("At lunch")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#own-line")).to_have_text("At lunch")
    there = house.enter(bob, private)
    expect(there.locator("#room-topic")).to_have_text("At lunch")
    there.get_by_role("link", name="2 members").click()
    expect(there.locator("#panel")).to_contain_text("At lunch")


def test_choices_are_saved_at_once_and_can_be_undone(house: House) -> None:
    ana = house.person()
    page = house.context(ana).new_page()
    page.goto("/settings/keyboard/")
    connected(page)
    choice = page.get_by_role("checkbox", name="Send with Ctrl+Enter")
    choice.check()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    with page.expect_response("**/settings/keyboard/"):
        page.get_by_role("button", name="Undo").click()
    expect(choice).not_to_be_checked()
    expect(choice).to_be_focused()
    page.reload()
    expect(choice).not_to_be_checked()
    page.goto("/settings/")
    connected(page)
    page.get_by_role("textbox", name="User name").fill("x")
    page.get_by_role("textbox", name="User name").blur()
    expect(page.locator("#toasts")).to_contain_text("2 to 32")


def test_NO_07_an_edit_calls_only_whom_the_message_did_not_name_before(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, quiet = house.room(ana, bob), house.room(ana, bob)
    _, page = listener(house, ana, quiet)
    writer = house.enter(bob, room)

    def rewrite(text: str) -> None:
        box(writer).press("ArrowUp")
        editor = writer.get_by_role("textbox", name="Edit message")
        editor.fill(text)
        editor.press("Enter")
        expect(editor).to_have_count(0)

    write(writer, "for nobody")
    expect(row(writer, "for nobody")).to_have_attribute("data-state", "sent")
    rewrite(f"for @{ana.handle}")
    page.wait_for_function("() => told.length === 1")
    badge = link(page, room).locator("[data-mark=mentions]")
    expect(badge).to_have_text("1")
    rewrite(f"for @{ana.handle}, said better")
    write(writer, f"@{ana.handle}, the end")
    page.wait_for_function("() => told.length === 2")
    assert bodies(page) == [f"for @{ana.handle}", f"@{ana.handle}, the end"]
    expect(badge).to_have_text("2")
    # An event of more than 32 KiB comes as part of a batch.
    [said] = house.say(room, bob, "short, for nobody")
    house.stage.edit(
        room=room, user=bob.id, message=said["id"], text=f"@{ana.handle}\n\n" + "**x** `y`\n\n" * 800
    )
    page.wait_for_function("() => told.length === 3")
    assert bodies(page)[2].startswith(f"@{ana.handle} x y")
    expect(badge).to_have_text("3")
