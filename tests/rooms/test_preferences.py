"""One's own pin and level in a room: seen by one's own tabs and by nobody else."""

from __future__ import annotations

import pytest

from chat.rooms.actions import set_preferences
from tests.base import browser_of, events_of, fresh, hearing, membership, refused
from tests.cast import Cast


def test_a_preference_reaches_ones_own_tabs_only_and_takes_no_number(cast: Cast) -> None:
    with hearing() as heard:
        set_preferences(user=cast.bob, room_id=cast.workshop.pk, pinned=True)
        set_preferences(user=cast.bob, room_id=cast.workshop.pk, level="nothing")
    assert fresh(cast.workshop).seq == 1
    mine = membership(cast.workshop, cast.bob)
    assert (mine.pinned, mine.level) == (True, "nothing")
    assert {group for group, _envelope in heard} == {f"user.{cast.bob.pk}"}
    assert [event["type"] for event in events_of(heard)] == ["settings.updated"] * 2
    assert membership(cast.workshop, cast.mona).pinned is False


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_there_is_nothing_to_prefer(cast: Cast, who: str) -> None:
    with refused("not_found", cast.workshop):
        set_preferences(user=getattr(cast, who), room_id=cast.workshop.pk, pinned=True)


@pytest.mark.parametrize("level", ["", "loud", "ALL", "x" * 5000, "\x00"])
def test_levels_that_are_none_are_refused(cast: Cast, level: str) -> None:
    with refused("invalid"):
        set_preferences(user=cast.bob, room_id=cast.workshop.pk, level=level)
    answer = browser_of(cast.bob).post(f"/rooms/{cast.workshop.pk}/level/", {"level": level})
    assert answer.status_code == 400
    assert membership(cast.workshop, cast.bob).level == "mentions"


@pytest.mark.parametrize("value", ["", "2", "true", "1 "])
def test_a_flag_is_1_or_0(cast: Cast, value: str) -> None:
    answer = browser_of(cast.bob).post(f"/rooms/{cast.workshop.pk}/pin/", {"pinned": value})
    assert answer.status_code == 400


def test_readers_have_preferences_too(cast: Cast) -> None:
    set_preferences(user=cast.trent, room_id=cast.workshop.pk, level="all")
    assert membership(cast.workshop, cast.trent).level == "all"
