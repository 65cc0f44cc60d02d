"""Cards of links in a room that is open: how they come, what they ask for, how they go."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Route

from tests.browser.house import LINES, House, anchored, at_end, expect, row, scene, scroll_to, until

FOREIGN = "https://tracker.example/pixel.png"
PAGE = (
    '<title>The tide <img src="https://tracker.example/t.png"></title>'
    '<meta property="og:title" content="When the power goes &lt;img src=//tracker.example/o.png&gt;">'
    '<meta property="og:description" content="What a gauge keeps, what it drops and how to read the gap.">'
    '<meta property="og:image" content="/picture">'
)
HEIGHT = "() => document.querySelector('.preview__card').getBoundingClientRect().height"


def test_A53_ML_07_a_card_comes_without_a_jump_and_without_a_request_to_anybody_else(house: House) -> None:
    first = "first http://handbook.example.org/above"
    last = f"last http://handbook.example.org/page ![]({FOREIGN}) <img src={FOREIGN}>"
    ana, bob, room = scene(house, [])
    above, *_rest, said = house.say(room, bob, first, *LINES[:30], last, read=True)
    page = house.context(ana).new_page()
    held: list[Route] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/previews/*/", lambda route: held.append(route))  # a method cannot be given
    page.goto(f"/rooms/{room}/")
    at_end(page)

    house.stage.preview(message=said["id"], page=PAGE)
    card = row(page, "last").locator(".preview__card")
    expect(card.locator("b")).to_have_text("When the power goes <img src=//tracker.example/o.png>")
    expect(card.locator("small")).to_have_text("handbook.example.org")
    until(page, lambda: bool(held), "the picture was never asked for")
    at_end(page)
    height = page.evaluate(HEIGHT)
    let_through(held)
    page.wait_for_function("() => document.querySelector('.preview__card img').naturalWidth === 400")
    assert page.evaluate(HEIGHT) == height
    at_end(page)

    scroll_to(page, 300)
    with anchored(page):
        house.stage.preview(message=above["id"], page=PAGE)
        row(page, "first").locator(".preview__card img").wait_for(state="attached")
        let_through(held)
    own = urlsplit(house.site.origin).netloc
    assert {urlsplit(url).netloc for url in asked if urlsplit(url).scheme.startswith("http")} == {own}


def let_through(held: list[Route]) -> None:
    while held:
        held.pop().continue_()
