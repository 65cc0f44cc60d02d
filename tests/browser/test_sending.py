"""What is written here arrives there."""

from tests.browser.house import House, expect, row, write


def test_a_message_reaches_another_browser(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    here, there = house.enter(ana, room), house.enter(bob, room)
    write(here, "Hello there")
    expect(row(there, "Hello there")).to_be_visible()
    expect(row(here, "Hello there")).to_have_attribute("data-state", "sent")
    expect(row(here, "Hello there")).to_have_count(1)
