"""The people and rooms of the tests: small, always the same, built in a few statements.

`cast(db)` is the fixture; `build_cast()` is for whoever needs it elsewhere. Nobody has a password:
come in with `client.force_login(cast.bob)` (see tests.base.browser_of).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import Instance, User
from accounts.names import skeleton
from chat.models import Membership, Message, Room
from chat.rooms.rules import direct_key

Role, Standing = Membership.Role, Membership.State


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who, and who is where.

    `lounge` (open, default): everybody but carol. `workshop` (closed): everybody but carol, whom it never saw, and
    erin, who was removed from it. `duo`: the direct room of alice and bob.
    """

    alice: User  # owner of the instance and of every room
    mona: User  # moderator of the rooms
    bob: User  # member
    trent: User  # member who may only read
    gus: User  # guest of the instance, member of the rooms
    robo: User  # bot, member
    erin: User  # removed from the workshop
    carol: User  # outsider: on the instance, in no room
    lounge: Room
    workshop: Room
    duo: Room


IN_ROOMS = {
    "alice": Role.OWNER,
    "mona": Role.MODERATOR,
    "bob": Role.MEMBER,
    "trent": Role.READ_ONLY,
    "gus": Role.MEMBER,
    "robo": Role.MEMBER,
}


def make_person(handle: str, **values: object) -> User:
    """Somebody of the instance, not saved yet."""
    values = {"display_name": handle.title(), "handle_skeleton": skeleton(handle), **values}
    person = User(handle=handle, **values)
    person.set_unusable_password()
    return person


def add_person(handle: str, **values: object) -> User:
    person = make_person(handle, **values)
    person.save()
    return person


def place(room: Room, person: User, *, role: str = Role.MEMBER, state: str = Standing.ACTIVE) -> Membership:
    """Puts somebody into a room as if they had always been there: takes no number, announces nothing."""
    return Membership.objects.create(room=room, user=person, role=role, state=state)


def build_cast() -> Cast:
    Instance.objects.create(name="Brackwater")
    people = {
        "alice": make_person("alice", role=User.Role.OWNER),
        "gus": make_person("gus", role=User.Role.GUEST),
        "robo": make_person("robo", kind=User.Kind.BOT),
        **{handle: make_person(handle) for handle in ("mona", "bob", "trent", "erin", "carol")},
    }
    User.objects.bulk_create(people.values())
    alice, bob, erin = people["alice"], people["bob"], people["erin"]
    lounge = Room(kind="open", name="Lounge", topic="Anything", is_default=True, created_by=alice)
    workshop = Room(kind="closed", name="Workshop", created_by=alice, seq=1, acl_version=1)
    duo = Room(kind="direct", direct_key=direct_key([alice.pk, bob.pk]), created_by=alice)
    Room.objects.bulk_create([lounge, workshop, duo])
    Membership.objects.bulk_create(
        [
            *(Membership(room=lounge, user=people[one], role=role) for one, role in IN_ROOMS.items()),
            Membership(room=lounge, user=erin),
            *(
                Membership(room=workshop, user=people[one], role=role, read_seq=1)
                for one, role in IN_ROOMS.items()
            ),
            Membership(room=workshop, user=erin, state=Standing.REMOVED, until_seq=1, changed_seq=1),
            Membership(room=duo, user=alice),
            Membership(room=duo, user=bob),
        ]
    )
    Message.objects.create(
        room=workshop,
        seq=1,
        changed_seq=1,
        author=alice,
        kind=Message.Kind.SYSTEM,
        arguments={
            "act": "removed",
            "actor": {"id": alice.pk, "name": alice.display_name},
            "target": {"id": erin.pk, "name": erin.display_name},
        },
    )
    return Cast(**people, lounge=lounge, workshop=workshop, duo=duo)


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()
