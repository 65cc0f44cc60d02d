"""Keys (KB), screen readers (SR), and what the composer suggests (CO): without a pointer."""

import re

from tests.browser.house import House, box, connected, expect, row, rows, scene
from tests.browser.test_tabs import link


def test_KB_01_a_whole_conversation_by_keyboard_alone(house: House) -> None:
    """Find a room, read, reply, react, edit, delete, mark read; the pointer is never touched."""
    ana, bob, room = scene(house, ["first", "second", "third"], read=False)
    start = house.room(ana, bob)
    house.stage.rename(room=room, user=ana.id, name="Harbour works")
    page = house.enter(ana, start)
    keys = page.keyboard
    keys.press("Control+k")
    keys.type("harb")
    expect(page.get_by_role("option").first).to_contain_text("Harbour works")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour works")
    connected(page)
    expect(box(page)).to_be_focused()
    keys.press("Escape")
    expect(link(page, room)).not_to_have_attribute("data-unread", "")
    keys.press("Control+F6")
    for _ in range(6):
        if page.evaluate("document.activeElement.classList.contains('message')"):
            break
        keys.press("Control+F6")
    keys.press("End")
    keys.press("k")
    expect(row(page, "third").or_(row(page, "second")).and_(page.locator(":focus"))).to_be_visible()
    keys.press("r")
    expect(page.locator("#composer-reply")).to_be_visible()
    expect(box(page)).to_be_focused()
    keys.type("an answer")
    keys.press("Enter")
    answer = row(page, "an answer")
    expect(answer).to_have_attribute("data-state", "sent")
    expect(answer.locator(".reply")).to_be_visible()
    answer.focus()
    keys.press("+")
    keys.press("Enter")
    expect(answer.get_by_role("button", name=re.compile("with you"))).to_be_visible()
    # Into the row's links and buttons, and back out.
    answer.focus()
    keys.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('.message') !== document.activeElement")
    keys.press("Escape")
    expect(answer).to_be_focused()
    box(page).focus()
    keys.press("ArrowUp")
    expect(page.get_by_role("textbox", name="Edit message")).to_be_focused()
    keys.type(", mended")
    keys.press("Enter")
    expect(row(page, "an answer, mended")).to_be_visible()
    expect(box(page)).to_be_focused()
    row(page, "an answer, mended").focus()
    keys.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(row(page, "an answer, mended")).to_have_count(0)
    house.say(start, bob, "elsewhere")
    expect(link(page, start)).to_have_attribute("data-unread", "")
    keys.press("Shift+Escape")
    dialog = page.get_by_role("dialog", name="Mark everything read?")
    dialog.get_by_role("button", name="Mark read").press("Enter")
    expect(link(page, start)).not_to_have_attribute("data-unread", "")


def test_KB_02_and_KB_03_letters_act_outside_fields_and_only_while_wanted(house: House) -> None:
    ana, _bob, room = scene(house, ["to be read"])
    context = house.context(ana)
    page = house.enter(ana, room, context=context)
    shortcuts = page.get_by_role("dialog", name="Keyboard")
    box(page).press("?")
    expect(box(page)).to_have_value("?")
    expect(shortcuts).to_be_hidden()
    box(page).fill("")
    row(page, "to be read").focus()
    page.keyboard.press("?")
    expect(shortcuts).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "to be read")).to_be_focused()
    # Typing on a row goes into the message box, but for the letters that mean something there.
    page.keyboard.press("r")
    expect(page.locator("#composer-reply")).to_be_visible()
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#composer-reply")).to_be_hidden()
    row(page, "to be read").focus()
    page.keyboard.type("written anywhere")
    expect(box(page)).to_have_value("written anywhere")
    box(page).fill("")
    settings = context.new_page()
    settings.goto("/settings/keyboard/")
    connected(settings)
    for name in ("Single letters are shortcuts", "Typing anywhere goes into the message box"):
        with settings.expect_response("**/settings/keyboard/"):
            settings.get_by_role("checkbox", name=name).uncheck()
    settings.close()
    page.reload()
    connected(page)
    row(page, "to be read").focus()
    page.keyboard.type("r?x")
    expect(page.locator("#composer-reply")).to_be_hidden()
    expect(shortcuts).to_be_hidden()
    expect(box(page)).to_have_value("")
    expect(row(page, "to be read")).to_be_focused()


