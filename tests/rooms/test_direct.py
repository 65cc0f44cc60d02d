"""Direct rooms: one per set of people, for ever."""

from __future__ import annotations

from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import FOREVER, User
from chat.models import Membership, Room
from chat.rooms.actions import open_direct
from chat.rooms.rules import MOST_IN_DIRECT
from chat.rooms.sidebar import sidebar_of
from tests.base import browser_of, hearing, in_parallel, refused, say
from tests.cast import Cast, add_person, build_cast, make_person


def test_the_first_opening_makes_the_room_for_all_of_them(cast: Cast) -> None:
    with hearing() as heard:
        room = open_direct(user=cast.carol, people=[cast.mona.pk, cast.bob.pk])
    assert (room.kind, room.name, room.seq) == ("direct", "", 0)
    people = set(Membership.objects.active().filter(room=room).values_list("user__handle", flat=True))
    assert people == {"carol", "mona", "bob"}
    assert {envelope["type"] for _group, envelope in heard} == {"user.joined"}
    assert len(heard) == 3


def test_the_same_people_in_any_order_find_the_same_room(cast: Cast) -> None:
    room = open_direct(user=cast.carol, people=[cast.mona.pk, cast.bob.pk])
    with hearing() as heard:
        assert open_direct(user=cast.bob, people=[cast.carol.pk, cast.mona.pk, cast.bob.pk]) == room
    assert heard == []
    assert open_direct(user=cast.bob, people=[cast.alice.pk]) == cast.duo


def test_another_person_makes_another_room(cast: Cast) -> None:
    assert open_direct(user=cast.bob, people=[cast.alice.pk, cast.mona.pk]) != cast.duo


def test_an_outsider_finds_no_trace_of_it(cast: Cast) -> None:
    say(cast.bob, cast.duo, "between us")
    assert not Membership.objects.filter(room=cast.duo, user=cast.carol).exists()
    with refused("not_found", cast.duo):
        say(cast.carol, cast.duo)
    browser = browser_of(cast.mona)
    for page in ("/rooms/", "/sidebar/", "/direct/"):
        assert str(cast.duo.pk) not in browser.get(page).content.decode()


def test_nobody_or_only_oneself_is_no_conversation(cast: Cast) -> None:
    for people in ([], [cast.bob.pk]):
        with refused("invalid"):
            open_direct(user=cast.bob, people=people)


def test_a_conversation_has_a_bound(cast: Cast) -> None:
    crowd = [make_person(f"extra{number}") for number in range(MOST_IN_DIRECT)]
    User.objects.bulk_create(crowd)
    with refused("invalid"):
        open_direct(user=cast.bob, people=[one.pk for one in crowd])
    open_direct(user=cast.bob, people=[one.pk for one in crowd[:-1]])


def test_a_crowd_of_numbers_is_refused_before_anybody_is_looked_up(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0), refused("invalid"):
        open_direct(user=cast.bob, people=range(1, 10_000))


def test_people_who_are_not_there_look_alike(cast: Cast) -> None:
    gone, system = add_person("gone", state="closed"), add_person("clock", kind="system")
    for number in (7, 2**53, gone.pk, system.pk):
        with refused("not_found"):
            open_direct(user=cast.bob, people=[number])


def test_a_suspended_person_opens_none(cast: Cast) -> None:
    cast.carol.suspended_until = FOREVER
    with refused("forbidden"):
        open_direct(user=cast.carol, people=[cast.bob.pk])


def test_an_empty_one_shows_only_to_who_opened_it(cast: Cast) -> None:
    room = open_direct(user=cast.carol, people=[cast.mona.pk])
    assert [row.id for row in sidebar_of(cast.carol).directs] == [room.pk]
    assert sidebar_of(cast.mona).directs == []
    say(cast.carol, room)
    (row,) = sidebar_of(cast.mona).directs
    assert (row.id, row.name, row.unread, row.mentions) == (room.pk, "Carol", True, 1)


@pytest.mark.django_db(transaction=True)
def test_many_who_open_it_at_once_share_one_room() -> None:
    cast = build_cast()
    pairs = [(cast.carol, cast.mona), (cast.mona, cast.carol)] * 5
    rooms = in_parallel([partial(open_direct, user=one, people=[other.pk]) for one, other in pairs])
    assert len({room.pk for room in rooms}) == 1
    assert Room.objects.filter(kind="direct").count() == 2
    assert Membership.objects.filter(room=rooms[0]).count() == 2
