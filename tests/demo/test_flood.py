"""`manage.py flood`: posts by the domain action, so that every open browser sees it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.names import skeleton
from chat.models import Membership, Message, Room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    people = [
        User(handle=name, handle_skeleton=skeleton(name), display_name=name) for name in ("bob", "carol")
    ]
    User.objects.bulk_create(people)
    room = Room.objects.create(kind="open", name="Lab", created_by=people[0])
    Membership.objects.bulk_create(Membership(room=room, user=one) for one in people)
    return room


def flood(room: str, **options: Any) -> str:
    out = StringIO()
    call_command("flood", room=room, stdout=out, **{"rate": 200.0, "seconds": 0.05, **options})
    return out.getvalue()


def test_messages_come_from_the_members_in_turn_with_numbers_without_a_gap(room: Room) -> None:
    assert "10 sent" in flood("Lab", size=30)
    messages = Message.objects.in_room(room.pk).order_by("seq")
    assert [one.seq for one in messages] == list(range(1, 11))
    assert {one.author.handle for one in messages} == {"bob", "carol"}
    assert [one.source.split()[0] for one in messages] == [str(number) for number in range(1, 11)]
    assert all(len(one.source) == 30 for one in messages)


def test_the_room_may_be_named_by_its_number(room: Room) -> None:
    assert "2 sent" in flood(str(room.pk), rate=40.0)


def test_what_cannot_be_flooded_is_said_plainly(room: Room) -> None:
    with pytest.raises(CommandError, match="no room Attic"):
        flood("Attic")
    with pytest.raises(CommandError, match="above zero"):
        flood("Lab", rate=0.0)
    room.memberships.all().delete()
    with pytest.raises(CommandError, match="Nobody in that room"):
        flood("Lab")
