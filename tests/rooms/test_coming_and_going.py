"""Joining, leaving, adding, removing: rows stay, rights end, and a removal closes the record behind it."""

from __future__ import annotations

import pytest

from accounts.models import FOREVER, User
from chat.models import Membership, Message
from chat.rooms.actions import add_member, archive_room, join_room, leave_room, remove_member
from tests.base import events_of, fresh, hearing, membership, no_number_taken, refused, say
from tests.cast import Cast, add_person, place


def join(user: User, cast: Cast) -> None:
    join_room(user=user, room_id=cast.lounge.pk)


# --- joining


def test_an_outsider_joins_an_open_room(cast: Cast) -> None:
    assert not Membership.objects.filter(user=cast.carol).exists()
    with hearing() as heard:
        join(cast.carol, cast)
    mine = membership(cast.lounge, cast.carol)
    assert (mine.state, mine.role, mine.since_seq, mine.read_seq) == ("active", "member", 1, 1)
    assert [(group, envelope["type"]) for group, envelope in heard] == [
        (f"room.{cast.lounge.pk}", "room.event"),
        (f"user.{cast.carol.pk}", "user.joined"),
    ]
    (event,) = events_of(heard)
    assert (event["type"], event["user"]["handle"]) == ("member.changed", "carol")
    assert fresh(cast.lounge).acl_version == 0  # nobody lost a right
    say(cast.carol, cast.lounge)


def test_who_is_inside_already_joins_without_a_trace(cast: Cast) -> None:
    with no_number_taken(cast.lounge):
        join(cast.bob, cast)


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_a_closed_room_is_not_there_to_join(cast: Cast, who: str) -> None:
    with refused("not_found", cast.workshop):
        join_room(user=getattr(cast, who), room_id=cast.workshop.pk)
    with refused("not_found"):
        join_room(user=getattr(cast, who), room_id=7)


def test_guests_join_only_by_being_added(cast: Cast) -> None:
    guest = add_person("gina", role="guest")
    with refused("not_found", cast.lounge):
        join(guest, cast)
    add_member(user=cast.bob, room_id=cast.lounge.pk, user_id=guest.pk)
    say(guest, cast.lounge)


def test_whoever_is_banned_stays_outside(cast: Cast) -> None:
    place(cast.lounge, cast.carol, state="banned")
    with refused("not_found", cast.lounge):
        join(cast.carol, cast)
    with refused("forbidden", cast.lounge):
        add_member(user=cast.bob, room_id=cast.lounge.pk, user_id=cast.carol.pk)


def test_suspended_people_and_archived_rooms_join_nothing(cast: Cast) -> None:
    cast.carol.suspended_until = FOREVER
    cast.carol.save()
    with refused("not_found", cast.lounge):
        join(cast.carol, cast)


# --- leaving


def test_leaving_keeps_the_row_and_revokes_the_right(cast: Cast) -> None:
    with hearing() as heard:
        leave_room(user=cast.bob, room_id=cast.workshop.pk)
    mine = membership(cast.workshop, cast.bob)
    assert (mine.state, mine.until_seq) == ("left", 2)
    assert fresh(cast.workshop).acl_version == 2
    assert [envelope["type"] for _group, envelope in heard] == ["room.event", "user.left"]
    assert heard[0][1]["acl"] == 2
    assert heard[1][1]["reason"] == "left"


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_there_is_nothing_to_leave(cast: Cast, who: str) -> None:
    with refused("not_found", cast.workshop):
        leave_room(user=getattr(cast, who), room_id=cast.workshop.pk)


def test_leaving_twice_takes_one_number(cast: Cast) -> None:
    leave_room(user=cast.bob, room_id=cast.workshop.pk)
    with refused("not_found", cast.workshop):
        leave_room(user=cast.bob, room_id=cast.workshop.pk)


def test_a_direct_room_is_for_ever(cast: Cast) -> None:
    with refused("forbidden", cast.duo):
        leave_room(user=cast.bob, room_id=cast.duo.pk)


def test_an_archived_room_can_be_left(cast: Cast) -> None:
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    leave_room(user=cast.bob, room_id=cast.workshop.pk)


def test_the_last_owner_hands_over_to_the_longest_standing_member(cast: Cast) -> None:
    leave_room(user=cast.alice, room_id=cast.workshop.pk)
    assert membership(cast.workshop, cast.mona).role == "owner"
    assert membership(cast.workshop, cast.alice).role == "member"


def test_a_room_is_not_handed_to_somebody_who_could_not_keep_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.mona.pk).update(state="closed")
    User.objects.filter(pk=cast.bob.pk).update(suspended_until=FOREVER)
    Membership.objects.filter(room=cast.workshop, user=cast.trent).update(created_at="2020-01-01T00:00Z")
    nina = add_person("nina")
    place(cast.workshop, nina)
    leave_room(user=cast.alice, room_id=cast.workshop.pk)
    owners = Membership.objects.filter(room=cast.workshop, role="owner").values_list(
        "user__handle", flat=True
    )
    assert list(owners) == ["nina"]  # neither a guest, a bot, a reader, nor somebody who is gone


def test_one_of_two_owners_leaves_and_nothing_is_handed_over(cast: Cast) -> None:
    Membership.objects.filter(room=cast.workshop, user=cast.bob).update(role="owner")
    leave_room(user=cast.alice, room_id=cast.workshop.pk)
    assert membership(cast.workshop, cast.mona).role == "moderator"


