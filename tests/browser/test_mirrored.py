"""In a language written from right to left (AP-06): every place mirrors, fits, and axe finds nothing."""

from playwright.sync_api import Page

from tests.browser.house import House, connected, expect, row
from tests.browser.mirrored import LANGUAGE, mirrored
from tests.browser.test_look import fits
from tests.browser.test_moderation import moderator
from tests.browser.test_states import violations

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 700}
# Which way things follow each other, as the eye sees it.
SIDES = """() => {
  const middle = (selector) => { const { x, width } = document.querySelector(selector).getBoundingClientRect()
    return x + width / 2 }
  const order = (...selectors) => selectors.map(middle).every((x, i, all) => !i || x < all[i - 1])
  return { shell: order('#rooms', '#main'), row: order('.message .avatar', '.message__author'),
    composer: order('#write', '#send'), header: order('#room-title', '#panel-toggle') }
}"""


def sound(page: Page, place: str) -> None:
    """Fits in both widths, with nothing that axe complains of."""
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        fits(page)
        assert violations(page) == [], f"{place}, {size['width']} px"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_AP_06_everything_mirrors_and_stays_sound(house: House) -> None:
    ana, bob = moderator(house), house.person("Bob Kern")
    room = house.room(ana, bob, name="Firmware 2.0")
    said = house.say(room, bob, "**bold** and `code` (one)", "1. one\n2. two", "> quoted!", read=True)
    house.say(room, bob, "שלום, world!", "```\nlet x = 1;\n```", reply_to=said[0]["id"], read=True)
    house.stage.react(room=room, user=bob.id, message=said[0]["id"], emoji="👍")
    house.say(room, bob, f"@{ana.handle} look")
    case = house.stage.report(room=room, user=ana.id, message=said[2]["id"])
    page = house.enter(ana, room, locale="ur-PK")
    expect(page.locator(f"html[lang={LANGUAGE}]")).to_have_attribute("dir", "rtl")
    expect(row(page, "look")).to_be_visible()
    assert page.evaluate(SIDES) == {"shell": True, "row": True, "composer": True, "header": True}
    code = row(page, "let x").locator("pre")
    expect(code).to_have_css("direction", "ltr")
    sound(page, "room")
    row(page, "look").hover()
    page.get_by_role("button", name=mirrored("More actions")).click()
    expect(page.get_by_role("menuitem", name=mirrored("Reply"))).to_be_visible()
    assert violations(page) == [], "menu"
    page.keyboard.press("Escape")
    page.locator("#panel-toggle").click()
    expect(page.get_by_role("complementary")).to_be_visible()
    sound(page, "panel")
    for path in ("/rooms/", "/settings/", "/search/?q=code", f"/moderation/cases/{case}/"):
        page.goto(path)
        connected(page)
        sound(page, path)