def test_SR_04_and_SR_07_and_SR_08_rows_lines_and_lists_have_names(house: House) -> None:
    ana, bob, room = scene(house, ["plain", "Thanks for the review"])
    said = house.stage.stored(room=room)[1]
    for emoji in ("👍", "🎉"):
        house.stage.react(room=room, user=ana.id, message=said["id"], emoji=emoji)
    house.stage.edit(
        room=room, user=bob.id, message=said["id"], text="Thanks for the *review*, [see](http://x.test)"
    )
    house.say(room, bob, "unread")
    page = house.enter(ana, room)
    name = row(page, "Thanks for").get_attribute("aria-label") or ""
    assert re.fullmatch(rf"{bob.name}, \d\d:\d\d, Thanks for the review, see, 2 reactions, edited", name), (
        name
    )
    for separator in page.locator("#messages").get_by_role("separator").all():
        assert separator.get_attribute("aria-label")
        assert separator.evaluate("e => e.parentElement.tagName === 'LI' && e.nextElementSibling !== null")
    # All rows are one stop, the links in them too.
    assert page.locator("#messages :is(.message[tabindex='0'])").count() == 1
    assert row(page, "Thanks for").locator(".message__body a").get_attribute("tabindex") == "-1"
    row(page, "Thanks for").focus()
    assert row(page, "Thanks for").locator(".message__body a").get_attribute("tabindex") is None
    field = box(page)
    field.press_sequentially("@gue")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.locator("#suggestion-0")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#announcer-polite")).to_have_text(re.compile(r"\d+ pe"))
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button')]"
        ".filter(b => b.checkVisibility() && !b.ariaLabel && !b.textContent.trim()).map(b => b.outerHTML)"
    )
    assert unnamed == []


def test_CO_12_emoji_by_shortcode_by_search_and_in_ones_own_tone(house: House) -> None:
    ana, _bob, room = scene(house, ["worth a rocket", "`code`\n```\nprint(1)\n```"])
    page = house.enter(ana, room)
    field = box(page)
    field.press_sequentially("go :rocke")
    listbox = page.get_by_role("listbox", name="Suggestions")
    expect(listbox.get_by_role("option").first).to_contain_text(":rocket:")
    field.press("Enter")
    expect(field).to_have_value("go 🚀 ")
    field.press_sequentially("at 10:30 :zzzz")
    expect(listbox).to_be_hidden()
    field.fill("")
    page.get_by_role("button", name="Emoji", exact=True).click()
    search = page.get_by_role("combobox", name="Search emoji")
    expect(search).to_be_focused()
    picker = page.get_by_role("dialog", name="Emoji")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        picker.get_by_label("Skin tone 3").check(force=True)
    search.fill("thumbs up")
    expect(picker.get_by_role("option").first).to_have_text("👍🏽")
    search.press("Enter")
    expect(field).to_have_value("👍🏽")
    expect(field).to_be_focused()
    expect(picker).to_be_hidden()
    # The same for reactions, beyond the quick ones.
    row(page, "worth a rocket").focus()
    page.keyboard.press("+")
    page.get_by_role("button", name="More emoji").click()
    search.fill("rocket")
    expect(picker.get_by_role("option").first).to_have_text("🚀")
    search.press("Enter")
    expect(row(page, "worth a rocket").get_by_role("button", name="🚀, 1, with you")).to_be_visible()
    # What was used comes first, and the tone is remembered with the account.
    page.reload()
    connected(page)
    page.get_by_role("button", name="Emoji", exact=True).click()
    expect(picker.get_by_role("option").first).to_have_text("🚀")
    expect(picker.get_by_role("option").nth(1)).to_have_text("👍🏽")
    page.keyboard.press("Escape")
    # Code has a button to copy it.
    page.locator(".message pre").focus()
    page.get_by_role("button", name="Copy code").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")


def test_CO_03_and_CO_05_enter_as_one_likes_it_and_one_draft_for_two_tabs(house: House) -> None:
    ana, _bob, room = scene(house, ["hello"])
    context = house.context(ana)
    settings = context.new_page()
    settings.goto("/settings/keyboard/")
    connected(settings)
    with settings.expect_response("**/settings/keyboard/"):
        settings.get_by_role("checkbox", name="Send with Ctrl+Enter").check()
    settings.close()
    page, second = house.enter(ana, room, context=context), house.enter(ana, room, context=context)
    expect(page.locator("#composer-hint")).to_have_text("Ctrl+Enter sends")
    box(page).press_sequentially("one")
    box(page).press("Enter")
    box(page).press_sequentially("two")
    expect(box(page)).to_have_value("one\ntwo")
    second.evaluate("document.activeElement.blur()")
    expect(box(second)).to_have_value("one\ntwo")
    # What is being typed is never written over.
    box(second).fill("mine")
    box(page).press_sequentially("!")
    page.wait_for_function("() => Object.values(localStorage).some(text => text.includes('two!'))")
    expect(box(second)).to_have_value("mine")
    box(page).press("Control+Enter")
    expect(row(page, "two!")).to_have_attribute("data-state", "sent")
    expect(rows(page).last).to_contain_text("one")


def test_hints_come_one_at_a_time_and_never_again(house: House) -> None:
    ana, _bob, room = scene(house, ["hello"])
    context = house.context(ana)
    page = house.enter(ana, room, context=context)
    hints = page.locator("#hints")
    first = hints.locator("[data-hint]:visible")
    expect(first).to_have_count(1)
    name = first.get_attribute("data-hint")
    with page.expect_response("**/settings/hint/"):
        first.get_by_role("button").click()
    expect(hints).to_be_hidden()
    page.reload()
    connected(page)
    expect(hints.locator(f"[data-hint={name}]:visible")).to_have_count(0)
    assert hints.locator("[data-hint]:visible").count() <= 1
