"""message.delete: a tombstone stays. One's own is gone for good; what a moderator removes lies in the bin."""

from __future__ import annotations

import pytest

from accounts.models import FOREVER, User
from chat.messages.actions import delete_message, edit_message, react
from chat.models import Membership, Mention, Message, Reaction, RemovedMessage, Revision
from chat.rooms.actions import archive_room
from tests.base import events_of, fresh, hearing, numbers, refused, say
from tests.cast import Cast


def delete(user: User, message: Message) -> None:
    delete_message(user=user, room_id=message.room_id, message_id=message.pk)
    message.refresh_from_db()


def worn(cast: Cast) -> Message:
    """Bob's message with all that can hang on one."""
    message = say(cast.bob, cast.workshop, "the gull word, @mona")
    react(user=cast.gus, room_id=message.room_id, message_id=message.pk, emoji="👀", present=True)
    edit_message(
        user=cast.bob, room_id=message.room_id, message_id=message.pk, base=2, text="the gull, @mona @gus"
    )
    message.refresh_from_db()
    return message


def test_a_deletion_leaves_a_tombstone_with_a_number_of_its_own(cast: Cast) -> None:
    message = worn(cast)
    with hearing() as heard:
        delete(cast.bob, message)
    assert (message.seq, message.changed_seq) == (2, 5)
    assert (message.is_deleted, message.deleted_by) == (True, cast.bob)
    (event,) = events_of(heard)
    assert (event["type"], event["seq"], event["message"]["deleted"]) == ("message.deleted", 5, True)
    assert "gull" not in str(heard)
    assert numbers(cast.workshop) == [1, 2]


def test_of_ones_own_nothing_is_left(cast: Cast) -> None:
    message = worn(cast)
    delete(cast.bob, message)
    assert (message.source, message.html, message.arguments) == ("", "", {})
    for rows in (Reaction, Mention, Revision, RemovedMessage):
        assert not rows.objects.filter(message=message).exists(), rows


def test_what_a_moderator_removes_lies_in_the_bin(cast: Cast) -> None:
    message = worn(cast)
    delete(cast.mona, message)
    assert (message.source, message.html, message.deleted_by) == ("", "", cast.mona)
    removed = RemovedMessage.objects.get(message=message)
    assert (removed.source, removed.removed_by) == ("the gull, @mona @gus", cast.mona)
    assert not Mention.objects.filter(message=message).exists()


def test_a_moderators_own_message_needs_no_bin(cast: Cast) -> None:
    message = say(cast.mona, cast.workshop)
    delete(cast.mona, message)
    assert not RemovedMessage.objects.exists()


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_the_room_there_is_no_message_to_delete(cast: Cast, who: str) -> None:
    message = say(cast.bob, cast.workshop)
    outsider = getattr(cast, who)
    assert not Membership.objects.active().filter(room=cast.workshop, user=outsider).exists()
    with refused("not_found", cast.workshop):
        delete(outsider, message)


@pytest.mark.parametrize("who", ["trent", "gus", "robo"])
def test_members_delete_nobody_elses(cast: Cast, who: str) -> None:
    message = say(cast.bob, cast.workshop)
    with refused("forbidden", cast.workshop):
        delete(getattr(cast, who), message)


def test_in_a_direct_room_each_deletes_their_own_only(cast: Cast) -> None:
    message = say(cast.bob, cast.duo)
    with refused("forbidden", cast.duo):
        delete(cast.alice, message)  # though she owns the instance
    delete(cast.bob, message)


def test_a_message_is_not_reached_through_another_room(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    with refused("not_found", cast.lounge):
        delete_message(user=cast.mona, room_id=cast.lounge.pk, message_id=message.pk)


def test_lines_of_the_system_stay(cast: Cast) -> None:
    line = Message.objects.get(room=cast.workshop, kind="system")
    with refused("forbidden", cast.workshop):
        delete(cast.alice, line)


def test_a_second_deletion_takes_no_number(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    delete(cast.bob, message)
    numbers = fresh(cast.workshop).seq
    delete(cast.bob, message)
    assert fresh(cast.workshop).seq == numbers
    with refused("not_found", cast.workshop):
        delete(cast.mona, message)
    assert not RemovedMessage.objects.exists()


def test_the_newest_living_message_is_known_after_the_newest_is_deleted(cast: Cast) -> None:
    first, second, third = (say(cast.bob, cast.workshop, text) for text in ("one", "two", "three"))
    delete(cast.bob, second)
    assert fresh(cast.workshop).last_seq == third.seq
    delete(cast.bob, third)
    assert fresh(cast.workshop).last_seq == first.seq
    delete(cast.bob, first)
    assert fresh(cast.workshop).last_seq == 0  # the system's line above them is nothing to read
    assert fresh(cast.workshop).seq == 7


def test_archived_rooms_can_still_be_cleaned(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    delete(cast.mona, message)
    assert message.is_deleted


def test_a_suspended_person_deletes_nothing(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    User.objects.filter(pk=cast.bob.pk).update(suspended_until=FOREVER)
    with refused("forbidden", cast.workshop):
        delete(cast.bob, message)