def test_the_last_one_leaves_an_empty_room(cast: Cast) -> None:
    Membership.objects.filter(room=cast.workshop).exclude(user=cast.alice).update(state="left")
    leave_room(user=cast.alice, room_id=cast.workshop.pk)
    assert not Membership.objects.active().filter(room=cast.workshop).exists()


def test_leaving_and_coming_back_does_not_lift_a_restriction(cast: Cast) -> None:
    leave_room(user=cast.trent, room_id=cast.lounge.pk)
    join(cast.trent, cast)
    assert membership(cast.lounge, cast.trent).state == "active"
    with refused("read_only", cast.lounge):
        say(cast.trent, cast.lounge)


def test_leaving_and_coming_back_does_not_keep_a_rank(cast: Cast) -> None:
    leave_room(user=cast.mona, room_id=cast.lounge.pk)
    join(cast.mona, cast)
    assert membership(cast.lounge, cast.mona).role == "member"


# --- adding


def test_a_member_adds_somebody(cast: Cast) -> None:
    with hearing() as heard:
        add_member(user=cast.bob, room_id=cast.workshop.pk, user_id=cast.carol.pk)
    assert membership(cast.workshop, cast.carol).since_seq == 2
    line = Message.objects.get(room=cast.workshop, seq=2).arguments
    assert (line["act"], line["actor"]["id"], line["target"]["id"]) == ("added", cast.bob.pk, cast.carol.pk)
    assert [envelope["type"] for _group, envelope in heard] == ["room.event", "user.joined"]


def test_somebody_comes_back_into_the_same_row(cast: Cast) -> None:
    add_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.erin.pk)
    hers = membership(cast.workshop, cast.erin)
    assert (hers.state, hers.since_seq, hers.until_seq) == ("active", 2, None)


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_one_adds_nobody_not_even_oneself(cast: Cast, who: str) -> None:
    outsider = getattr(cast, who)
    for person in (outsider, cast.gus):
        with refused("not_found", cast.workshop):
            add_member(user=outsider, room_id=cast.workshop.pk, user_id=person.pk)


@pytest.mark.parametrize("who", ["trent", "gus"])
def test_readers_and_guests_add_nobody(cast: Cast, who: str) -> None:
    with refused("forbidden", cast.workshop):
        add_member(user=getattr(cast, who), room_id=cast.workshop.pk, user_id=cast.carol.pk)


def test_a_member_who_is_there_is_added_without_a_trace(cast: Cast) -> None:
    with no_number_taken(cast.workshop):
        add_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.trent.pk)
    assert membership(cast.workshop, cast.trent).role == "read_only"


def test_people_who_are_not_there_look_alike(cast: Cast) -> None:
    gone, system = add_person("gone", state="closed"), add_person("clock", kind="system")
    for number in (7, 2**53, gone.pk, system.pk):
        with refused("not_found", cast.workshop):
            add_member(user=cast.mona, room_id=cast.workshop.pk, user_id=number)


def test_nobody_is_added_to_a_direct_or_an_archived_room(cast: Cast) -> None:
    with refused("forbidden", cast.duo):
        add_member(user=cast.alice, room_id=cast.duo.pk, user_id=cast.carol.pk)
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    with refused("forbidden", cast.workshop):
        add_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.carol.pk)


# --- removing


def test_a_removal_revokes_and_says_where_the_record_ends(cast: Cast) -> None:
    with hearing() as heard:
        remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.bob.pk)
    his = membership(cast.workshop, cast.bob)
    room = fresh(cast.workshop)
    assert (his.state, his.until_seq, his.role) == ("removed", 2, "member")
    assert (room.acl_version, room.seq, room.last_seq) == (2, 2, 0)
    assert [(group, envelope["type"]) for group, envelope in heard] == [
        (f"room.{room.pk}", "room.event"),
        (f"user.{cast.bob.pk}", "user.left"),
    ]
    assert heard[0][1]["acl"] == 2
    (event,) = events_of(heard)
    assert (event["type"], event["room_facts"]["members"]) == ("member.changed", 5)


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_one_removes_nobody(cast: Cast, who: str) -> None:
    with refused("not_found", cast.workshop):
        remove_member(user=getattr(cast, who), room_id=cast.workshop.pk, user_id=cast.bob.pk)


@pytest.mark.parametrize("who", ["bob", "trent", "gus", "robo"])
def test_members_remove_nobody(cast: Cast, who: str) -> None:
    with refused("forbidden", cast.workshop):
        remove_member(user=getattr(cast, who), room_id=cast.workshop.pk, user_id=cast.mona.pk)


def test_a_moderator_does_not_remove_an_owner(cast: Cast) -> None:
    with refused("forbidden", cast.workshop):
        remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.alice.pk)


def test_an_owner_removes_the_only_other_owner_and_nobody_inherits(cast: Cast) -> None:
    Membership.objects.filter(room=cast.workshop, user=cast.bob).update(role="owner")
    remove_member(user=cast.bob, room_id=cast.workshop.pk, user_id=cast.alice.pk)
    owners = Membership.objects.active().filter(room=cast.workshop, role="owner")
    assert [one.user for one in owners] == [cast.bob]


@pytest.mark.parametrize("number", [0, 7, 2**53])
def test_who_is_not_in_the_room_cannot_be_removed(cast: Cast, number: int) -> None:
    with refused("not_found", cast.workshop):
        remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=number)
    with refused("not_found", cast.workshop):
        remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.carol.pk)


def test_oneself_one_does_not_remove(cast: Cast) -> None:
    with refused("invalid", cast.workshop):
        remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.mona.pk)
