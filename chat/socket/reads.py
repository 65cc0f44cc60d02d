"""What the hub reads from the database, each in one thread hop. Synchronous.

Order matters in each: the version of rights is read before the members, content before both. A removal that
commits in between can then only make the result stricter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Subquery
from django.utils import timezone

from accounts.models import Instance, User
from chat.messages.objects import message_event
from chat.messages.queries import changes_after, named_since
from chat.models import Membership, Message, Room
from chat.models.prepared import Prepared
from chat.moderation.addresses.queries import is_shut_out, shut_out
from chat.reading.queries import Place, places_of
from chat.rooms.facts import room_facts
from chat.wire import events
from chat.wire.encoding import encode

BATCH_OBJECTS = 100


@dataclass(frozen=True, slots=True)
class Rights:
    acl: int
    members: set[int]


@dataclass(frozen=True, slots=True)
class Gap:
    """A room's missing changes as one encoded batch, and who may have it."""

    text: str | None
    upto: int
    head: int
    rights: Rights


@dataclass(slots=True)
class RoomHead:
    seq: int
    acl: int
    is_direct: bool = False
    members: set[int] = field(default_factory=set)


def read_rights(room_id: int, people: Collection[int]) -> Rights:
    """Those of `people` who are in the room, and the version that this holds for."""
    acl = Room.objects.filter(pk=room_id).values_list("acl_version", flat=True).first()
    members = Membership.objects.listening().filter(room_id=room_id, user_id__in=people)
    return Rights(-1 if acl is None else acl, set(members.values_list("user_id", flat=True)))


def read_gap(room_id: int, after: int, people: Collection[int]) -> Gap:
    """The present state of what changed after a number: at most a hundred objects, or 128 KiB, at a time."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return Gap(None, after, after, Rights(-1, set()))
    messages = changes_after(room_id, after, BATCH_OBJECTS + 1)
    shown = _events_that_fit(messages[:BATCH_OBJECTS], after)
    newest = shown[-1]["seq"] if shown else after
    upto = newest if len(messages) > len(shown) else max(newest, room.seq)
    text = None
    if shown:
        batch = events.room_batch(room=room_id, after=after, upto=upto, events=shown)
        text = encode({**batch, "room_facts": room_facts(room)})
    return Gap(text, upto, max(upto, room.seq), read_rights(room_id, people))


def _events_that_fit(messages: list[Message], after: int) -> list[events.Event]:
    """The first of them, up to the size of one answer: long messages in one batch would be more than a window."""
    named = named_since(messages, after)
    found: list[events.Event] = []
    size = 0
    for message in messages:
        event = message_event(message, named.get(message.pk, ()))
        size += len(encode(event))
        if found and size > settings.CHAT.answer_bytes:
            break
        found.append(event)
    return found


def read_room_heads(room_ids: Collection[int], people: Collection[int]) -> dict[int, RoomHead]:
    """Where these rooms stand, and which of `people` are in them."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "seq", "acl_version", "kind")
    heads = {room: RoomHead(seq, acl, kind == Room.Kind.DIRECT) for room, seq, acl, kind in rows}
    members = Membership.objects.listening().filter(room_id__in=room_ids, user_id__in=people)
    for room, user in members.values_list("room_id", "user_id"):
        heads[room].members.add(user)
    return heads


def read_heads(seconds: float, people: Collection[int]) -> dict[int, RoomHead]:
    """Rooms that changed in the last so many seconds, and which of `people` are in them."""
    rows = Room.objects.changed_within(seconds).values_list("pk", "seq", "acl_version")
    heads = {room: RoomHead(seq, acl) for room, seq, acl in rows}
    members = Membership.objects.listening().filter(room_id__in=heads, user_id__in=people)
    for room, user in members.values_list("room_id", "user_id"):
        if room in heads:
            heads[room].members.add(user)
    return heads


@dataclass(frozen=True, slots=True)
class Opening:
    """What a socket starts with: the person, the instance's epoch, and where the person is."""

    user: User
    epoch: str
    places: list[Place]

    @property
    def heads(self) -> dict[int, RoomHead]:
        return {place.room: RoomHead(place.seq, place.acl) for place in self.places}


# The person of a session, with the session's end and the epoch, in one statement.
_PERSON: Prepared[User] = Prepared(
    lambda user_id, session: User.objects.filter(pk=user_id).annotate(
        session_ends=Subquery(Session.objects.filter(session_key=session).values("expire_date")[:1]),
        epoch=Subquery(Instance.objects.values("epoch")[:1]),
    )
)


class ShutOut(Exception):
    """The address of the handshake is banned."""


def read_opening(user_id: int, session: str, mark: str, address: str) -> Opening | None:
    """Three queries. None where the session of this password mark holds no more. Raises ShutOut."""
    user = _PERSON.first(user_id, session)
    ends: datetime | None = getattr(user, "session_ends", None)
    if user is None or ends is None or ends <= timezone.now() or not _holds(user, mark):
        return None
    if is_shut_out(address, user):
        raise ShutOut
    return Opening(user, str(getattr(user, "epoch", None) or ""), places_of(user_id))


def lost_ways(
    sessions: dict[str, tuple[int, str]], places: Collection[tuple[str, int]]
) -> tuple[set[str], set[tuple[str, int]]]:
    """What `lost_sessions` and `shut_out` say, in one hop."""
    return lost_sessions(sessions), shut_out(places)


def lost_sessions(sessions: dict[str, tuple[int, str]]) -> set[str]:
    """Of these sessions (key → person and password mark), those that hold no more.

    Ended or expired, of a closed account, or from before a change of password.
    """
    living = set(
        Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    people: dict[int, User] = User.objects.in_bulk({user for user, _mark in sessions.values()})
    return {
        key
        for key, (user, mark) in sessions.items()
        if key not in living or not _holds(people.get(user), mark)
    }


def _holds(user: User | None, mark: str) -> bool:
    if user is None or not user.is_active:
        return False
    marks: list[Any] = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return mark in marks
