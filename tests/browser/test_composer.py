"""Writing and sending (CO of the behaviour list)."""

import json
import re

from playwright.sync_api import Page, WebSocketRoute

from chat import constants
from tests.browser.house import House, Person, box, connected, expect, row, rows, texts, until, write


def pair(house: House) -> tuple[Person, Person, int]:
    ana, bob = house.person(), house.person()
    return ana, bob, house.room(ana, bob)


class Relay:
    """Stands between a page and the server, and can keep answers back or answer in its place."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, object]] = []
        self.silent = False
        self.errors: list[dict[str, object]] = []
        page.route_web_socket(re.compile("/ws/$"), self._open)

    def _open(self, link: WebSocketRoute) -> None:
        server = link.connect_to_server()
        refs: set[str] = set()

        def up(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "message.send":
                self.sent.append(frame)
                refs.add(frame["ref"])
                if self.errors:
                    return link.send(json.dumps({"type": "error", "ref": frame["ref"], **self.errors.pop(0)}))
            return server.send(text)

        def down(text: str | bytes) -> None:
            frame = json.loads(text)
            if self.silent and (
                frame.get("ref") in refs or frame["type"].startswith(("message.", "room.batch"))
            ):
                return
            link.send(text)

        link.on_message(up)
        server.on_message(down)


def test_CO_01_enter_sends_shift_enter_breaks_the_line_and_blanks_do_nothing(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.context(ana).new_page()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    box(page).fill("   \n ")
    box(page).press("Enter")
    box(page).fill("")
    box(page).press_sequentially("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    expect(box(page)).to_have_value("one\ntwo")
    box(page).press("Enter")
    expect(row(page, "one")).to_have_attribute("data-state", "sent")
    box(page).fill("three")
    box(page).press("Control+Enter")
    expect(row(page, "three")).to_have_attribute("data-state", "sent")
    assert [frame["text"] for frame in relay.sent] == ["one\ntwo", "three"]


def test_CO_02_enter_that_confirms_a_candidate_never_sends(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.enter(ana, room)
    box(page).fill("にほん")
    for composing, code in ((True, 13), (False, 229)):
        box(page).evaluate(
            "(field, [isComposing, keyCode]) => field.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'Enter', isComposing, keyCode, bubbles: true, cancelable: true}))",
            [composing, code],
        )
    expect(box(page)).to_have_value("にほん")
    assert texts(page) == []


def test_CO_04_a_draft_survives_leaving_and_marks_its_room(house: House) -> None:
    ana, _bob, room = pair(house)
    other = house.room(ana)
    page = house.enter(ana, room)
    box(page).press_sequentially("half a thought")
    page.goto(f"/rooms/{other}/")
    mark = page.locator(f".room-link[data-room='{room}'] [data-mark=draft]")
    expect(mark).to_be_visible()
    expect(box(page)).to_have_value("")
    page.goto(f"/rooms/{room}/")
    expect(box(page)).to_have_value("half a thought")
    page.reload()
    connected(page)
    expect(box(page)).to_have_value("half a thought")
    box(page).press("Enter")
    expect(row(page, "half a thought")).to_have_attribute("data-state", "sent")
    page.reload()
    expect(box(page)).to_have_value("")
    expect(mark).to_be_hidden()


def test_CO_10_people_are_offered_while_a_mention_is_typed(house: House) -> None:
    ana, bob = house.person(), house.person("Barnabas Fell")
    outsider = house.person("Barnaby Outside")
    room = house.room(ana, bob)
    page = house.enter(ana, room)
    box(page).press_sequentially("hi @barnab")
    listbox = page.get_by_role("listbox")
    expect(listbox.get_by_role("option").first).to_contain_text(bob.name)
    expect(box(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(listbox.get_by_role("option", name=re.compile(outsider.name))).to_contain_text("not in this room")
    box(page).press("ArrowDown")
    expect(listbox.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    box(page).press("ArrowUp")
    box(page).press("Enter")
    expect(box(page)).to_have_value(f"hi @{bob.handle} ")
    expect(listbox).to_be_hidden()
    box(page).press_sequentially("and @barn")
    expect(listbox).to_be_visible()
    box(page).press("Escape")
    expect(listbox).to_be_hidden()
    expect(box(page)).to_have_value(f"hi @{bob.handle} and @barn")
    box(page).press_sequentially("zzz")
    expect(listbox).to_be_hidden()
    box(page).press("Enter")
    expect(row(page, "barnzzz")).to_have_attribute("data-state", "sent")
    expect(row(page, "barnzzz").locator(".mention")).to_have_text(f"@{bob.handle}")


def test_CO_13_arrow_up_in_an_empty_field_edits_the_newest_own_row(house: House) -> None:
    ana, bob, room = pair(house)
    page = house.enter(ana, room)
    write(page, "mine")
    expect(row(page, "mine")).to_have_attribute("data-state", "sent")
    house.say(room, bob, "theirs")
    expect(row(page, "theirs")).to_be_visible()
    page.evaluate(
        "() => { const real = fetch; window.sources = 0; globalThis.fetch = (url, ...rest) => {"
        " if (String(url).includes('/source/')) sources += 1; return real(url, ...rest) } }"
    )
    # Two presses, before the answer to the first can be there.
    box(page).evaluate(
        "box => { box.focus(); for (const _each of 'ab')"
        " box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true })) }"
    )
    editor = page.get_by_role("textbox", name="Edit message")
    expect(editor).to_be_focused()
    assert page.evaluate("sources") == 1
    expect(editor).to_have_value("mine")
    assert editor.evaluate("field => field.selectionStart") == len("mine")


def test_CO_14_saving_and_leaving_an_edit(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.enter(ana, room)
    write(page, "mine")
    expect(row(page, "mine")).to_have_attribute("data-state", "sent")
    expect(row(page, "mine")).to_have_attribute("data-seq", re.compile("[1-9]"))
    box(page).press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit message")
    editor.fill("half done")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    expect(box(page)).to_be_focused()
    expect(row(page, "mine")).to_be_visible()
    box(page).press("ArrowUp")
    editor.fill("better")
    editor.press("Enter")
    expect(row(page, "better")).to_contain_text("edited")
    expect(box(page)).to_be_focused()
    box(page).press("ArrowUp")
    editor.fill("")
    editor.press("Enter")
    expect(page.get_by_role("dialog", name="Delete this message?")).to_be_visible()


def test_CO_15_an_own_row_stands_at_once_and_is_replaced_in_place(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.context(ana).new_page()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    relay.silent = True
    box(page).fill("quick")
    # In the task of the key itself: sooner than anything that could be measured.
    assert page.evaluate(
        """async () => {
          const field = document.querySelector('#write')
          field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}))
          const row = document.querySelector('#messages .message[data-state=pending]')
          window.pendingRow = row
          return row !== null && field.value === ''
        }"""
    )
    expect(box(page)).to_be_focused()
    pending = page.locator(".message[data-state=pending]").bounding_box()
    relay.silent = False
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row(page, "quick")).to_have_attribute("data-state", "sent")
    stored = row(page, "quick").bounding_box()
    assert pending and stored
    assert abs(stored["height"] - pending["height"]) <= 4
    assert abs(stored["y"] - pending["y"]) <= 4
    page.wait_for_function("() => window.pendingRow.isConnected && window.pendingRow.dataset.seq > 0")
    expect(rows(page).filter(has_text="quick")).to_have_count(1)


def test_CO_16_a_definite_error_says_why_and_offers_what_to_do(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.context(ana).new_page()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    relay.errors = [{"code": "invalid", "detail": "That cannot be sent."}] * 2
    write(page, "refused")
    failed = row(page, "refused")
    expect(failed).to_have_attribute("data-state", "failed")
    expect(failed).to_contain_text("Not sent: That cannot be sent.")
    expect(page.locator("#announcer-assertive")).to_contain_text("Not sent: That cannot be sent.")
    failed.get_by_role("button", name="Retry").click()
    until(page, lambda: len(relay.sent) == 2, "not tried again")
    expect(failed).to_have_attribute("data-state", "failed")
    failed.get_by_role("button", name="Edit").click()
    expect(box(page)).to_have_value("refused")
    expect(failed).to_have_count(0)
    box(page).fill("reworded")
    box(page).press("Enter")
    expect(row(page, "reworded")).to_have_attribute("data-state", "sent")
    keys = [frame["client_id"] for frame in relay.sent]
    assert keys[0] == keys[1] != keys[2]


def test_CO_16_no_answer_is_not_a_failure(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.context(ana).new_page()
    page.clock.install()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    relay.silent = True
    write(page, "is anybody there")
    waiting = row(page, "is anybody there")
    page.clock.fast_forward(constants.UNCONFIRMED_AFTER_MS // 2)
    expect(waiting).to_contain_text("Sending")
    page.clock.fast_forward(constants.UNCONFIRMED_AFTER_MS)
    expect(waiting).to_have_attribute("data-state", "unconfirmed")
    expect(waiting).to_contain_text("Still sending")
    expect(waiting.get_by_role("button", name="Delete")).to_be_hidden()
    relay.silent = False
    page.clock.fast_forward(constants.UNCONFIRMED_AFTER_MS)
    expect(waiting).to_have_attribute("data-state", "sent")
    assert len({frame["client_id"] for frame in relay.sent}) == 1
    assert [each["text"] for each in house.stage.stored(room=room)] == ["is anybody there"]


def test_CO_17_a_repeat_of_a_stored_message_stores_nothing(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.context(ana).new_page()
    relay = Relay(page)
    page.goto(f"/rooms/{room}/")
    connected(page)
    relay.silent = True
    write(page, "once")
    expect(row(page, "once")).to_be_visible()
    until(page, lambda: bool(house.stage.stored(room=room)), "never stored")
    relay.silent = False
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row(page, "once")).to_have_attribute("data-state", "sent")
    assert [each["text"] for each in house.stage.stored(room=room)] == ["once"]
    expect(row(page, "once")).to_have_count(1)


def test_CO_18_what_is_written_offline_goes_out_in_order_after_a_reload(house: House) -> None:
    ana, _bob, room = pair(house)
    context = house.context(ana)
    page = house.enter(ana, room, context=context)
    context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-conn", "offline")
    for text in ("first", "second", "third"):
        expect(box(page)).to_be_enabled()
        write(page, text)
        expect(row(page, text)).to_have_attribute("data-state", "queued")
    expect(row(page, "third")).to_contain_text("Queued")
    expect(page.locator(f".room-link[data-room='{room}'] [data-mark=unsent]")).to_be_visible()
    # A reload needs the page: only the socket stays away.
    page.route_web_socket(re.compile("/ws/$"), lambda link: link.close())
    context.set_offline(False)
    page.reload()
    expect(row(page, "third")).to_have_attribute("data-state", "queued")
    page.close()
    page = house.enter(ana, room, context=context)
    expect(row(page, "third")).to_have_attribute("data-state", "sent")
    assert [each["text"] for each in house.stage.stored(room=room)] == ["first", "second", "third"]
    assert texts(page) == ["first", "second", "third"]
    expect(page.locator(f".room-link[data-room='{room}'] [data-mark=unsent]")).to_be_hidden()


def test_CO_19_a_long_text_is_counted_and_never_cut(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.enter(ana, room)
    box(page).fill("x" * 9_600)
    expect(page.locator("#composer-count")).to_have_text("400")
    box(page).fill("x" * 10_001)
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(page.locator("#composer-problem")).to_contain_text("Too long")
    box(page).press("Enter")
    assert len(box(page).input_value()) == 10_001
    assert texts(page) == []


def test_CO_20_without_the_right_to_write_a_sentence_stands_instead(house: House) -> None:
    ana, bob, room = pair(house)
    page = house.enter(bob, room)
    expect(box(page)).to_be_visible()
    house.stage.archive(room=room, user=ana.id)
    expect(page.get_by_text("This room is archived. It can be read, not written in.")).to_be_visible()
    expect(box(page)).to_have_count(0)
    expect(page.locator("#composer-closed").get_by_role("link", name="All rooms")).to_be_visible()


def test_a_device_that_can_keep_nothing_more_still_sends(house: House) -> None:
    ana, _bob, room = pair(house)
    page = house.enter(ana, room)
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }"
    )
    box(page).press_sequentially("still here")
    box(page).press("Enter")
    expect(row(page, "still here")).to_have_attribute("data-state", "sent")
