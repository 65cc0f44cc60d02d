"""The list of rooms (SB of the behaviour list), and several tabs of one person (MT)."""

import re

from playwright.sync_api import Locator, Page

from tests.browser.house import House, box, connected, expect, row, write


def link(page: Page, room: int) -> Locator:
    return page.locator(f".room-link[data-room='{room}']")


def test_SB_01_marks_and_names_of_unread_rooms(house: House) -> None:
    ana, bob = house.person(), house.person()
    here, quiet = house.room(ana, bob), house.room(ana, bob, name="Ops")
    page = house.enter(ana, here)
    expect(link(page, quiet)).not_to_have_attribute("data-unread", "")
    there = house.enter(bob, quiet)
    write(there, "hello")
    expect(link(page, quiet)).to_have_attribute("data-unread", "")
    expect(link(page, quiet).locator("[data-mark=unread]")).to_be_visible()
    expect(link(page, quiet).locator("[data-mark=mentions]")).to_be_hidden()
    write(there, f"@{ana.handle} look here")
    write(there, f"and here @{ana.handle} too")
    expect(link(page, quiet).locator("[data-mark=mentions]")).to_have_text("2")
    expect(page.get_by_role("link", name=re.compile(r"Ops\s*, 2 mentions, unread"))).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    page.reload()
    expect(page.get_by_role("link", name=re.compile(r"Ops\s*, 2 mentions, unread"))).to_be_visible()


def test_SB_01_a_direct_message_counts_like_a_mention(house: House) -> None:
    ana, bob = house.person(), house.person()
    here = house.room(ana, bob)
    private = house.stage.direct(people=[ana.id, bob.id])
    page, there = house.enter(ana, here), house.enter(bob, private)
    write(there, "a word in your ear")
    expect(link(page, private).locator("[data-mark=mentions]")).to_have_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_SB_02_rooms_by_name_and_the_open_one_stays_in_place(house: House) -> None:
    ana, bob = house.person(), house.person()
    rooms = {name: house.room(ana, bob, name=name) for name in ("Zebra", "Apple", "Mango")}
    page = house.enter(ana, rooms["Mango"])

    def order() -> list[str]:
        return [
            text.strip() for text in page.locator("#sidebar-rooms .room-link .truncate").all_inner_texts()
        ]

    assert order() == ["Apple", "Mango", "Zebra"]
    before = link(page, rooms["Mango"]).bounding_box()
    house.say(rooms["Zebra"], bob, "news")
    expect(link(page, rooms["Zebra"])).to_have_attribute("data-unread", "")
    assert link(page, rooms["Mango"]).bounding_box() == before


def test_SB_03_the_filter_narrows_and_escape_restores(house: House) -> None:
    ana, bob = house.person(), house.person()
    rooms = {name: house.room(ana, bob, name=name) for name in ("Zebra", "Apple", "Mango")}
    page = house.enter(ana, rooms["Mango"])
    field = page.get_by_role("searchbox", name="Filter rooms and people")
    field.fill("pp")
    expect(link(page, rooms["Apple"])).to_be_visible()
    expect(link(page, rooms["Zebra"])).to_be_hidden()
    field.fill("nothing like it")
    expect(page.locator("#rooms-none")).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value("")
    expect(link(page, rooms["Zebra"])).to_be_visible()
    expect(page.locator("#rooms-none")).to_be_hidden()


def test_SB_04_the_switcher_opens_a_room_by_a_part_of_its_name(house: House) -> None:
    ana, bob = house.person(), house.person()
    rooms = {name: house.room(ana, bob, name=name) for name in ("Zebra", "Apple", "Mango")}
    page = house.enter(ana, rooms["Mango"])
    house.say(rooms["Zebra"], bob, "news")
    expect(link(page, rooms["Zebra"])).to_have_attribute("data-unread", "")
    box(page).focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_contain_text("Zebra")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("app")
    expect(page.get_by_role("option").first).to_contain_text("Apple")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/rooms/{rooms['Apple']}/$"))


