"""The whole story, from an empty folder: first run, an invitation, two people, two tabs each, and a bad network."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.house import PATIENCE_MS, anchored, box, connected, row, scroll_to, seqs, write
from tests.servers import Site, running_site

PASSWORD = "a long enough phrase"


@pytest.fixture(scope="module")
def empty_site() -> Iterator[Site]:
    with running_site(LIMITS="off") as site:
        yield site


def profile(browser: Browser, site: Site) -> BrowserContext:
    context = browser.new_context(
        base_url=site.origin, viewport={"width": 1280, "height": 800}, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def tab(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    connected(page)
    return page


def room_of(page: Page) -> str:
    found = re.search(r"/rooms/(\d+)/", page.url)
    assert found, page.url
    return f"/rooms/{found[1]}/"


def first_run(page: Page) -> str:
    """Three fields and one click; returns the invitation's address."""
    page.goto("/")
    page.get_by_label("Your name").fill("Ana Duarte")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form button[data-kind=primary]").click()
    connected(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("General")
    expect(box(page)).to_be_focused()
    expect(page.locator(".qr svg")).to_be_visible()
    return page.locator("#invitation-link").input_value()


def accept(page: Page, link: str) -> None:
    """Three fields, one click, in the room."""
    page.goto(link)
    expect(page.locator("body")).to_contain_text("Ana Duarte")
    page.get_by_label("Your name").fill("Benno Klar")
    page.get_by_label("E-mail address").fill("benno@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form button[data-kind=primary]").click()
    connected(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("General")


def open_room(page: Page, name: str) -> str:
    page.goto("/rooms/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Open the room").click()
    connected(page)
    return room_of(page)


def write_to(page: Page, person: str) -> str:
    page.goto("/direct/")
    page.get_by_label(person).check()
    page.get_by_role("button", name="Write").click()
    connected(page)
    return room_of(page)


def test_two_people_talk_in_several_rooms_and_tabs_and_nothing_is_lost(
    empty_site: Site, chromium: Browser
) -> None:
    ana, benno = profile(chromium, empty_site), profile(chromium, empty_site)
    ana_first, benno_first = ana.new_page(), benno.new_page()
    accept(benno_first, first_run(ana_first))
    general = room_of(ana_first)
    expect(row(ana_first, "Benno Klar joined")).to_be_visible()

    harbour = open_room(ana_first, "Harbour")
    benno_first.goto("/rooms/")
    benno_first.get_by_role("button", name="Join Harbour").click()
    connected(benno_first)
    direct = write_to(ana_first, "Benno Klar")

    for path in (general, harbour, direct):
        tabs = [tab(person, path) for person in (ana, benno) for _ in range(2)]
        for number, page in enumerate(tabs):
            write(page, f"said in tab {number}")
            for other in tabs:
                expect(row(other, f"said in tab {number}").and_(other.locator("[data-id]"))).to_have_count(1)
        orders = [seqs(page) for page in tabs]
        assert all(order == sorted(set(order)) and order[-4:] == orders[0][-4:] for order in orders)
        for page in tabs:
            page.close()
    ana.close()
    benno.close()


MISSED = """
from accounts.models import User
from chat.messages import actions
from chat.models import Room
ana = User.objects.get(display_name="Nora Offline")
room = Room.objects.get(name="Offline room").pk
for n in range(200):
    actions.send_message(user=ana, room_id=room, text=f"missed {{n}}", client_id=f"{mark}-{{n:012}}")
early = [m for m in Room.objects.get(pk=room).messages.filter(source__startswith="early").order_by("seq")]
for m in early[-5:]:
    actions.edit_message(user=ana, room_id=room, message_id=m.pk, base=m.changed_seq, text="edited: " + m.source)
for m in early[:3]:
    actions.delete_message(user=ana, room_id=room, message_id=m.pk)
"""

EARLY = """
from accounts.models import Instance, User
from chat.messages.actions import send_message
from chat.rooms.actions import add_member, create_room
from tests.live.town import sign_in
Instance.current() or Instance.objects.create(name="Test")
nora, olga = [
    User(handle=name, handle_skeleton=name, display_name=f"{name.title()} Offline") for name in ("nora", "olga")
]
for one in (nora, olga):
    one.set_unusable_password()
    one.save()
room = create_room(user=nora, name="Offline room")
add_member(user=nora, room_id=room.pk, user_id=olga.pk)
import uuid
for n in range(40):
    send_message(user=nora, room_id=room.pk, text=f"early {n} " + "word " * 20, client_id=uuid.uuid4())
print(room.pk, sign_in(olga))
"""


ROWS = """() => [...document.querySelectorAll("#messages .message[data-id]")]
  .map(row => [+row.dataset.id, +row.dataset.changed])"""

EVERYTHING = """async address => {
  const all = []
  for (let page, after = 0; !page || page.newer; after = page.items.at(-1).message.seq) {
    page = await (await fetch(`${address}?after=${after}&limit=100`)).json()
    all.push(...page.items.map(({ message }) => [message.id, message.changed_seq]))
  }
  return all
}"""


def shown(page: Page) -> list[list[int]]:
    """[id, number of the last change] of every row, in the order in which they stand."""
    rows: list[list[int]] = page.evaluate(ROWS)
    return rows


def check_truth(page: Page, path: str) -> None:
    """What the page shows is a run without holes of what the server would tell a newcomer."""
    truth = page.evaluate(EVERYTHING, f"{path}history/")
    rows = shown(page)
    start = truth.index(rows[0])
    assert truth[start : start + len(rows)] == rows


def stay(empty_site: Site, chromium: Browser) -> tuple[BrowserContext, str]:
    printed = empty_site.python(EARLY).split()
    context = profile(chromium, empty_site)
    name, value = printed[-1].split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": empty_site.origin}])
    return context, f"/rooms/{printed[-2]}/"


def test_a_tab_that_was_offline_shows_exactly_the_truth_without_moving(
    empty_site: Site, chromium: Browser
) -> None:
    context, path = stay(empty_site, chromium)
    page = tab(context, path)
    scroll_to(page, 600)
    expect(page.locator("#messages:not([data-at-end])")).to_be_attached()
    context.set_offline(True)
    page.evaluate("() => dispatchEvent(new Event('offline'))")
    empty_site.python(MISSED.format(mark=str(uuid.uuid4())[:23]))
    with anchored(page):
        context.set_offline(False)
        connected(page)
        page.wait_for_function(
            "() => document.querySelectorAll('#messages .message[data-edited]').length >= 5"
            " && document.querySelectorAll('#messages .message[data-state=deleted]').length >= 3"
        )
    check_truth(page, path)
    page.locator("#pill").click()
    expect(row(page, "missed 199")).to_be_in_viewport()
    check_truth(page, path)
    assert shown(page)[-1][1] == 242
    context.close()


def test_a_restart_in_the_middle_of_typing_and_sending_loses_and_doubles_nothing(
    empty_site: Site, chromium: Browser
) -> None:
    context = profile(chromium, empty_site)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("benno@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[data-kind=primary]").click()
    connected(page)
    reader = tab(context, room_of(page))
    for number in range(3):
        write(page, f"before the restart {number}")
    empty_site.processes[0].kill()
    for number in range(3):
        write(page, f"while it is down {number}")
    box(page).fill("half a sent")
    empty_site.processes[0].start()
    connected(page)
    connected(reader)
    write(page, "half a sentence, finished")
    for text in [
        *(f"before the restart {n}" for n in range(3)),
        *(f"while it is down {n}" for n in range(3)),
    ]:
        for one in (page, reader):
            expect(row(one, text)).to_have_count(1)
    expect(row(reader, "half a sentence, finished")).to_have_count(1)
    expect(page.locator(".message[data-state=pending], .message[data-state=failed]")).to_have_count(0)
    assert seqs(reader) == sorted(set(seqs(reader)))
    context.close()
