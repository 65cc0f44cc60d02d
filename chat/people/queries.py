"""Who can be written to, mentioned or added. Everyone active of the instance may find everyone else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Max, Q

from accounts.models import User
from chat.access.gates import access_person
from chat.errors import NotFound
from chat.models import Membership, Message

MOST_FOUND = 12
MOST_LISTED = 500
LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A person for a list of suggestions. `member`: in the room that was asked for."""

    user: User
    member: bool


def people_to_write_to(user: User) -> list[User]:
    """Everyone else, by name."""
    people = User.objects.active().exclude(pk=user.pk).exclude(kind=User.Kind.SYSTEM)
    return list(people.order_by("display_name", "handle")[:MOST_LISTED])


def find_person(user: User, text: str) -> User:
    """By id, or by user name with or without its @. Raises NotFound.

    The id first: a user name may be another person's number.
    """
    wanted = text.strip().lower()
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= 16 and int(wanted) <= 2**53:
        with suppress(NotFound):
            return access_person(user, int(wanted))
    wanted = wanted.removeprefix("@")
    found = (
        User.objects.active()
        .filter(handle=wanted.replace("\x00", "")[:32])
        .exclude(kind=User.Kind.SYSTEM)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def suggest(user: User, query: str, *, room_id: int | None) -> list[Found]:
    """People whose name or user name has a part that starts so.

    With a room: who wrote there lately, then its members, then others.
    """
    wanted = query.replace("\x00", "").strip().removeprefix("@")[:LONGEST_QUERY]
    people = User.objects.active().exclude(pk=user.pk).exclude(kind=User.Kind.SYSTEM)
    if wanted:
        starts = Q(handle__istartswith=wanted) | Q(display_name__istartswith=wanted)
        people = people.filter(starts | Q(display_name__icontains=f" {wanted}"))
    if room_id is None:
        return [Found(one, False) for one in people.order_by("display_name")[:MOST_FOUND]]
    members = set(
        Membership.objects.active().filter(room_id=room_id, user__in=people).values_list("user_id", flat=True)
    )
    inside = list(people.filter(pk__in=members).order_by("display_name")[: 4 * MOST_FOUND])
    lately = _last_words(room_id, [one.pk for one in inside])
    inside.sort(key=lambda one: -lately.get(one.pk, 0))
    outside = list(people.exclude(pk__in=members).order_by("display_name")[:MOST_FOUND])
    return [Found(one, one.pk in members) for one in [*inside, *outside][:MOST_FOUND]]


def _last_words(room_id: int, people: list[int]) -> dict[int, int]:
    rows = Message.objects.in_room(room_id).spoken().filter(author__in=people).values_list("author")
    return dict(rows.annotate(last=Max("seq")).order_by())
