"""Pictures of people, emoji of this chat: made by hand, seen by somebody else at once, and taken away again."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route

from chat.uploads.sizes import PIECE
from tests.browser.house import House, box, connected, expect, row, scene, until, write
from tests.uploads.corpus import moving

SEEN = re.compile(r"^/pictures/[0-9a-f]{32}/$")


def photograph() -> FilePayload:
    """Larger than any request may be: the page makes it small before it is sent."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 1200), "teal").save(out, "PNG", compress_level=0)
    assert out.tell() > PIECE
    return {"name": "me.png", "mimeType": "image/png", "buffer": out.getvalue()}


def loaded(picture: Locator) -> None:
    """It came, and its bytes are a picture."""
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def held_back(page: Page) -> list[Route]:
    """What the page asks for when somebody reads on upwards; it gets no answer yet."""
    routes: list[Route] = []
    page.route("**/history/?*before=*", lambda route: routes.append(route))
    return routes


def read_upwards(page: Page, routes: list[Route]) -> Route:
    """The first such request, which a tall page makes by itself."""

    def asked() -> bool:
        page.evaluate("document.querySelector('#messages').scrollTop = 0")
        return bool(routes)

    until(page, asked, "nothing older was asked for")
    return routes[0]


def test_a_face_is_seen_at_once_wherever_the_person_is_and_goes_as_quickly(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    house.say(room, ana, "long ago", read=True)
    house.say(room, bob, *(f"line {number}" for number in range(60)), read=True)
    house.say(room, ana, "from ana", read=True)
    page, other = house.enter(ana, room), house.context(bob).new_page()
    routes = held_back(other)
    other.goto(f"/rooms/{room}/")
    connected(other)
    settings = page.context.new_page()
    settings.goto("/settings/")
    connected(settings)
    settings.get_by_label("A picture of you").set_input_files(photograph())
    settings.get_by_role("button", name="Show it").click()
    expect(settings.get_by_text("The others see it now.")).to_be_visible()
    theirs = row(other, "from ana").locator(".avatar > img")
    expect(theirs).to_have_attribute("src", SEEN)
    loaded(theirs)
    loaded(page.locator(".composer__card > .avatar > img"))
    # Also in what is written from now on, by the page itself and by the server.
    write(page, "with a face")
    for each in (page, other):
        loaded(row(each, "with a face").locator(".avatar > img"))
    # Rendered while there was a picture, and on its way until there is none.
    late = read_upwards(other, routes)
    answer = late.fetch()
    assert "/pictures/" in answer.text()
    settings.get_by_role("button", name="Remove", exact=True).click()
    expect(settings.get_by_text("Your picture is gone.")).to_be_visible()
    for each in (page, other):
        expect(each.locator(".message .avatar > img")).to_have_count(0)
    late.fulfill(response=answer)
    expect(row(other, "long ago").locator(".avatar")).to_have_text(re.compile(r"\w"))
    expect(other.locator(".message .avatar > img")).to_have_count(0)


def test_an_emoji_of_this_chat_is_suggested_picked_sent_and_text_again(house: House) -> None:
    keeper, bob, room = scene(house, ["hello"])
    house.stage.rank(user=keeper.id, role="administrator")
    page = house.enter(bob, room)
    admin = house.context(keeper).new_page()
    admin.goto("/settings/emoji/")
    connected(admin)
    admin.get_by_label("Name", exact=True).fill(":tide_gull:")
    gull: FilePayload = {"name": "a.gif", "mimeType": "image/gif", "buffer": moving("GIF", 3, size=(60, 60))}
    admin.get_by_label("Picture", exact=True).set_input_files(gull)
    admin.get_by_role("button", name="Add", exact=True).click()
    expect(admin.get_by_text("Everybody can write it now.")).to_be_visible()
    box(page).fill("low :tide_g")
    offered = page.get_by_role("option", name=":tide_gull:")
    loaded(offered.locator("img"))
    offered.click()
    expect(box(page)).to_have_value("low :tide_gull: ")
    box(page).press("Enter")
    sent = row(page, "low")
    loaded(sent.get_by_role("img", name=":tide_gull:"))
    sent.hover()
    page.get_by_role("toolbar").get_by_role("button", name="React", exact=True).click()
    page.get_by_role("button", name="More emoji").click()
    page.get_by_role("option", name="tide gull").click()
    chip = sent.get_by_role("button", name=":tide_gull:, 1, with you")
    loaded(chip.locator("img"))
    sent.locator(".message__body").evaluate("body => { globalThis.early = body.cloneNode(true) }")
    admin.get_by_role("button", name="Remove :tide_gull:").click()
    expect(admin.get_by_text("The emoji is gone.")).to_be_visible()
    expect(sent.locator(".message__body")).to_contain_text("low :tide_gull:")
    expect(sent.locator("img.emoji")).to_have_count(0)
    # Rendered before the removal, come after it.
    page.evaluate("document.body.append(early)")
    expect(page.locator("body > .message__body")).to_have_text("low :tide_gull:")
    page.reload()
    connected(page)
    expect(row(page, "low :tide_gull:")).to_be_visible()
