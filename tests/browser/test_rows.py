"""How rows stand among their neighbours, and what late, doubled and changed ones do (ML of the behaviour list)."""

import json
import re

from playwright.sync_api import WebSocketRoute

from tests.browser.house import (
    House,
    anchored,
    box,
    expect,
    row,
    rows,
    scroll_to,
    scroll_until,
    seqs,
    texts,
    write,
    zone_of_noon,
)


def test_ML_15_days_are_named_and_separated(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    for minutes, text in ((60 * 24 * 40, "long ago"), (60 * 24, "yesterday"), (0, "today")):
        house.say(room, bob, text, minutes_ago=minutes, read=True)
    page = house.enter(ana, room, timezone_id=zone_of_noon())
    names = page.locator(".divider[data-kind=day]").all_inner_texts()
    named = [name.lower() for name in names]
    assert any(name.startswith("yesterday, ") for name in named)
    assert any(name.startswith("today, ") for name in named)
    for text in ("long ago", "yesterday", "today"):
        expect(row(page, text).last).to_have_attribute("data-daystart", "")


def test_ML_15_the_day_follows_the_readers_zone(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "hello", read=True)
    times = []
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        page = house.enter(ana, room, timezone_id=zone)
        at = row(page, "hello").get_attribute("data-ts")
        local = page.evaluate(
            "at => new Date(at).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})", at
        )
        expect(row(page, "hello").locator("time")).to_have_text(local)
        times.append(local)
    assert times[0] != times[1]


def test_ML_16_rows_of_one_author_in_five_minutes_share_a_head(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, "first", minutes_ago=20, read=True)
    house.say(room, bob, "late", "close", apart=30, minutes_ago=8, read=True)
    house.say(room, ana, "other", read=True)
    page = house.enter(ana, room, timezone_id=zone_of_noon())
    heads = {text: row(page, text).get_attribute("data-cont") for text in ("first", "late", "close", "other")}
    assert heads == {"first": None, "late": None, "close": "", "other": None}
    expect(row(page, "close").locator(".message__author")).to_be_hidden()
    row(page, "close").hover()
    expect(row(page, "close").locator("time")).to_be_visible()


def test_ML_16_live_rows_follow_the_same_rule(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    here, there = house.enter(ana, room), house.enter(bob, room)
    write(there, "one")
    write(there, "two")
    expect(row(here, "two")).to_have_attribute("data-cont", "")
    assert row(here, "one").get_attribute("data-cont") is None
    write(here, "three")
    expect(row(there, "three")).to_be_visible()
    write(there, "four")
    expect(row(here, "four")).to_be_visible()
    assert row(here, "four").get_attribute("data-cont") is None


def test_ML_17_when_a_head_is_deleted_its_neighbour_gets_one(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    head, _next = house.say(room, bob, "head", "next", read=True)
    page = house.enter(ana, room)
    expect(row(page, "next")).to_have_attribute("data-cont", "")
    house.stage.delete(room=room, user=bob.id, message=head["id"])
    expect(row(page, "Message deleted")).to_be_visible()
    expect(row(page, "next")).not_to_have_attribute("data-cont", "")
    expect(row(page, "next").locator(".message__author")).to_be_visible()


def test_ML_17_a_page_boundary_leaves_no_double_head(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, bob, *[f"line {number}" for number in range(80)], read=True)
    page = house.enter(ana, room)
    expect(rows(page).first).to_have_attribute("data-daystart", "")
    scroll_until(page, "top", "!m.hasAttribute('data-has-older')")
    expect(row(page, "line 0").first).to_be_attached()
    expect(page.locator(".message[data-daystart]")).to_have_count(1)
    expect(row(page, "line 31")).to_have_attribute("data-cont", "")


def test_ML_27_a_change_above_moves_nothing_and_keeps_a_selection(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, *[f"line {number}" for number in range(60)], read=True)
    page = house.enter(ana, room)
    scroll_to(page, 500)
    expect(page.locator(f".message[data-id='{said[2]['id']}']")).to_be_attached()
    with anchored(page):
        house.stage.edit(room=room, user=bob.id, message=said[2]["id"], text="much\n\nlonger\n\nthan before")
        expect(row(page, "than before")).to_contain_text("edited")
    expect(row(page, "than before").locator("[data-word=edited]")).to_have_attribute(
        "title", re.compile("Edited at")
    )
    body = row(page, "line 59").locator("p")
    body.evaluate("node => getSelection().selectAllChildren(node)")
    house.stage.react(room=room, user=bob.id, message=said[59]["id"], emoji="👍")
    expect(row(page, "line 59").get_by_role("button", name="👍, 1")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == "line 59"


def test_ML_29_doubled_and_reordered_events_show_each_row_once_in_order(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    context = house.context(ana)
    page = context.new_page()
    held: list[str] = []

    def shuffle(link: WebSocketRoute) -> None:
        server = link.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            frame = json.loads(text)
            if not frame["type"].startswith("message."):
                return link.send(text)
            held.append(str(text))
            if len(held) == 4:
                for each in (held[2], held[0], held[0], held[3], held[1], held[2]):
                    link.send(each)
            return None

        server.on_message(pass_on)

    page.route_web_socket(re.compile("/ws/$"), shuffle)
    page.goto(f"/rooms/{room}/")
    page.locator("html[data-ready][data-conn=online]").wait_for(state="attached")
    there = house.enter(bob, room)
    for number in range(4):
        write(there, f"event {number}")
        expect(row(there, f"event {number}")).to_have_attribute("data-state", "sent")
    expect(row(page, "event 3")).to_be_visible()
    assert texts(page) == [f"event {number}" for number in range(4)]
    assert seqs(page) == sorted(set(seqs(page)))
    expect(box(page)).to_be_enabled()
