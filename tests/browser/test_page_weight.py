"""What a room's first page costs (PF-01), counted by a browser that comes for the first time."""

import gzip

from playwright.sync_api import Browser, Page, Request, Response

from chat.assets import join
from tests.browser.house import House, connected, scene

REQUESTS, SCRIPTS, STYLES, HTML = 14, 45 * 1024, 18 * 1024, 40 * 1024  # bytes as they travel
# Everything that a joiner could trip over, in modules that say what they see.
TRICKY = {
    "chat/app.js": """import { texts, counted, Shape } from "chat/texts.js"
import "chat/effect.js"
import {
  twice,
} from "chat/more.js"
const counter = 1 /* "not closed */
export const seen = { texts, counted: counted(), twice: twice(2), shape: new Shape().area(), counter,
  effect: globalThis.effect, own: (() => { try { return KEY } catch (error) { return error.name } })() }
""",
    "chat/texts.js": """// export const wrong = 1
const KEY = "texts"
export const texts = [`import { x } from "chat/y.js"
export const kept = "// as typed"
   /* this too */ ${`${KEY} {`} }`, "/*", '//', /["'`/]\\/[/*"]/.source, 8 / 2 / 2]
let count = 0
export function counted() { return ++count }
export class Shape { #side = 3; area() { return this.#side ** 2 } }
""",
    "chat/more.js": """import { counted } from "chat/texts.js"
const KEY = "more" // the same name in another module
export const twice = (value) => [KEY, counted(), value * 2]
""",
    "chat/effect.js": "globalThis.effect = typeof this",
}


def is_static(response: Response) -> bool:
    return "/static/" in response.url


def load(page: Page, address: str) -> tuple[list[Response], list[Request]]:
    """Opens it; what came, and what failed."""
    came: list[Response] = []
    failed: list[Request] = []
    page.on("response", lambda each: came.append(each))
    page.on("requestfailed", lambda each: failed.append(each))
    page.goto(address)
    connected(page)
    return came, failed


def weight(came: list[Response], kind: str) -> int:
    """Bytes of all bodies of this kind as they travelled."""
    return sum(
        each.request.sizes()["responseBodySize"] for each in came if each.request.resource_type == kind
    )


def test_the_first_page_is_small_and_the_second_costs_nothing(house: House) -> None:
    ana, _bob, room = scene(house)
    page = house.context(ana, fresh=True).new_page()
    came, failed = load(page, f"/rooms/{room}/")
    static = [each for each in came if is_static(each)]
    assert not failed
    assert {each.url.split("/")[2] for each in came} == {house.site.origin.split("/")[2]}
    assert 2 <= len(static) <= REQUESTS, [each.url for each in static]
    for each in static:
        headers = each.all_headers()
        assert "immutable" in headers["cache-control"], each.url
        assert "content-encoding" in headers or int(headers["content-length"]) < 1024, each.url
    assert 0 < weight(static, "script") <= SCRIPTS
    assert 0 < weight(static, "stylesheet") <= STYLES
    assert len(gzip.compress(came[0].body())) <= HTML
    assert page.locator("#messages .message").count() >= 50
    came.clear()
    page.reload()
    connected(page)
    # When the tab's icon is fetched is the browser's own affair: it may come late, or again with a reload.
    again = [each for each in came if is_static(each) and each.request.resource_type != "other"]
    assert again
    assert all(each.request.sizes()["responseBodySize"] <= 0 for each in again), [each.url for each in again]


def test_what_is_joined_is_there_once_by_every_name(house: House) -> None:
    ana = house.person()
    page = house.enter(ana, house.room(ana))
    assert (
        page.evaluate(
            """async () => {
          const named = JSON.parse(document.querySelector('script[type=importmap]').textContent).imports
          const entry = document.querySelector('script[type=module]').src
          const joined = Object.keys(named).filter((name) => new URL(named[name], location) == entry)
          const found = await Promise.all(joined.map((name) => import(name)))
          return joined.length > 50 && found.every((one) => one === found[0]) && typeof found[0].Sequence
        }"""
        )
        == "function"
    )


def test_joined_modules_do_what_they_did_apart(chromium: Browser) -> None:
    code, _map = join(TRICKY, entry="chat/app.js", file="js/out.js")
    page = chromium.new_page()
    seen = page.evaluate(
        """async code =>
          (await import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))).seen""",
        code,
    )
    page.close()
    typed = 'import { x } from "chat/y.js"\nexport const kept = "// as typed"\n   /* this too */ texts { }'
    assert seen == {
        "texts": [typed, "/*", "//", "[\"'`/]\\/[/*\"]", 2],
        "counted": 1, "twice": ["more", 2, 4], "shape": 9, "counter": 1, "effect": "undefined", "own": "ReferenceError",
    }  # fmt: skip
