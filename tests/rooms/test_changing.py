"""Renaming and archiving: each change is a line with a number; what is the same changes nothing."""

from __future__ import annotations

import pytest

from chat.access.permissions import Permission
from chat.models import Membership, Message
from chat.rooms.actions import _change_room, archive_room, rename_room
from tests.base import events_of, fresh, hearing, no_number_taken, refused, say
from tests.cast import Cast


def test_a_moderator_renames_and_everyone_hears_it(cast: Cast) -> None:
    with hearing() as heard:
        rename_room(user=cast.mona, room_id=cast.workshop.pk, name="Boat shed", topic="Hulls")
    room = fresh(cast.workshop)
    assert (room.name, room.topic, room.seq, room.last_seq) == ("Boat shed", "Hulls", 3, 0)
    first, second = events_of(heard)
    assert (first["type"], first["seq"], second["seq"]) == ("room.updated", 2, 3)
    assert second["room_facts"] == {
        "name": "Boat shed",
        "topic": "Hulls",
        "kind": "closed",
        "state": "active",
        "members": 6,
        "posting": "everyone",
        "slow_seconds": 0,
        "locked_until": None,
    }
    lines = Message.objects.filter(room=room, seq__gt=1).order_by("seq").values_list("arguments", flat=True)
    assert [(line["act"], line["value"]) for line in lines] == [
        ("renamed", "Boat shed"),
        ("topic_changed", "Hulls"),
    ]


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_there_is_no_room_to_change(cast: Cast, who: str) -> None:
    outsider = getattr(cast, who)
    assert not Membership.objects.active().filter(room=cast.workshop, user=outsider).exists()
    with refused("not_found", cast.workshop):
        rename_room(user=outsider, room_id=cast.workshop.pk, name="Mine")
    with refused("not_found", cast.workshop):
        archive_room(user=outsider, room_id=cast.workshop.pk, archived=True)


@pytest.mark.parametrize("who", ["bob", "trent", "gus", "robo"])
def test_members_do_not_rename(cast: Cast, who: str) -> None:
    with refused("forbidden", cast.workshop):
        rename_room(user=getattr(cast, who), room_id=cast.workshop.pk, name="Mine")


def test_direct_rooms_have_no_name_and_no_end(cast: Cast) -> None:
    with refused("forbidden", cast.duo):
        rename_room(user=cast.alice, room_id=cast.duo.pk, name="Us")
    with refused("forbidden", cast.duo):
        archive_room(user=cast.alice, room_id=cast.duo.pk, archived=True)


def test_the_same_name_takes_no_number(cast: Cast) -> None:
    with no_number_taken(cast.workshop):
        rename_room(user=cast.mona, room_id=cast.workshop.pk, name=" Workshop ", topic="")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "invalid"),
        ({"name": "\ud800"}, "invalid"),
        ({"name": "x" * 81}, "too_large"),
        ({"topic": "x" * 251}, "too_large"),
    ],
)
def test_names_and_topics_have_bounds(cast: Cast, change: dict[str, str], code: str) -> None:
    with refused(code, cast.workshop):
        rename_room(user=cast.mona, room_id=cast.workshop.pk, **change)


def test_an_archived_room_is_read_but_not_changed_until_it_is_reopened(cast: Cast) -> None:
    room = cast.workshop
    archive_room(user=cast.alice, room_id=room.pk, archived=True)
    assert (fresh(room).state, fresh(room).seq, fresh(room).acl_version) == ("archived", 2, 1)
    with refused("forbidden", room):
        rename_room(user=cast.mona, room_id=room.pk, name="Later")
    archive_room(user=cast.alice, room_id=room.pk, archived=False)
    assert say(cast.bob, room).seq == 4


def test_only_owners_archive(cast: Cast) -> None:
    with refused("forbidden", cast.workshop):
        archive_room(user=cast.mona, room_id=cast.workshop.pk, archived=True)


def test_the_room_where_everyone_arrives_stays_open(cast: Cast) -> None:
    with refused("forbidden", cast.lounge):
        archive_room(user=cast.alice, room_id=cast.lounge.pk, archived=True)


def test_archiving_twice_takes_one_number(cast: Cast) -> None:
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    with no_number_taken(cast.workshop):
        archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)


def test_who_loses_the_race_for_the_same_change_takes_no_number(cast: Cast) -> None:
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    with no_number_taken(cast.workshop):
        # Past the cheap check, which both passed before either had the lock.
        _change_room(cast.alice, cast.workshop.pk, Permission.ARCHIVE, "archived", {"state": "archived"})
