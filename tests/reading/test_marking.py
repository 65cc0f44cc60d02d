"""read.mark, read.unmark, read.mark_all: forward from any tab in any order, backward only by a verb of its own."""

from __future__ import annotations

import pytest

from accounts.models import User
from chat.reading.actions import mark_all_read, mark_read, unmark_read
from tests.base import events_of, hearing, membership, refused, say
from tests.cast import Cast


def position(cast: Cast, user: User) -> int:
    return membership(cast.workshop, user).read_seq


def test_reading_moves_forward_and_ones_other_tabs_hear_it(cast: Cast) -> None:
    for text in ("one", "two @bob", "three"):
        say(cast.alice, cast.workshop, text)
    with hearing() as heard:
        mark_read(user=cast.bob, room_id=cast.workshop.pk, seq=2)
    assert position(cast, cast.bob) == 2
    assert [group for group, _envelope in heard] == [f"user.{cast.bob.pk}"]
    assert events_of(heard) == [
        {"type": "read", "room": cast.workshop.pk, "seq": 2, "unread": True, "mentions": 1}
    ]


def test_marks_in_any_order_end_at_the_furthest_and_silently(cast: Cast) -> None:
    for text in ("one", "two", "three"):
        say(cast.alice, cast.workshop, text)
    mark_read(user=cast.bob, room_id=cast.workshop.pk, seq=4)
    with hearing() as heard:
        for seq in (2, 4, 0, 3):
            mark_read(user=cast.bob, room_id=cast.workshop.pk, seq=seq)
    assert position(cast, cast.bob) == 4
    assert heard == []


def test_nobody_reads_beyond_the_head(cast: Cast) -> None:
    say(cast.alice, cast.workshop)
    mark_read(user=cast.bob, room_id=cast.workshop.pk, seq=2**53)
    assert position(cast, cast.bob) == 2


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_there_is_nothing_to_mark(cast: Cast, who: str) -> None:
    outsider = getattr(cast, who)
    assert not cast.workshop.memberships.active().filter(user=outsider).exists()
    for act in (mark_read, unmark_read):
        with refused("not_found", cast.workshop):
            act(user=outsider, room_id=cast.workshop.pk, seq=1)


def test_a_message_is_made_unread_again_with_all_after_it(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "one @bob")
    say(cast.alice, cast.workshop, "two @bob")
    mark_read(user=cast.bob, room_id=cast.workshop.pk, seq=3)
    with hearing() as heard:
        unmark_read(user=cast.bob, room_id=cast.workshop.pk, seq=3)
    assert position(cast, cast.bob) == 2
    (event,) = events_of(heard)
    assert (event["unread"], event["mentions"]) == (True, 1)
    unmark_read(user=cast.bob, room_id=cast.workshop.pk, seq=0)
    assert position(cast, cast.bob) == 0


def test_unmarking_never_moves_forward(cast: Cast) -> None:
    say(cast.alice, cast.workshop)
    with hearing() as heard:
        unmark_read(user=cast.bob, room_id=cast.workshop.pk, seq=2)
        unmark_read(user=cast.bob, room_id=cast.workshop.pk, seq=2**53)
    assert position(cast, cast.bob) == 1
    assert heard == []


def test_everything_is_read_at_once_where_something_was_unread(cast: Cast) -> None:
    say(cast.alice, cast.workshop)
    say(cast.alice, cast.duo)
    with hearing() as heard:
        mark_all_read(user=cast.bob)
    assert {(event["room"], event["seq"], event["unread"]) for event in events_of(heard)} == {
        (cast.workshop.pk, 2, False),
        (cast.duo.pk, 1, False),
    }
    with hearing() as heard:
        mark_all_read(user=cast.bob)
    assert heard == []


def test_everything_is_only_what_one_is_in(cast: Cast) -> None:
    say(cast.alice, cast.workshop)
    mark_all_read(user=cast.erin)
    assert position(cast, cast.erin) == 0
