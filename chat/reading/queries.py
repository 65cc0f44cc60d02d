"""Where somebody stands in their rooms: heads, read positions, and what is unread and names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from chat.models import Membership, Mention, Message, Room
from chat.models.prepared import PreparedRows


class Place(NamedTuple):
    """One room as one person stands in it. `mentions`: unread ones; in direct rooms, all unread messages of others."""

    room: int
    seq: int
    last: int
    read: int
    mentions: int
    acl: int
    kind: str


def _count(rows: QuerySet[Message] | QuerySet[Mention]) -> Coalesce:
    counted = rows.order_by().values("room").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


# Of each membership, in its own statement: what is read already is not counted at all.
UNREAD_MENTIONS = Case(
    When(room__last_seq__lte=F("read_seq"), then=Value(0)),
    When(
        room__kind=Room.Kind.DIRECT,
        then=_count(
            Message.objects.living()
            .spoken()
            .filter(room=OuterRef("room"), seq__gt=OuterRef("read_seq"))
            .exclude(author=OuterRef("user"))
        ),
    ),
    default=_count(
        Mention.objects.filter(user=OuterRef("user"), room=OuterRef("room"), seq__gt=OuterRef("read_seq"))
    ),
)

_PLACES: PreparedRows[tuple[int, int, int, int, int, int, str]] = PreparedRows(
    lambda user_id: (
        Membership.objects.active()
        .filter(user_id=user_id)
        .annotate(unread_mentions=UNREAD_MENTIONS)
        .values_list(
            "room_id",
            "room__seq",
            "room__last_seq",
            "read_seq",
            "unread_mentions",
            "room__acl_version",
            "room__kind",
        )
    )
)


def places_of(user_id: int) -> list[Place]:
    """Every room that this person is in. One query."""
    return [Place(*row) for row in _PLACES.all(user_id)]


def unread_mentions(user_id: int, room_ids: Iterable[int]) -> dict[int, int]:
    """`mentions` of these rooms, without those that have none."""
    mine = Membership.objects.active().filter(user_id=user_id, room__in=list(room_ids))
    counted = mine.annotate(unread_mentions=UNREAD_MENTIONS).values_list("room_id", "unread_mentions")
    return {room: count for room, count in counted if count}
