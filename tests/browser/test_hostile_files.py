"""Hostile files (attackers 42 to 45), chosen in a page: what becomes of each, and that none of them ever runs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error, Page

from tests.browser.house import House, expect, scene, write
from tests.browser.test_files import attach, payload
from tests.uploads.corpus import Hostile, hostile

BATCH = 10  # files of one message
INLINE = ("image", "video", "audio")
# What a browser would run if it were let.
PAGES = ("page.html", "drawing.svg", "page.xhtml", "page.pdf")
SHOWN = """() => [...document.querySelectorAll("#messages .files :is(.files__picture, .file)")].map((one) => ({
  kind: one.dataset.kind ?? "image", url: one.dataset.url ?? one.querySelector(".file__card").getAttribute("href"),
  name: one.querySelector("img")?.alt ?? one.querySelector(".file__name").textContent,
}))"""
ANSWERS = """(urls) => Promise.all(urls.map(async (url) => {
  const { status, headers } = await fetch(url)
  const first = (name) => headers.get(name).split(";")[0]
  return [status, headers.get("content-type"), first("content-disposition"), headers.get("x-content-type-options"),
    first("content-security-policy")]
}))"""
# Decoded by this browser, not only announced as a picture.
DECODED = """() => Promise.all([...document.querySelectorAll(".files__picture")].map(async ({ href }) => {
  const { width, height } = await createImageBitmap(await (await fetch(href)).blob())
  return width > 0 && height > 0
}))"""


def listen(*pages: Page) -> list[str]:
    """What the files' scripts would ask for if any of them ran."""
    heard: list[str] = []
    for each in pages:
        each.on("request", lambda request: heard.append(request.url) if "pwned" in request.url else None)
    return heard


def expected(file: Hostile) -> list[Any]:
    shown = "inline" if file.kind in INLINE else "attachment"
    return [200, file.served, shown, "nosniff", "sandbox"]


def open_directly(page: Page, url: str) -> bool:
    """Whether the browser shows it: what it downloads ends the navigation."""
    try:
        page.goto(url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return True


def test_A42_to_A45_the_whole_corpus_through_a_page(house: House) -> None:
    files = hostile()
    assert len(files) >= 40
    ana, bob, room = scene(house, ["hello"])
    pages = page, other = house.enter(ana, room), house.enter(bob, room)
    alone = other.context.new_page()
    heard = listen(page, other, alone)
    # Two people, as one may begin thirty at once.
    for number, batch in enumerate(files[at : at + BATCH] for at in range(0, len(files), BATCH)):
        sender = pages[number % 2]
        attach(sender, *(payload(one.name, one.data, "image/png") for one in batch))
        write(sender, f"batch {number}")
    expect(other.locator("#messages .files :is(.files__picture, .file)")).to_have_count(len(files))
    shown = other.evaluate(SHOWN)
    by_name = {one["name"]: one for one in shown}
    wanted = {one.shown or one.name: one for one in files}
    assert {name: one["kind"] for name, one in by_name.items()} == {
        name: one.kind for name, one in wanted.items()
    }
    answers = other.evaluate(ANSWERS, [by_name[name]["url"] for name in wanted])
    assert dict(zip(wanted, answers, strict=True)) == {name: expected(one) for name, one in wanted.items()}
    assert all(other.evaluate(DECODED))

    # Texts stand in the page as what they are.
    looks = other.locator(".file__look")
    texts = [one for one in files if one.kind == "text"]
    expect(looks).to_have_count(len(texts))
    looks.evaluate_all("links => links.forEach((link) => link.click())")
    expect(other.locator(".excerpt")).to_have_count(len(texts))
    page_file = other.get_by_role("group", name="page.html")
    expect(page_file).to_contain_text("<script>fetch('/pwned')</script>")

    for name, one in wanted.items():
        if one.kind in INLINE or name in PAGES:
            assert open_directly(alone, by_name[name]["url"]) == (one.kind in INLINE), name
    assert heard == []
