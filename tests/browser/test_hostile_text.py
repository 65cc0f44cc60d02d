"""What an attacker writes, parsed by a real browser: nothing runs, nothing changes its shape."""

from uuid import uuid4

from playwright.sync_api import Browser, Dialog, Page, expect

from chat.text import render
from tests.browser.house import House, box, until
from tests.text.test_hostile import ATTRIBUTES, PEOPLE, TAGS, VECTORS

# The body as a page, as part of a page by innerHTML, and parsed again from what the browser made of it.
LOOK = """(html) => {
  const box = document.createElement("div")
  document.body.append(box)
  box.innerHTML = html
  const once = box.innerHTML
  box.innerHTML = once
  const all = [...box.querySelectorAll("*")]
  return {
    same: once === box.innerHTML,
    tags: all.map((one) => one.localName),
    attributes: all.flatMap((one) => one.getAttributeNames()),
    schemes: [...box.querySelectorAll("a")].map((one) => one.protocol),
  }
}"""


def guarded(chromium: Browser) -> tuple[Page, list[str]]:
    """A page, and what it did that a text must never make it do."""
    page = chromium.new_page()
    alarms: list[str] = []

    def ring(dialog: Dialog) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", ring)
    page.on("request", lambda request: alarms.append(request.url))
    return page, alarms


def test_nothing_runs_and_nothing_mutates(chromium: Browser) -> None:
    page, alarms = guarded(chromium)
    bodies = [
        render(text, people=PEOPLE).html for source in VECTORS for text in (source, f"> - **{source}**")
    ]
    page.set_content("<!doctype html><title>x</title>" + "".join(bodies))
    for body in bodies:
        seen = page.evaluate(LOOK, body)
        assert seen["same"], body
        assert set(seen["tags"]) <= TAGS, body
        assert set(seen["attributes"]) <= ATTRIBUTES, body
        assert set(seen["schemes"]) <= {"http:", "https:", "mailto:"}, body
    page.wait_for_timeout(200)
    page.close()
    assert alarms == []


def test_the_alarm_would_ring(chromium: Browser) -> None:
    page, alarms = guarded(chromium)
    page.set_content("<!doctype html><title>x</title>" + VECTORS[2])
    until(page, lambda: "1" in alarms, "no alarm")
    page.close()


# What may be sent, and must not break the page for anybody.
EXTREME = [
    "a" + "\u0301" * 9_999,
    ("a" + "\u0301" * 20) * 470,
    "👩‍👩‍👧‍👦" * 1_428,
    "\u202e" + "drowssap " * 1_000 + "\u2066",
    "\u200fשלום " * 1_000,
    "W" * 10_000,
    "﷽" * 2_000,
    "\U0001242b" * 500,
    "https://example.org/" + "a" * 2_000,
    "`" + "x" * 3_000 + "`",
    "```\n" + "x" * 9_000 + "\n```",
    "**" + "x" * 4_000 + "**",
    "> " * 15 + "x" * 500,
    "".join(f"{'  ' * depth}- {'x' * 200}\n" for depth in range(8)),
    "99999999. " + "x" * 300,
    "a\x00b\x1b[31mc\x07",
    "\t" * 2_000 + "x",
    "a\n" * 3_000,
]
REFUSED = {
    "": "Write something first.",
    " \n\t\u3000\xa0": "Write something first.",
    "\u200b\u200d\u2060\u3164\u2800": "Write something first.",
    "\x00\x01\x02": "Write something first.",
    "x" * 10_001: "10000 characters",
    "é" * 10_001: "10000 characters",
    "x" * (1 << 20): "",
}
# Where something stands that should not; rows that overlap, or anything wider than its place.
DAMAGE = """() => {
  const box = document.querySelector("#messages")
  const wrong = []
  for (const one of [document.documentElement, box]) if (one.scrollWidth > one.clientWidth + 1) wrong.push(one.id)
  const edge = box.getBoundingClientRect()
  const rows = [...box.querySelectorAll(".message")].map((row) => row.getBoundingClientRect())
  rows.forEach((row, at) => {
    if (row.right > edge.right + 1 || row.left < edge.left - 1) wrong.push(`row ${at} is too wide`)
    if (at && row.top < rows[at - 1].bottom - 1) wrong.push(`row ${at} covers the one above`)
  })
  for (const name of ["#composer", "#room-title", "#main"]) {
    const { left, right, top, bottom } = document.querySelector(name).getBoundingClientRect()
    if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) wrong.push(name)
  }
  return wrong
}"""


def test_A40_extreme_texts_and_names_keep_the_page_in_shape(house: House) -> None:
    people = [house.person(name) for name in ("W" * 60, "﷽" * 60, "a b " * 15)]
    room = house.room(*people, name="W" * 60, topic="﷽ " * 100)
    for at, text in enumerate(EXTREME):
        house.say(room, people[at % 3], text, read=True)
    page = house.enter(people[0], room)
    for width, height in ((1280, 800), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#messages .message:not([data-kind=system])")).to_have_count(len(EXTREME))
        until(page, lambda: page.evaluate(DAMAGE) == [], f"damage at {width} px")


def test_A40_what_is_no_message_is_refused_in_words(house: House) -> None:
    ana = house.person()
    room = house.room(ana)
    page = house.enter(ana, room)
    token = next(each["value"] for each in page.context.cookies() if each["name"] == "csrftoken")
    for text, words in REFUSED.items():
        answer = page.request.post(
            f"/rooms/{room}/messages/",
            form={"text": text, "client_id": str(uuid4()), "csrfmiddlewaretoken": token},
            max_retries=3,
        )
        assert answer.status in (400, 413), ascii(text[:20])
        assert words in answer.text()
        assert "Traceback" not in answer.text()
    box(page).fill("x" * 10_001)
    expect(page.locator("#composer-problem")).to_contain_text("at most 10,000 characters")
    expect(page.locator("#send")).to_be_disabled()
    box(page).fill("\u200b\u200d")
    box(page).press("Enter")
    assert house.stage.stored(room=room) == []
