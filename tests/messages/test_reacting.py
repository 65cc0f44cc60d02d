"""reaction.add and .remove: one each per person and emoji; what is there already changes nothing."""

from __future__ import annotations

import pytest

from accounts.models import User
from chat.constants import REACTIONS_PER_MESSAGE
from chat.messages.actions import delete_message
from chat.messages.actions import react as act
from chat.models import Membership, Message, Reaction
from tests.base import events_of, fresh, hearing, no_number_taken, refused, say
from tests.cast import Cast


def react(user: User, message: Message, emoji: str = "👍", *, present: bool = True) -> None:
    act(user=user, room_id=message.room_id, message_id=message.pk, emoji=emoji, present=present)
    message.refresh_from_db()


def test_a_reaction_is_added_and_taken_back_each_with_a_number(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    with hearing() as heard:
        react(cast.mona, message)
        react(cast.gus, message)
        react(cast.mona, message, present=False)
    assert [event["seq"] for event in events_of(heard)] == [3, 4, 5]
    assert [event["message"]["reactions"] for event in events_of(heard)] == [
        [["👍", [cast.mona.pk]]],
        [["👍", [cast.mona.pk, cast.gus.pk]]],
        [["👍", [cast.gus.pk]]],
    ]
    assert (message.seq, message.changed_seq) == (2, 5)
    assert fresh(cast.workshop).last_seq == 2


def test_what_is_there_already_takes_no_number(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    with no_number_taken(cast.workshop):
        react(cast.mona, message, present=False)
    react(cast.mona, message)
    with no_number_taken(cast.workshop):
        react(cast.mona, message)
    assert message.reactions.count() == 1


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_the_room_there_is_nothing_to_react_to(cast: Cast, who: str) -> None:
    message = say(cast.bob, cast.workshop)
    outsider = getattr(cast, who)
    assert not Membership.objects.active().filter(room=cast.workshop, user=outsider).exists()
    for present in (True, False):
        with refused("not_found", cast.workshop):
            react(outsider, message, present=present)


def test_who_may_only_read_does_not_react(cast: Cast) -> None:
    with refused("read_only", cast.workshop):
        react(cast.trent, say(cast.bob, cast.workshop))


def test_a_message_is_not_reached_through_another_room(cast: Cast) -> None:
    message = say(cast.bob, cast.duo)
    with refused("not_found", cast.workshop):
        act(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk, emoji="👍", present=True)
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("text", ["", "a", "👍👍", "👍a", "<b>", "\x00", "\ud83d", "1", "🇩", "👍" * 5000])
def test_only_one_emoji_is_a_reaction(cast: Cast, text: str) -> None:
    message = say(cast.bob, cast.workshop)
    with refused("invalid", cast.workshop):
        react(cast.mona, message, text)


def test_composed_emoji_are_one(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    for emoji in ("👩‍👩‍👧‍👦", "🏳️‍🌈", "👋🏽", "🇩🇪", "❤️"):
        react(cast.mona, message, emoji)
    assert message.reactions.count() == 5


def test_a_message_bears_only_so_many_different_ones(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    Reaction.objects.bulk_create(
        Reaction(message=message, user=cast.alice, emoji=chr(0x1F600 + offset))
        for offset in range(REACTIONS_PER_MESSAGE)
    )
    with refused("invalid", cast.workshop):
        react(cast.mona, message, "🐢")
    react(cast.mona, message, chr(0x1F600))  # one that is there has room for everybody


def test_deleted_messages_and_lines_of_the_system_take_none(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk)
    with refused("not_found", cast.workshop):
        react(cast.mona, message)
    with refused("forbidden", cast.workshop):
        react(cast.mona, Message.objects.get(room=cast.workshop, kind="system"))
