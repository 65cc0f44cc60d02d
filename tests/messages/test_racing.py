"""Many at once, on real threads and connections: no hole, no double, nothing after a removal."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from pytest_django import Settings

from chat.errors import ChatError
from chat.messages.actions import Sent, delete_message, edit_message, react, send_message
from chat.models import Membership, Message, Reaction, Revision
from chat.rooms.actions import join_room, leave_room, remove_member
from tests.base import fresh, hearing, in_parallel, membership, numbers, say
from tests.cast import Cast, build_cast

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 16, 20


@pytest.fixture
def crowd(transactional_db: None, settings: Settings) -> Cast:
    settings.LIMITS_ON = False
    return build_cast()


def test_sixteen_writers_leave_no_hole(crowd: Cast) -> None:
    people = [crowd.alice, crowd.mona, crowd.bob, crowd.gus]

    def write(index: int) -> list[int]:
        author = people[index % len(people)]
        return [say(author, crowd.lounge, f"{index}.{turn}").seq for turn in range(EACH)]

    with hearing() as heard:
        results = in_parallel([partial(write, index) for index in range(WRITERS)])
    assert not [one for one in results if isinstance(one, BaseException)]
    expected = list(range(1, WRITERS * EACH + 1))
    assert sorted(seq for seqs in results for seq in seqs) == expected
    assert all(seqs == sorted(seqs) for seqs in results)
    assert numbers(crowd.lounge) == expected
    assert (fresh(crowd.lounge).seq, fresh(crowd.lounge).last_seq) == (len(expected), len(expected))
    assert sorted(envelope["seq"] for _group, envelope in heard) == expected


def test_twenty_sends_of_one_key_are_one_message_and_one_announcement(crowd: Cast) -> None:
    key = uuid.uuid4()

    def send() -> Sent:
        return send_message(user=crowd.bob, room_id=crowd.lounge.pk, text="once", client_id=key)

    with hearing() as heard:
        results = in_parallel([send] * 20)
    assert len(set(results)) == 1
    assert Message.objects.filter(client_id=key).count() == 1
    assert len(heard) == 1
    assert fresh(crowd.lounge).seq == 1
    assert say(crowd.alice, crowd.lounge).seq == 2


def test_twenty_sends_of_one_key_with_two_contents_keep_the_first(crowd: Cast) -> None:
    key = uuid.uuid4()

    def send(text: str) -> Sent:
        return send_message(user=crowd.bob, room_id=crowd.lounge.pk, text=text, client_id=key)

    results = in_parallel([partial(send, text) for text in ["this", "that"] * 10])
    kept = Message.objects.get(client_id=key)
    for text, result in zip(["this", "that"] * 10, results, strict=True):
        if text == kept.source:
            assert result == Sent(kept.pk, kept.seq)
        else:
            assert isinstance(result, ChatError)
            assert result.code == "conflict"
    assert fresh(crowd.lounge).seq == 1


def test_nothing_of_a_removed_person_comes_after_the_removal(crowd: Cast) -> None:
    def write() -> None:
        for turn in range(EACH):
            say(crowd.bob, crowd.workshop, str(turn))

    def remove() -> None:
        say(crowd.alice, crowd.workshop)
        remove_member(user=crowd.mona, room_id=crowd.workshop.pk, user_id=crowd.bob.pk)

    outcomes = in_parallel([write, write, write, remove])
    assert outcomes[3] is None
    ended = membership(crowd.workshop, crowd.bob).until_seq
    assert ended is not None
    assert not Message.objects.filter(room=crowd.workshop, author=crowd.bob, seq__gt=ended).exists()
    assert numbers(crowd.workshop) == list(range(1, fresh(crowd.workshop).seq + 1))


def test_of_two_edits_on_one_base_one_wins(crowd: Cast) -> None:
    message = say(crowd.bob, crowd.lounge, "base")

    def edit(text: str) -> None:
        edit_message(user=crowd.bob, room_id=crowd.lounge.pk, message_id=message.pk, base=1, text=text)

    results = in_parallel([partial(edit, text) for text in ("a", "b", "c", "d")])
    assert [getattr(one, "code", None) for one in results].count("conflict") == 3
    assert Revision.objects.count() == 1
    assert fresh(crowd.lounge).seq == 2


def test_the_same_reaction_from_many_tabs_is_one(crowd: Cast) -> None:
    message = say(crowd.bob, crowd.lounge)
    act = partial(
        react, user=crowd.mona, room_id=crowd.lounge.pk, message_id=message.pk, emoji="👍", present=True
    )
    results = in_parallel([act] * 8)
    assert results == [None] * 8
    assert Reaction.objects.count() == 1
    assert fresh(crowd.lounge).seq == 2


def test_a_message_dies_once(crowd: Cast) -> None:
    message = say(crowd.bob, crowd.lounge)
    deed = partial(delete_message, user=crowd.bob, room_id=crowd.lounge.pk, message_id=message.pk)
    results = in_parallel([deed] * 6)
    # Who comes late hears either that it is done already or that it is not there: nothing happens twice.
    assert {getattr(one, "code", None) for one in results} <= {None, "not_found"}
    assert None in results
    assert fresh(crowd.lounge).seq == 2


def test_joining_and_leaving_at_once_leaves_one_row_and_no_hole(crowd: Cast) -> None:
    room = crowd.lounge

    def come_and_go() -> None:
        join_room(user=crowd.carol, room_id=room.pk)
        leave_room(user=crowd.carol, room_id=room.pk)

    results = in_parallel([come_and_go] * 6)
    assert {getattr(one, "code", None) for one in results} <= {None, "not_found"}
    assert Membership.objects.filter(room=room, user=crowd.carol).count() == 1
    assert numbers(room) == list(range(1, fresh(room).seq + 1))


def test_the_last_two_owners_leave_at_once_and_the_room_still_has_one(crowd: Cast) -> None:
    Membership.objects.filter(room=crowd.workshop, user=crowd.bob).update(role="owner")
    leavers = [crowd.alice, crowd.bob]
    results = in_parallel([partial(leave_room, user=one, room_id=crowd.workshop.pk) for one in leavers])
    assert results == [None, None]
    owners = Membership.objects.active().filter(room=crowd.workshop, role="owner")
    assert [one.user for one in owners] == [crowd.mona]
