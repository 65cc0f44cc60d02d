"""Pins of a room and what people save: who may, what everybody hears, what a deletion takes along, what nobody sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat import constants
from chat.messages.actions import delete_message, edit_message
from chat.messages.keeping import actions
from chat.messages.keeping.queries import pins_of, saved_in, saved_page
from chat.messages.queries import first_since
from chat.models import Message, Room, Saved
from chat.moderation.texts.actions import hide, show
from chat.rooms.actions import remove_member
from chat.socket.sync import read_part
from tests.base import browser_of, events_of, fresh, hearing, no_number_taken, refused, say
from tests.cast import Cast


def pin(user: User, message: Message, *, pinned: bool = True) -> None:
    actions.pin_message(user=user, room_id=message.room_id, message_id=message.pk, pinned=pinned)
    message.refresh_from_db()


def save(user: User, message: Message, *, saved: bool = True) -> None:
    actions.save_message(user=user, room_id=message.room_id, message_id=message.pk, saved=saved)


def test_a_pin_is_a_change_that_everybody_hears_and_catches_up_with(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    head = fresh(cast.workshop).seq
    with hearing() as heard:
        pin(cast.mona, message)
    [event] = events_of(heard)
    assert (event["type"], event["seq"], event["message"]["pinned_at"] is not None) == (
        "message.updated",
        head + 1,
        True,
    )
    assert 'data-word="pinned"' in event["html"]
    [item] = read_part(cast.gus, cast.workshop.pk, head, first=True).frame["items"]
    assert item["message"]["pinned_at"] == event["message"]["pinned_at"]
    with no_number_taken(cast.workshop):
        pin(cast.alice, message)
    assert [one.pinned_by for one in pins_of(cast.workshop.pk)] == [cast.mona]
    with hearing() as heard:
        pin(cast.alice, message, pinned=False)
    assert events_of(heard)[0]["message"]["pinned_at"] is None
    assert pins_of(cast.workshop.pk) == []


def test_an_edit_keeps_the_pin_and_the_last_pinned_stands_first(cast: Cast) -> None:
    first, second = say(cast.bob, cast.workshop, "one"), say(cast.bob, cast.workshop, "two")
    pin(cast.mona, second)
    pin(cast.mona, first)
    base = first.changed_seq
    edit_message(user=cast.bob, room_id=cast.workshop.pk, message_id=first.pk, base=base, text="one, edited")
    assert [one.source for one in pins_of(cast.workshop.pk)] == ["one, edited", "two"]


@pytest.mark.parametrize("way", ["author", "moderator", "hidden"])
def test_what_goes_is_pinned_no_more_and_does_not_come_back_so(cast: Cast, way: str) -> None:
    message = say(cast.bob, cast.workshop)
    pin(cast.mona, message)
    if way == "hidden":
        hide(message, by=cast.mona)
        show(message)
    else:
        by = cast.bob if way == "author" else cast.mona
        delete_message(user=by, room_id=cast.workshop.pk, message_id=message.pk)
    message.refresh_from_db()
    assert (message.pinned_at, message.pinned_by) == (None, None)


def test_both_may_pin_in_a_conversation_and_nobody_the_systems_lines(cast: Cast) -> None:
    pin(cast.bob, say(cast.alice, cast.duo))
    line = cast.workshop.messages.get(kind="system")
    with refused("forbidden", cast.workshop):
        pin(cast.mona, line)
    with refused("forbidden"):
        save(cast.mona, line)


def test_a_room_has_room_for_so_many_pins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PINS_PER_ROOM", 1)
    first, second = say(cast.bob, cast.workshop), say(cast.bob, cast.workshop)
    pin(cast.mona, first)
    with refused("invalid", cast.workshop):
        pin(cast.mona, second)
    pin(cast.mona, first, pinned=False)
    pin(cast.mona, second)
    assert constants.PINS_PER_ROOM > 1


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_the_room_there_is_nothing_to_pin_or_to_save(cast: Cast, who: str) -> None:
    message, outsider = say(cast.bob, cast.workshop), getattr(cast, who)
    for act in (pin, save):
        with refused("not_found", cast.workshop):
            act(outsider, message)
    with refused("not_found"):
        save(outsider, message, saved=False)


def test_a_message_is_not_pinned_or_saved_through_another_room(cast: Cast) -> None:
    elsewhere = say(cast.bob, cast.duo)
    for act, flag in ((actions.pin_message, "pinned"), (actions.save_message, "saved")):
        with refused("not_found", cast.workshop):
            act(user=cast.alice, room_id=cast.workshop.pk, message_id=elsewhere.pk, **{flag: True})
    assert not Saved.objects.exists()


def test_saving_tells_only_ones_own_tabs_and_once(cast: Cast) -> None:
    message = say(cast.alice, cast.workshop)
    with hearing() as heard:
        save(cast.bob, message)
        save(cast.bob, message)
    assert [event["saved"] for event in events_of(heard)] == [True]
    with no_number_taken(cast.workshop):
        save(cast.bob, message)
    with hearing() as heard:
        save(cast.bob, message, saved=False)
        save(cast.bob, message, saved=False)
    assert [group for group, _envelope in heard] == [f"user.{cast.bob.pk}"]
    assert events_of(heard) == [
        {"type": "saved.changed", "room": cast.workshop.pk, "message": message.pk, "saved": False}
    ]


def test_what_is_saved_is_seen_by_its_keeper_and_only_while_they_may_read_it(cast: Cast) -> None:
    kept = [say(cast.alice, cast.workshop, text) for text in ("first", "second", "deleted", "hidden")]
    for message in kept:
        save(cast.bob, message)
    assert saved_in(cast.workshop.pk, cast.mona.pk) == []
    delete_message(user=cast.alice, room_id=cast.workshop.pk, message_id=kept[2].pk)
    hide(kept[3], by=cast.mona)
    assert [row.message.source for row in saved_page(cast.bob.pk).rows] == ["second", "first"]
    assert "second" in browser_of(cast.bob).get("/saved/").content.decode()
    remove_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.bob.pk)
    assert saved_page(cast.bob.pk).rows == []
    page = browser_of(cast.bob).get("/saved/").content.decode()
    assert "second" not in page
    assert cast.workshop.name not in page
    save(cast.bob, kept[0], saved=False)
    assert not Saved.objects.filter(user=cast.bob, message=kept[0]).exists()


def test_pages_of_saved_messages_join_without_a_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.messages.keeping.queries.SAVED_PAGE", 2)
    for number in range(5):
        save(cast.bob, say(cast.alice, cast.workshop, str(number)))
    found, key = [], None
    for _page in range(3):
        page = saved_page(cast.bob.pk, key)
        found += [row.message.source for row in page.rows]
        key = page.next_key
    assert (found, key) == (["4", "3", "2", "1", "0"], None)
    for before in ("x", "-1", "9" * 40, "١"):
        assert browser_of(cast.bob).get("/saved/", {"before": before}).status_code == 200


def test_one_person_saves_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SAVED_PER_PERSON", 1)
    save(cast.bob, say(cast.alice, cast.workshop))
    with refused("invalid"):
        save(cast.bob, say(cast.alice, cast.workshop))
    assert Saved.objects.count() == 1


def write_days(room: Room, author: User, days: list[int]) -> list[Message]:
    """One message on each of these days of November 2026, at noon in UTC."""
    said = [say(author, room, f"day {each}") for each in days]
    for message, each in zip(said, days, strict=True):
        Message.objects.filter(pk=message.pk).update(created_at=datetime(2026, 11, each, 12, tzinfo=UTC))
    return said


def test_the_first_words_since_a_moment_are_found_past_what_is_deleted(cast: Cast) -> None:
    said = write_days(cast.duo, cast.bob, [2, 2, 3, 5, 9, 9, 20])
    delete_message(user=cast.bob, room_id=cast.duo.pk, message_id=said[3].pk)
    head = fresh(cast.duo).seq

    def found(day: int) -> int | None:
        place = first_since(cast.duo.pk, head, datetime(2026, 11, day, tzinfo=UTC))
        return place and said.index(Message.objects.get(pk=place[0]))

    assert [found(day) for day in (1, 2, 3, 4, 9, 10, 20, 21)] == [0, 0, 2, 4, 4, 6, 6, None]
    assert first_since(cast.lounge.pk, 0, datetime(2026, 11, 1, tzinfo=UTC)) is None


def test_a_room_opens_at_a_day_of_the_viewers_own(cast: Cast) -> None:
    said = write_days(cast.duo, cast.bob, [2, 9])
    browser = browser_of(cast.alice)

    def target(on: str) -> object:
        return browser.get(f"/rooms/{cast.duo.pk}/day/", {"on": on}).context["target"]

    assert (target("2026-11-02"), target("2026-11-03")) == (said[0].pk, said[1].pk)
    User.objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Kiritimati")  # 14 hours ahead
    assert (target("2026-11-03"), target("2026-11-04")) == (said[0].pk, said[1].pk)
    late = browser.get(f"/rooms/{cast.duo.pk}/day/", {"on": str(timezone.localdate() + timedelta(days=2))})
    assert "Nothing has been written since that day." in late.content.decode()


@pytest.mark.parametrize("on", ["", "today", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-0١", "\x00"])
def test_what_is_no_date_is_said_so(cast: Cast, on: str) -> None:
    answer = browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/day/", {"on": on})
    assert answer.status_code == 400
    assert "That is not a date." in answer.content.decode()
