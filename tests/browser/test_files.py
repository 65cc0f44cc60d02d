"""Files in the composer and in rows (CO-06 to CO-09, ML-07), against the real server."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route

from tests.browser.house import House, anchored, box, connected, expect, row, scene, scroll_to, write

# What a browser's own clipboard or drag would bring, made in the page.
BRING = """([name, target, content, kind, text]) => {
  const bag = new DataTransfer()
  bag.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], 'photo.png', {type: kind}))
  if (text) bag.setData('text/plain', text)
  const facts = {bubbles: true, cancelable: true}
  const event = name === 'paste' ? new ClipboardEvent(name, {...facts, clipboardData: bag})
    : new DragEvent(name, {...facts, dataTransfer: bag})
  document.querySelector(target).dispatchEvent(event)
}"""
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}


def picture(width: int = 1200, height: int = 800, colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def payload(name: str, content: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def attach(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))


def bring(page: Page, event: str, *, text: str = "", target: str = "#write") -> None:
    content = base64.b64encode(picture(40, 40)).decode()
    page.evaluate(BRING, [event, target, content, "image/png", text])


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="Files to send").get_by_role("listitem")


def photographed(page: Page, name: str, width: int, height: int) -> Locator:
    """The row of a picture that was sent from this page and is stored."""
    attach(page, payload(f"{name}.png", picture(width, height)))
    expect(chips(page)).to_have_count(1)
    write(page, f"a picture of {name}")
    sent = row(page, f"a picture of {name}")
    expect(sent).to_have_attribute("data-state", "sent")
    expect(sent.get_by_role("img", name=f"{name}.png")).to_be_visible()
    return sent


def test_CO_06_a_pasted_picture_is_a_chip_that_waits_for_send(house: House) -> None:
    ana, bob, room = scene(house, ["hello"])
    page, other = house.enter(ana, room), house.enter(bob, room)
    box(page).fill("as drawn")
    bring(page, "paste")
    chip = chips(page).filter(has_text="photo.png")
    expect(chip).to_have_attribute("data-state", "ready")
    expect(chip.locator("canvas")).to_be_visible()
    expect(box(page)).to_have_value("as drawn")
    page.get_by_role("button", name="Remove photo.png").click()
    expect(chips(page)).to_have_count(0)
    expect(box(page)).to_be_focused()
    bring(page, "paste")
    expect(chips(page)).to_have_attribute("data-state", "ready")
    # What has arrived is still there after a reload, and nobody has seen anything of it.
    page.reload()
    expect(chips(page)).to_have_attribute("data-state", "ready")
    expect(box(page)).to_have_value("as drawn")
    house.say(room, bob, "a marker")
    expect(row(other, "a marker")).to_be_visible()
    expect(other.locator(".files")).to_have_count(0)
    box(page).press("Enter")
    expect(row(other, "as drawn").get_by_role("img", name="photo.png")).to_be_visible()
    expect(chips(page)).to_have_count(0)


def test_CO_07_files_held_over_the_window_are_told_where_they_would_go(house: House) -> None:
    ana, bob = house.person(), house.person()
    page = house.enter(ana, house.room(ana, bob, name="Harbour"))
    overlay = page.get_by_text("Drop files here to send them to Harbour")
    bring(page, "dragenter", target="#messages")
    expect(overlay).to_be_visible()
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    bring(page, "dragenter", target="#messages")
    expect(overlay).to_be_visible()
    bring(page, "dragleave", target="#messages")
    expect(overlay).to_be_hidden()
    bring(page, "dragenter", target="#messages")
    bring(page, "drop", target="#messages")
    expect(overlay).to_be_hidden()
    expect(chips(page)).to_have_count(1)
    attach(page, payload("one.png", picture(30, 30)), payload("two.txt", b"two", "text/plain"))
    expect(chips(page)).to_have_count(3)
    for name in ("photo.png", "one.png", "two.txt"):
        expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()


def test_CO_08_a_file_over_the_limit_says_so_in_its_chip_and_nothing_else_changes(house: House) -> None:
    ana, _bob, room = scene(house, ["hello"])
    page = house.context(ana).new_page()
    # The page believes in a lower limit than the server has, so that no large file need be made; what it says of
    # an empty one is the server's own refusal.
    page.add_init_script(
        "(() => { const parse = JSON.parse; JSON.parse = (...given) => { const found = parse(...given);"
        " if (found?.limits?.file) found.limits.file = 50_000; return found } })()"
    )
    page.goto(f"/rooms/{room}/")
    page.locator("html[data-ready][data-conn=online]").wait_for(state="attached")
    box(page).fill("both of them")
    attach(
        page,
        payload("large.bin", bytes(50_001), "application/octet-stream"),
        payload("empty.txt", b"", "text/plain"),
        payload("good.png", picture(40, 40)),
    )
    expect(chips(page).filter(has_text="large.bin")).to_contain_text("Too large: at most 50 kB")
    expect(chips(page).filter(has_text="empty.txt")).to_contain_text("This file is empty.")
    expect(chips(page).filter(has_text="good.png")).to_have_attribute("data-state", "ready")
    expect(box(page)).to_have_value("both of them")
    box(page).press("Enter")
    sent = row(page, "both of them")
    expect(sent).to_have_attribute("data-state", "sent")
    expect(sent.get_by_role("img")).to_have_count(1)
    expect(chips(page)).to_have_count(2)


def test_CO_09_files_under_way_have_bars_cancel_and_a_retry_that_goes_on(house: House) -> None:
    ana, _bob, room = scene(house, ["hello"])
    page = house.enter(ana, room)
    pieces: list[str] = []
    held: list[Route] = []
    line = ["stands still"]

    def carry(route: Route) -> None:
        request = route.request
        if request.method != "PATCH":
            return route.fallback()
        offset = request.headers["upload-offset"]
        if offset != "0" and line[0] == "stands still":
            return held.append(route)
        if offset != "0" and line[0] == "is broken":
            return route.abort("connectionreset")
        pieces.append(offset)
        return route.fallback()

    page.route(re.compile("/uploads/[0-9]+/$"), carry)
    attach(page, payload("large.bin", bytes(5_000_000), "application/octet-stream"))
    write(page, "with a large file")
    sent = row(page, "with a large file")
    expect(sent).to_have_attribute("data-state", "uploading")
    bar = sent.get_by_role("progressbar", name="large.bin")
    expect(bar).to_have_attribute("value", "83")
    expect(sent.get_by_role("button", name="Cancel")).to_be_visible()
    write(page, "a text that need not wait")
    expect(row(page, "a text that need not wait")).to_have_attribute("data-state", "sent")
    expect(sent).to_have_attribute("data-state", "uploading")
    line[0] = "is broken"
    for route in held:
        route.abort("connectionreset")
    expect(sent).to_have_attribute("data-state", "failed")
    expect(sent).to_contain_text("The connection broke.")
    line[0] = "is well"
    sent.get_by_role("button", name="Retry", exact=True).click()
    expect(sent).to_have_attribute("data-state", "sent")
    expect(sent.get_by_role("link", name="large.bin")).to_be_visible()
    assert pieces == ["0", str(4 * 2**20)]

    line[0] = "stands still"
    # As often as the server asks to wait for a turn, it is waited for.
    turns = iter(range(6))

    def put_off(route: Route) -> None:
        if next(turns, None) is None:
            return route.fallback()
        return route.fulfill(status=429, json={"code": "rate_limited", "retry_after": 0.01})

    page.route("**/uploads/", put_off)
    attach(page, payload("other.bin", bytes(5_000_000), "application/octet-stream"))
    expect(chips(page).get_by_role("progressbar", name="other.bin")).to_have_attribute("value", "83")
    write(page, "second thoughts")
    row(page, "second thoughts").get_by_role("button", name="Cancel").click()
    expect(row(page, "second thoughts")).to_have_count(0)
    expect(box(page)).to_have_value("second thoughts")


def test_ML_07_pictures_have_their_place_before_they_come_and_open_over_the_page(house: House) -> None:
    ana, bob, room = scene(house)
    page = house.enter(ana, room)
    for name, size in {"harbour": (1600, 900), "tower": (300, 1200), "cat": (60, 40)}.items():
        photographed(page, name, width=size[0], height=size[1])
    house.say(room, bob, *(f"after {number}" for number in range(12)))
    other = house.context(bob).new_page()
    held: list[Route] = []
    holds = [True]
    other.route(re.compile("/files/"), lambda route: held.append(route) if holds[0] else route.continue_())
    other.goto(f"/rooms/{room}/")
    other.locator("html[data-ready][data-conn=online]").wait_for(state="attached")
    scroll_to(other, 1e6)
    tower = other.get_by_role("img", name="tower.png")
    scroll_to(other, tower.evaluate("e => e.closest('.message').offsetTop"))
    with anchored(other):
        holds[0] = False
        for route in held:
            route.continue_()
        for name in ("harbour", "tower", "cat"):
            picture_ = other.get_by_role("img", name=f"{name}.png")
            expect(picture_).to_have_js_property("complete", True)
    assert tower.bounding_box() == {**(tower.bounding_box() or {}), "width": 80, "height": 320}

    tower.click()
    lightbox = other.get_by_role("dialog", name="Picture")
    expect(lightbox).to_contain_text("2 of 3")
    frame = lightbox.locator(".lightbox__frame")
    expect(frame).to_have_attribute("data-loaded", "")
    other.keyboard.press("+")
    expect(frame).to_have_attribute("data-zoom", "150")
    other.keyboard.press("0")
    expect(frame).to_have_attribute("data-zoom", "100")
    other.keyboard.press("ArrowRight")
    expect(lightbox).to_contain_text("3 of 3")
    expect(lightbox.get_by_role("link", name="Download")).to_have_attribute(
        "href", re.compile(r"/files/\d+/cat\.png$")
    )
    other.keyboard.press("Escape")
    expect(lightbox).to_be_hidden()
    expect(other.locator(".files__picture", has=tower)).to_be_focused()


def test_two_people_exchange_a_photograph_and_find_it_a_thousand_messages_later(house: House) -> None:
    ana, bob, room = scene(house, ["hello"])
    page = house.enter(ana, room, **PHONE)
    other = house.enter(bob, room, **PHONE, locale="zh-CN")
    attach(page, payload("photo.png", picture()))
    box(page).fill("The harbour at dusk, 黄昏的港口")
    for name in ("Attach files", "Remove photo.png", "Send"):
        area = page.get_by_role("button", name=name).bounding_box()
        assert area is not None and min(area["width"], area["height"]) >= 44, name
    page.get_by_role("button", name="Send").click()
    photo = other.get_by_role("img", name="photo.png")
    expect(photo).to_have_js_property("complete", True)
    expect(row(other, "黄昏的港口")).to_have_accessible_name(re.compile("1 个附件：photo.png"))
    assert other.evaluate("document.documentElement.scrollWidth") <= 375
    photo.click()
    expect(other.get_by_role("dialog", name="图片")).to_be_visible()
    house.stage.chatter(room=room, user=bob.id, count=1000)

    for who, words, dialog in ((page, "harbour", "Picture"), (other, "黄昏", "图片")):
        who.goto(f"/rooms/{room}/")
        connected(who)
        expect(who.get_by_role("img", name="photo.png")).to_have_count(0)
        who.goto("/search/")
        connected(who)
        who.get_by_role("searchbox").fill(f"{words} has:image")
        who.get_by_role("searchbox").press("Enter")
        found = who.locator("[data-search-list] > li")
        expect(found).to_have_count(1)
        found.get_by_role("link").click()
        expect(row(who, "黄昏的港口")).to_be_focused()
        photo = who.get_by_role("img", name="photo.png")
        expect(photo).to_be_in_viewport()
        photo.click()
        expect(who.get_by_role("dialog", name=dialog)).to_contain_text("photo.png")
        assert who.evaluate("document.documentElement.scrollWidth") <= 375


PROGRAM = b"""def tide(level):
    return level < 3  # <b>low</b>, and so long a line that no phone has the room to show it whole
