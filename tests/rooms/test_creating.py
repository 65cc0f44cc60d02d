"""Opening rooms: who may, what they may be called, and what stands in them at first."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import FOREVER, User
from chat.models import Message, Room
from chat.rooms.actions import create_room
from tests.base import browser_of, hearing, membership, refused
from tests.cast import Cast


def test_a_new_room_has_its_maker_as_owner_and_one_line(cast: Cast) -> None:
    with hearing() as heard:
        room = create_room(user=cast.bob, name="Low tide", topic="Birds", kind="closed")
    assert (room.kind, room.name, room.topic, room.seq, room.last_seq) == (
        "closed",
        "Low tide",
        "Birds",
        1,
        0,
    )
    assert room.created_by == cast.bob
    mine = membership(room, cast.bob)
    assert (mine.role, mine.since_seq, mine.read_seq) == ("owner", 1, 1)
    assert Message.objects.get(room=room).arguments["act"] == "room_created"
    assert [(group, envelope["type"]) for group, envelope in heard] == [
        (f"user.{cast.bob.pk}", "user.joined")
    ]


def test_a_closed_room_of_the_same_name_tells_nothing(cast: Cast) -> None:
    room = create_room(user=cast.carol, name=cast.workshop.name, kind="closed")
    assert room.pk != cast.workshop.pk
    page = browser_of(cast.carol).get("/rooms/").content.decode()
    assert str(room.pk) in page
    assert str(cast.workshop.pk) not in page


@pytest.mark.parametrize("change", [{"suspended_until": FOREVER}, {"role": "guest"}, {"state": "closed"}])
def test_guests_and_suspended_people_open_no_rooms(cast: Cast, change: dict[str, Any]) -> None:
    User.objects.filter(pk=cast.bob.pk).update(**change)
    with refused("forbidden"):
        create_room(user=User.objects.get(pk=cast.bob.pk), name="Mine")
    assert not Room.objects.filter(name="Mine").exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid"),
        (" \u200b\u202e\x00 ", "invalid"),
        ("\ud800", "invalid"),
        ("x" * 81, "too_large"),
        ("x" * 100_000, "too_large"),
    ],
)
def test_names_that_no_room_can_have(cast: Cast, name: str, code: str) -> None:
    with refused(code):
        create_room(user=cast.bob, name=name)


@pytest.mark.parametrize("kind", ["direct", "", "secret"])
def test_kinds_that_nobody_opens(cast: Cast, kind: str) -> None:
    with refused("invalid"):
        create_room(user=cast.bob, name="Room", kind=kind)


def test_names_are_cleaned_of_what_nobody_sees(cast: Cast) -> None:
    assert create_room(user=cast.bob, name="  Low\u202e \n tide\u200b ").name == "Low tide"


def test_the_form_takes_no_other_field(cast: Cast) -> None:
    answer = browser_of(cast.bob).post(
        "/rooms/new/",
        {"name": "Mine", "kind": "open", "is_default": "1", "seq": "9", "created_by": cast.alice.pk, "id": 7},
    )
    room = Room.objects.get(name="Mine")
    assert answer.headers["Location"] == f"/rooms/{room.pk}/"
    assert (room.is_default, room.seq, room.created_by) == (False, 1, cast.bob)
    assert room.pk != 7
