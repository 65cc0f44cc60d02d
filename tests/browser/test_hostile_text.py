"""What an attacker writes, parsed by a real browser: nothing runs, nothing changes its shape."""

from playwright.sync_api import Browser, Dialog, Page

from chat.text import render
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
    page.wait_for_timeout(200)
    page.close()
    assert "1" in alarms
