"""Without a network: lately opened rooms can be read, what is written waits, nothing outlives the right to it."""

import re

from playwright.sync_api import BrowserContext, Page

from tests.browser.house import House, box, comes_true, connected, expect, row, rows, texts, until, write

LINES = [f"line {number}" for number in range(150)]
READY = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async user => {
  const pages = await (await caches.open("chat-pages")).keys()
  const base = await new Promise(done => { const asked = indexedDB.open(`chat-${user}`, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore("rooms"); asked.onsuccess = () => done(asked.result) })
  const asked = base.transaction("rooms").objectStore("rooms").getAll()
  const rooms = await new Promise(done => { asked.onsuccess = () => done(asked.result) })
  base.close()
  return { pages: pages.map(({ url }) => new URL(url).pathname), items: rooms.map(({ items }) => items.length),
    upto: rooms.filter(({ whole }) => whole).map(({ upto }) => upto) }
}"""


def installed(context: BrowserContext, room: int) -> Page:
    """A page that its service worker rules, with the room's page kept."""
    page = context.new_page()
    page.goto(f"/rooms/{room}/")
    connected(page)
    comes_true(page, READY)
    page.reload()
    connected(page)
    return page


def kept_items(page: Page, user: int, least: int) -> None:
    comes_true(
        page,
        f"async ([user, least]) => (await ({KEPT})(user)).items.some(n => n >= least)",
        arg=[user, least],
    )


def kept_upto(page: Page, user: int, seq: int) -> None:
    """Waits until a room is kept whole, up to this number."""
    comes_true(page, f"async ([user, seq]) => (await ({KEPT})(user)).upto.includes(seq)", arg=[user, seq])


def test_rooms_open_without_a_network_and_what_is_written_goes_out_once_in_order(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, never = house.room(ana, bob), house.room(ana, bob)
    house.say(room, bob, *LINES, read=True)
    context = house.context(ana, service_workers="allow")
    page = installed(context, room)
    [came] = house.say(room, bob, "came while open")
    expect(row(page, "came while open")).to_be_visible()
    kept_items(page, ana.id, 151)
    kept_upto(page, ana.id, came["seq"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    connected(page)
    [came] = house.say(room, bob, "came after that")
    kept_upto(page, ana.id, came["seq"])
    assert not [url for url in asked if "/history/" in url]
    context.set_offline(True)
    page.reload()
    page.locator("html[data-ready]").wait_for(state="attached")
    expect(row(page, "came after that")).to_be_visible()
    # Earlier ones come from the device too.
    page.wait_for_function(
        "() => { document.querySelector('#messages').scrollTop = 0;"
        " return [...document.querySelectorAll('.message__body')].some(body => body.textContent.trim() === 'line 60') }"
    )
    shown = texts(page)
    assert len(set(shown)) == len(shown)
    write(page, "written offline")
    write(page, "and another")
    expect(row(page, "and another")).to_have_attribute("data-state", "queued")
    page.reload()
    page.locator("html[data-ready]").wait_for(state="attached")
    expect(row(page, "written offline")).to_have_attribute("data-state", "queued")
    unknown = context.new_page()
    unknown.goto(f"/rooms/{never}/")
    expect(unknown.get_by_role("heading", name="No connection")).to_be_visible()
    unknown.close()
    context.set_offline(False)
    connected(page)
    expect(row(page, "and another")).to_have_attribute("data-state", "sent")
    stored = [each["text"] for each in house.stage.stored(room=room)]
    assert stored[-2:] == ["written offline", "and another"]
    assert stored.count("written offline") == 1


def test_nothing_kept_survives_losing_the_right_or_signing_out(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, lost = house.room(bob, ana, kind="closed"), house.room(bob, ana, kind="closed")
    house.say(room, bob, "stays")
    house.say(lost, bob, "goes")
    context = house.context(ana, service_workers="allow")
    page = installed(context, room)
    other = installed(context, lost)
    kept_items(other, ana.id, 1)
    both = sorted([f"/rooms/{room}/", f"/rooms/{lost}/"])

    def both_kept() -> bool:
        kept = page.evaluate(KEPT, ana.id)
        return (sorted(kept["pages"]), len(kept["items"])) == (both, 2)

    until(page, both_kept, "not both rooms were kept")
    # Gone while the browser was away: the next link tells.
    other.close()
    context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-conn", "offline")
    house.stage.remove(room=lost, user=bob.id, member=ana.id)
    context.set_offline(False)
    connected(page)
    comes_true(page, f"async user => (await ({KEPT})(user)).items.length === 1", arg=ana.id)
    comes_true(page, f"async user => (await ({KEPT})(user)).pages.length === 1", arg=ana.id)
    assert page.evaluate(KEPT, ana.id)["pages"] == [f"/rooms/{room}/"]
    box(page).fill("a draft")
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    comes_true(page, "() => indexedDB.databases().then(all => !all.length)")
    comes_true(page, "() => caches.open('chat-pages').then(cache => cache.keys()).then(keys => !keys.length)")


def test_the_app_can_be_installed(house: House) -> None:
    ana = house.person()
    page = house.enter(ana, house.room(ana))
    found = page.evaluate(
        """async () => {
          const href = document.querySelector("link[rel=manifest]").href
          const manifest = await (await fetch(href)).json()
          const sizes = await Promise.all(manifest.icons.map(async ({ src }) => {
            const image = new Image(); image.src = src; await image.decode(); return image.naturalWidth }))
          return { manifest, sizes }
        }"""
    )
    assert found["sizes"] == [192, 512, 512]
    assert found["manifest"]["start_url"] == "/"
    assert found["manifest"]["display"] == "standalone"


INSECURE = """(() => {
  for (const [place, name] of [[Navigator.prototype, "serviceWorker"], [Navigator.prototype, "locks"],
    [Navigator.prototype, "clipboard"], [Navigator.prototype, "setAppBadge"]]) delete place[name]
  for (const name of ["caches", "Notification"]) delete window[name]
  delete Crypto.prototype.randomUUID
  Object.defineProperty(window, "isSecureContext", { get: () => false })
})()"""


def test_over_plain_http_everything_else_works(house: House) -> None:
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    context = house.context(ana)
    context.add_init_script(INSECURE)
    page, second = house.enter(ana, room, context=context), house.enter(ana, room, context=context)
    assert page.evaluate("[typeof caches, navigator.locks, navigator.serviceWorker, crypto.randomUUID]") == [
        "undefined", None, None, None,
    ]  # fmt: skip
    write(page, "over plain http")
    expect(row(page, "over plain http")).to_have_attribute("data-state", "sent")
    expect(row(second, "over plain http")).to_be_visible()
    house.say(room, bob, f"@{ana.handle} read this")
    expect(rows(page).last).to_contain_text("read this")
    page.goto("/settings/notifications/")
    expect(page.locator("#desktop-text")).to_contain_text("They need a secure address")
    page.goto(f"/rooms/{room}/")
    connected(page)
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(second).to_have_url(re.compile("/accounts/login/"))


PAGE_SAYS = """async ([room, word]) => {
  const page = await (await caches.open("chat-pages")).match(`/rooms/${room}/`)
  return (await page.text()).includes(word)
}"""
KEPT_SAYS = """async ([user, word]) => {
  const base = await new Promise(done => { const asked = indexedDB.open(`chat-${user}`, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore("rooms"); asked.onsuccess = () => done(asked.result) })
  const asked = base.transaction("rooms").objectStore("rooms").getAll()
  const rooms = await new Promise(done => { asked.onsuccess = () => done(asked.result) })
  base.close()
  return JSON.stringify(rooms).includes(word)
}"""


def test_what_is_deleted_or_rewritten_leaves_the_pages_that_are_kept(house: House) -> None:
    ana, bob = house.person(), house.person()
    room, other = house.room(ana, bob), house.room(ana, bob)
    [live] = house.say(room, bob, "sunlight", read=True)
    [later, edited] = house.say(room, bob, "moonlight", "starlight", read=True)
    house.say(room, ana, "an answer", reply_to=later["id"], read=True)
    context = house.context(ana, service_workers="allow")
    page = installed(context, room)
    comes_true(page, PAGE_SAYS, arg=[room, "starlight"])
    kept_items(page, ana.id, 4)
    page.goto(f"/rooms/{other}/")
    connected(page)

    def gone(word: str) -> None:
        comes_true(page, f"async arg => !(await ({PAGE_SAYS})(arg))", arg=[room, word])
        comes_true(page, f"async arg => !(await ({KEPT_SAYS})(arg))", arg=[ana.id, word])

    house.stage.delete(room=room, user=bob.id, message=live["id"])
    gone("sunlight")
    assert page.evaluate(PAGE_SAYS, [room, "moonlight"])
    # What went while the device was away is heard of with the next link, in whatever room.
    context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-conn", "offline")
    house.stage.delete(room=room, user=bob.id, message=later["id"])
    house.stage.edit(room=room, user=bob.id, message=edited["id"], text="daylight")
    context.set_offline(False)
    connected(page)
    gone("moonlight")
    gone("starlight")
    context.set_offline(True)
    page.goto(f"/rooms/{room}/")
    page.locator("html[data-ready]").wait_for(state="attached")
    expect(page.locator("#messages .message[data-state=deleted]")).to_have_count(2)
    expect(row(page, "daylight")).to_be_visible()
    expect(row(page, "an answer")).to_be_visible()
