"""A raid: twenty fresh accounts post over two processes. A rule holds some, members report the rest, one moderator
bans with clean-up, another undoes a wrong ban, and the log tells it all.

What it took is printed (`pytest -s`): messages that a member saw, clicks of the moderators, seconds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.house import House, Person, Stagehand, expect, open_house, row
from tests.live.http import request
from tests.servers import Site

ACCOUNTS, EACH = 20, 2
SPAM, OTHER = "cheap echo sounders, write to me", "look at my boat"


@pytest.fixture
def wide_house(wide_site: Site, chromium: Browser) -> Iterator[House]:
    stage = Stagehand(wide_site)
    try:
        with open_house(wide_site, stage, chromium) as house:
            yield house
    finally:
        stage.close()


class Desk:
    """A moderator's page that counts what is clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()


def post(house: House, room: int, person: Person, text: str, process: int) -> None:
    """As a script of the raid would: the form, on one of the processes."""
    name, value = house.stage.session(user=person.id)
    path, cookie = f"/rooms/{room}/messages/", f"{name}={value}"
    for _time in range(EACH):
        form = {"text": text, "client_id": str(uuid.uuid4())}
        answer = request(house.site.origins[process], path, cookie, form=form, accept="application/json")
        assert answer.status == 201


def seen(page: Page) -> int:
    return page.locator("#messages .message:visible", has_text="boat").count()


def ban(desk: Desk, person: Person) -> None:
    """From the queue: the case, the person, a ban with clean-up."""
    page = desk.page
    desk.click(page.get_by_role("link", name="Reports", exact=True))
    desk.click(page.locator(".case", has_text=f"About {person.name}").first)
    desk.click(page.get_by_role("link", name=f"All about {person.name}"))
    page.locator("[name=kind]").select_option("ban")
    page.locator("[name=minutes]").select_option("")
    page.locator("[name=reason]").first.fill("raid")
    page.locator("[name=clean_up]").select_option("all")
    desk.clicks += 3
    desk.click(page.get_by_role("button", name="Restrict", exact=True))
    expect(page.locator(".tag", has_text="banned").first).to_be_visible()
    expect(page.get_by_role("button", name="Bring them back")).to_be_visible(timeout=20_000)


@pytest.mark.timeout(300)
def test_a_raid(wide_house: House) -> None:
    house, started = wide_house, time.monotonic()
    ana, mona, kofi = (house.person(name) for name in ("Ana Raided", "Mona Raided", "Kofi Raided"))
    for staff in (mona, kofi):
        house.stage.rank(user=staff.id, role="moderator")
    raiders = [house.person(f"Raider {number}") for number in range(ACCOUNTS)]
    room = house.room(mona, kofi, ana, *raiders, name="Raided")
    member = house.enter(ana, room)
    desk = Desk(house.context(mona).new_page())

    desk.page.goto("/moderation/rules/")
    desk.page.get_by_role("textbox", name="Name").fill("No sounders")
    desk.page.get_by_label("Words, one a line").fill("sounders")
    desk.click(desk.page.get_by_role("button", name="Add the rule"))
    desk.click(desk.page.get_by_role("button", name="Switch on: No sounders"))
    expect(desk.page.get_by_text("The rule is on.")).to_be_visible()

    for number, raider in enumerate(raiders):
        post(house, room, raider, SPAM if number % 2 else OTHER, number % 2)
    loud = raiders[::2]
    expect(row(member, "boat")).to_have_count(len(loud) * EACH)
    before = seen(member)
    assert member.get_by_text("sounders").count() == 0  # held: no member ever saw one

    name, value = house.stage.session(user=ana.id)
    for raider in loud[:3]:
        message = row(member, "boat").filter(has_text=raider.name).first.get_attribute("data-id")
        path = f"/rooms/{room}/messages/{message}/report/"
        assert request(house.site.origins[1], path, f"{name}={value}", form={"reason": "spam"}).status == 302
    desk.page.goto("/moderation/")
    for raider in loud[:3]:
        ban(desk, raider)
    expect(row(member, "boat")).to_have_count((len(loud) - 3) * EACH, timeout=30_000)
    after = seen(member)

    wrong = loud[0]
    other = Desk(house.context(kofi).new_page())
    other.page.goto(f"/moderation/people/{wrong.id}/")
    other.click(other.page.get_by_role("button", name=f"Take back: ban, {wrong.name}"))
    other.click(other.page.get_by_role("button", name="Bring them back"))
    expect(row(member, "boat").filter(has_text=wrong.name)).to_have_count(EACH, timeout=30_000)

    other.page.goto("/moderation/log/?q=Raider")
    log = other.page.locator("#log").inner_text()
    for words in ("a rule was broken", "banned: ", "cleaned up", "lifted a ban", "undid a clean-up"):
        assert words in log, words
    house.site.manage("verify_audit")
    print(
        f"\nraid: members saw {before} of {ACCOUNTS * EACH} messages, {after} after the clean-up; "
        f"{desk.clicks} and {other.clicks} clicks; {time.monotonic() - started:.0f} s"
    )