def test_SB_05_alt_arrows_go_to_the_next_room(house: House) -> None:
    ana, bob = house.person(), house.person()
    rooms = {name: house.room(ana, bob, name=name) for name in ("Zebra", "Apple", "Mango")}
    house.say(rooms["Zebra"], bob, "news")
    page = house.enter(ana, rooms["Apple"])
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page).to_have_url(re.compile(f"/rooms/{rooms['Zebra']}/$"))
    page.locator("html[data-ready]").wait_for(state="attached")
    page.keyboard.press("Alt+ArrowUp")
    expect(page).to_have_url(re.compile(f"/rooms/{rooms['Mango']}/$"))


def test_SB_07_rooms_come_go_and_change_names_without_disturbing(house: House) -> None:
    ana, bob = house.person(), house.person()
    here, other = house.room(ana, bob), house.room(bob, ana, name="Old name")
    page = house.enter(ana, here)
    field = page.get_by_role("searchbox", name="Filter rooms and people")
    field.fill("name")
    house.stage.rename(room=other, user=bob.id, name="New name")
    expect(link(page, other)).to_contain_text("New name")
    new = house.stage.room(name="Brand name", people=[bob.id])
    house.stage.add(room=new, user=bob.id, member=ana.id)
    expect(link(page, new)).to_be_visible()
    expect(field).to_have_value("name")
    expect(field).to_be_focused()
    expect(link(page, here)).to_be_hidden()
    house.stage.remove(room=new, user=bob.id, member=ana.id)
    expect(link(page, new)).to_have_count(0)


def test_MT_01_reading_in_one_tab_clears_the_marks_in_the_other(house: House) -> None:
    ana, bob = house.person(), house.person()
    here, other = house.room(ana, bob), house.room(ana, bob)
    context = house.context(ana)
    first = house.enter(ana, here, context=context)
    house.say(other, bob, f"@{ana.handle} look")
    expect(link(first, other).locator("[data-mark=mentions]")).to_have_text("1")
    expect(first).to_have_title(re.compile(r"^\(1\) "))
    second = house.enter(ana, other, context=context)
    second.bring_to_front()
    expect(link(first, other)).not_to_have_attribute("data-unread", "")
    expect(first).not_to_have_title(re.compile(r"^\("))


def test_MT_05_signing_out_in_one_tab_signs_out_all_and_leaves_nothing(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    context = house.context(ana)
    first, second = house.enter(ana, room, context=context), context.new_page()
    # The other tab has no link to the server: it must hear it from the first.
    second.route_web_socket(re.compile("/ws/$"), lambda link: link.close())
    second.goto(f"/rooms/{room}/")
    box(first).press_sequentially("secret draft")
    box(first).blur()
    expect(second.locator(f".room-link[data-room='{room}'] [data-mark=draft]")).to_be_visible()
    first.get_by_role("button", name="Settings and sign out").click()
    first.get_by_role("button", name="Sign out", exact=True).click()
    expect(second).to_have_url(re.compile("/accounts/login/"))
    first.wait_for_url(lambda url: "/rooms/" not in url)
    second.wait_for_function("() => !Object.entries(localStorage).flat().join().includes('secret')")
    second.wait_for_function("() => !Object.keys(localStorage).some(key => /:draft:|:outbox/.test(key))")


def test_MT_05_a_session_ended_elsewhere_shows_the_sign_in_page(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page = house.enter(ana, room)
    box(page).press_sequentially("secret draft")
    elsewhere = house.context(ana).new_page()
    elsewhere.goto("/settings/devices/")
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    expect(page).to_have_url(re.compile("/accounts/login/.*next="))
    page.wait_for_function("() => !Object.entries(localStorage).flat().join().includes('secret')")


def test_MT_07_an_own_message_appears_once_in_another_tab_and_is_read_there(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, other = house.room(ana, bob), house.room(ana, bob)
    context = house.context(ana)
    first, second = house.enter(ana, room, context=context), house.enter(ana, room, context=context)
    third = house.enter(ana, other, context=context)
    write(first, "from the first tab")
    expect(row(second, "from the first tab")).to_have_attribute("data-own", "")
    expect(row(second, "from the first tab")).to_have_count(1)
    write(first, "and another")
    expect(row(second, "and another")).to_be_visible()
    expect(link(third, room)).not_to_have_attribute("data-unread", "")
    connected(third)
