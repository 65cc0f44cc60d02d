"""F11 in the browser: its clock is a day off, or jumps while the page is open. Order and sending do not care."""

from datetime import timedelta

from django.utils import timezone

from chat import constants
from tests.browser.house import House, connected, expect, row, texts, write
from tests.browser.test_composer import Relay

DAY = timedelta(days=1)


def test_F11_a_clock_a_day_ahead_changes_nothing(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page = house.enter(ana, room)
    house.say(room, bob, "before")
    expect(row(page, "before")).to_be_visible()
    page.clock.set_system_time(timezone.now() + DAY)
    write(page, "from tomorrow")
    expect(row(page, "from tomorrow")).to_have_attribute("data-state", "sent")
    house.say(room, bob, "after")
    expect(row(page, "after")).to_be_visible()
    assert texts(page) == ["before", "from tomorrow", "after"]
    connected(page)


def test_F11_a_clock_that_is_set_back_holds_no_message_back(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    page = house.context(ana).new_page()
    page.clock.install()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    relay.silent = True
    write(page, "written before")
    waiting = row(page, "written before")
    page.clock.fast_forward(constants.UNCONFIRMED_AFTER_MS + 1_000)
    expect(waiting).to_have_attribute("data-state", "unconfirmed")
    page.clock.set_system_time(timezone.now() - DAY)
    relay.silent = False
    page.clock.fast_forward(constants.UNCONFIRMED_AFTER_MS)
    expect(waiting).to_have_attribute("data-state", "sent")
    assert [each["text"] for each in house.stage.stored(room=room)] == ["written before"]