"""


def test_a_text_opens_under_its_file_and_is_a_page_where_no_script_runs(house: House) -> None:
    ana, bob, room = scene(house, ["hello"])
    said = house.send(room, bob, "see the program", {"tide.py": PROGRAM, "tide.csv": b"noon,3\n"})
    page = house.enter(ana, room)
    sent = row(page, "see the program")
    expect(sent).to_have_accessible_name(re.compile("2 attachments: tide.py, tide.csv"))
    look = sent.get_by_role("link", name="Preview tide.py")
    look.press("Enter")
    text = sent.get_by_role("group", name="tide.py")
    expect(text).to_have_text(PROGRAM.decode())
    expect(text.locator(".k").first).to_have_text("def ")
    expect(look).to_have_attribute("aria-expanded", "true")
    expect(look).to_be_focused()
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    # It stays open, and focused, while something else of the row changes.
    house.stage.react(room=room, user=bob.id, message=said["id"], emoji="👍")
    expect(sent.get_by_role("button", name="👍, 1")).to_be_visible()
    expect(text).to_be_focused()
    page.set_viewport_size({"width": 375, "height": 700})
    page.wait_for_function("() => document.querySelector('.excerpt > pre').scrollWidth > 500")
    page.wait_for_function("() => document.querySelector('#messages').scrollWidth <= 375")
    page.set_viewport_size({"width": 1280, "height": 800})
    text.hover()
    sent.get_by_role("button", name="Copy code").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    text.press("Escape")
    expect(sent).to_be_focused()
    look.click()
    expect(text).to_have_count(0)
    expect(look).to_have_attribute("aria-expanded", "false")

    page.route("**/preview/", lambda route: route.abort())
    look.click()
    expect(page.locator("#toasts")).to_contain_text("That did not work.")
    expect(text).to_have_count(0)

    plain = house.context(ana, java_script_enabled=False).new_page()
    plain.goto(f"/rooms/{room}/")
    plain.get_by_role("link", name="Preview tide.py").click()
    expect(plain.get_by_role("heading", name="tide.py")).to_be_visible()
    expect(plain.get_by_role("group", name="tide.py")).to_have_text(PROGRAM.decode())
    plain.get_by_role("link", name="Back to the message").click()
    expect(row(plain, "see the program")).to_be_attached()
