"""message.send: stored once, numbered without a hole, refused without a trace."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import FOREVER, User
from chat import limits
from chat.errors import ChatError
from chat.messages.actions import delete_message, edit_message, send_message
from chat.models import Mention, Message
from chat.rooms.actions import archive_room, remove_member
from tests.base import events_of, fresh, hearing, membership, no_number_taken, numbers, refused, say
from tests.cast import Cast, add_person


def test_a_message_is_stored_numbered_and_announced_once(cast: Cast) -> None:
    with hearing() as heard:
        message = say(cast.bob, cast.workshop, "**Low** tide at noon.")
    assert (message.seq, message.changed_seq, message.author) == (2, 2, cast.bob)
    assert message.source == "**Low** tide at noon."
    assert "<strong>Low</strong>" in message.html
    room = fresh(cast.workshop)
    assert (room.seq, room.last_seq, room.acl_version) == (2, 2, 1)
    assert [group for group, _envelope in heard] == [f"room.{room.pk}"]
    (event,) = events_of(heard)
    assert (event["type"], event["room"], event["seq"]) == ("message.created", room.pk, 2)
    assert event["message"]["id"] == message.pk
    assert event["message"]["client_id"] == str(message.client_id)


def test_who_writes_has_read_up_to_their_own_message(cast: Cast) -> None:
    say(cast.alice, cast.workshop)
    message = say(cast.bob, cast.workshop)
    assert membership(cast.workshop, cast.bob).read_seq == message.seq
    assert membership(cast.workshop, cast.alice).read_seq == message.seq - 1


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_the_room_there_is_no_room_to_write_to(cast: Cast, who: str) -> None:
    outsider = getattr(cast, who)
    assert not cast.workshop.memberships.active().filter(user=outsider).exists()
    with refused("not_found", cast.workshop):
        say(outsider, cast.workshop)
    with refused("not_found"):
        send_message(user=outsider, room_id=7, text="hello", client_id=uuid.uuid4())


def test_an_open_room_must_be_joined_before_writing(cast: Cast) -> None:
    with refused("not_found", cast.lounge):
        say(cast.carol, cast.lounge)


def test_who_may_only_read_cannot_write(cast: Cast) -> None:
    with refused("read_only", cast.workshop):
        say(cast.trent, cast.workshop)


def test_a_suspended_person_reads_but_does_not_write(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(suspended_until=FOREVER)
    with refused("read_only", cast.workshop):
        say(cast.bob, cast.workshop)  # the object in hand is older than the suspension


def test_a_deactivated_person_is_nowhere(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(state="closed")
    with refused("not_found", cast.workshop):
        say(cast.bob, cast.workshop)


def test_nobody_writes_in_an_archived_room(cast: Cast) -> None:
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    with refused("read_only", cast.workshop):
        say(cast.alice, cast.workshop)


def test_bots_and_guests_write_where_they_are_members(cast: Cast) -> None:
    assert say(cast.robo, cast.workshop).author == cast.robo
    assert say(cast.gus, cast.workshop).author == cast.gus
    with refused("not_found", cast.duo):
        say(cast.gus, cast.duo)


# --- what may be sent


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid"),
        (" \n\t ", "invalid"),
        ("\x00", "invalid"),
        ("half a \ud83d pair", "invalid"),
        ("x" * 10_001, "too_large"),
        ("x" * 1_000_000, "too_large"),
        ("é" * 10_001, "too_large"),
    ],
)
def test_texts_that_cannot_be_stored_are_refused(cast: Cast, text: str, code: str) -> None:
    with refused(code, cast.workshop):
        say(cast.bob, cast.workshop, text)


def test_lengths_are_counted_in_code_points_after_composition(cast: Cast) -> None:
    assert len(say(cast.bob, cast.workshop, "😀" * 10_000).source) == 10_000
    assert len(say(cast.bob, cast.workshop, "e\u0301" * 10_000).source) == 10_000


def test_markup_of_the_sender_does_not_reach_the_page(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert "<script" not in message.html
    assert "<img" not in message.html


@pytest.mark.parametrize("key", ["", "not-a-uuid", "0" * 31, "g" * 32, "\ud800", "1" * 5000])
def test_a_key_that_is_no_uuid_is_refused(cast: Cast, key: str) -> None:
    with refused("invalid", cast.workshop):
        send_message(user=cast.bob, room_id=cast.workshop.pk, text="hello", client_id=key)


def test_too_many_messages_are_refused_and_say_when_to_come_back(cast: Cast, settings: Settings) -> None:
    assert settings.LIMITS_ON
    settings.CHAT = replace(settings.CHAT, messages_per_second=0.1, messages_burst=3)
    for _each in range(3):
        say(cast.bob, cast.workshop)
    with refused("rate_limited", cast.workshop) as caught:
        say(cast.bob, cast.workshop)
    assert 0 < caught.value.extra["retry_after"] <= 10
    say(cast.alice, cast.workshop)  # one person's haste is nobody else's wait


# --- once per intent


def test_the_same_key_and_content_is_the_same_answer_and_costs_nothing(
    cast: Cast, settings: Settings
) -> None:
    key = uuid.uuid4()

    def send() -> object:
        return send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key)

    first = send()
    with no_number_taken(cast.workshop):
        for _each in range(2 * int(settings.CHAT.messages_burst)):
            assert send() == first
    limits.check_may_post(cast.bob.pk)
    assert Message.objects.filter(client_id=key).count() == 1


def test_the_key_may_be_spelled_otherwise(cast: Cast) -> None:
    key = uuid.uuid4()
    first = send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=str(key).upper())
    assert first == send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key.hex)


@pytest.mark.parametrize("change", ["text", "room", "reply"])
def test_the_same_key_with_other_content_is_a_conflict(cast: Cast, change: str) -> None:
    key, other = uuid.uuid4(), say(cast.alice, cast.workshop)
    send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key)
    room = cast.lounge if change == "room" else cast.workshop
    with refused("conflict", room):
        send_message(
            user=cast.bob,
            room_id=room.pk,
            text="twice" if change == "text" else "once",
            client_id=key,
            reply_to=other.pk if change == "reply" else None,
        )


def test_a_repeat_after_an_edit_or_a_deletion_is_still_the_same_answer(cast: Cast) -> None:
    key, room = uuid.uuid4(), cast.workshop.pk
    first = send_message(user=cast.bob, room_id=room, text="once", client_id=key)
    edit_message(user=cast.bob, room_id=room, message_id=first.id, base=first.seq, text="changed")
    assert send_message(user=cast.bob, room_id=room, text="once", client_id=key) == first
    with refused("conflict"):
        send_message(user=cast.bob, room_id=room, text="changed", client_id=key)
    delete_message(user=cast.bob, room_id=room, message_id=first.id)
    assert send_message(user=cast.bob, room_id=room, text="once", client_id=key) == first
    assert Message.objects.get(pk=first.id).source == ""


def test_a_repeat_by_somebody_who_was_removed_meanwhile_tells_only_what_they_know(cast: Cast) -> None:
    key = uuid.uuid4()
    first = send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key)
    remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.bob.pk)
    assert send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key) == first
    with refused("not_found"):
        say(cast.bob, cast.workshop)


def test_keys_of_two_people_never_meet(cast: Cast) -> None:
    key = uuid.uuid4()
    mine = send_message(user=cast.bob, room_id=cast.workshop.pk, text="mine", client_id=key)
    hers = send_message(user=cast.mona, room_id=cast.workshop.pk, text="hers", client_id=key)
    assert mine.id != hers.id


# --- numbers


def test_numbers_have_no_hole_though_sends_fail_in_between(cast: Cast) -> None:
    for text in ("one", "", "two", "x" * 10_001, "three"):
        try:
            say(cast.bob, cast.workshop, text)
        except ChatError:
            continue
    with refused("read_only"):
        say(cast.trent, cast.workshop)
    assert numbers(cast.workshop) == [1, 2, 3, 4]
    assert fresh(cast.workshop).seq == 4


def test_the_gate_under_the_lock_gives_the_number_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from chat.messages import actions

    def late_removal(room_id: int, source: str, *, by: int) -> object:
        # Between the cheap check and the lock, where rendering happens, mona is faster.
        monkeypatch.undo()
        remove_member(user=cast.mona, room_id=room_id, user_id=cast.bob.pk)
        return actions._render(room_id, source, by=by)

    monkeypatch.setattr(actions, "_render", late_removal)
    with refused("not_found"):
        say(cast.bob, cast.workshop, "after the door")
    assert not Message.objects.filter(author=cast.bob).exists()
    assert fresh(cast.workshop).seq == 2  # the removal's own
    assert numbers(cast.workshop) == [1, 2]


# --- replies and mentions


def test_a_reply_names_a_message_of_the_same_room(cast: Cast) -> None:
    question = say(cast.alice, cast.workshop)
    assert say(cast.bob, cast.workshop, reply_to=question.pk).reply_to == question


def test_a_reply_to_what_is_not_in_the_room_is_refused_alike(cast: Cast) -> None:
    elsewhere = say(cast.alice, cast.duo, "between us")
    line = Message.objects.get(room=cast.workshop, kind="system")
    details = set()
    for target in (elsewhere.pk, line.pk, 7, 2**53):
        with refused("not_found", cast.workshop) as caught:
            say(cast.bob, cast.workshop, reply_to=target)
        details.add(str(caught.value.as_frame()))
    assert len(details) == 1


def test_only_members_of_the_room_are_mentioned(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "@mona @carol @erin @nobody @MONA")
    named = list(Mention.objects.filter(message=message).values_list("user__handle", flat=True))
    assert named == ["mona"]
    assert str(cast.carol.pk) not in message.html
    assert str(cast.erin.pk) not in message.html


def test_a_deactivated_member_is_not_mentioned(cast: Cast) -> None:
    User.objects.filter(pk=cast.mona.pk).update(state="closed")
    assert not Mention.objects.filter(message=say(cast.bob, cast.workshop, "@mona")).exists()


def test_times_and_numbers_are_the_servers(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    assert timezone.now() - message.created_at < timedelta(seconds=10)
    person = add_person("nina")
    assert person.pk < 2**53
    assert message.pk < 2**53
