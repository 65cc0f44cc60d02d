"""The directory, and who is in a room."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, pairwise

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from chat.models import Membership, Message, Room

DAYS = 14
NEW_FOR = timedelta(days=7)
MOST_LISTED = 500
ROLE_ORDER = ["owner", "moderator", "member", "read_only"]


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One room of the directory. `days`: messages per day, the last of them today."""

    id: int
    name: str
    topic: str
    kind: str
    state: str
    members: int
    last_at: datetime | None
    joined: bool
    is_new: bool
    days: list[int]


def directory_of(user: User, query: str = "") -> list[DirectoryRow]:
    """Open rooms, and the closed and archived ones that this person is in; the latest first. Five queries."""
    mine = set(Membership.objects.active().of(user).values_list("room_id", flat=True))
    visible = (
        Q(pk__in=mine)
        if user.role == User.Role.GUEST
        else Q(kind=Room.Kind.OPEN, state="active") | Q(pk__in=mine)
    )
    rooms = Room.objects.filter(visible).exclude(kind=Room.Kind.DIRECT)
    if query:
        rooms = rooms.filter(Q(name__icontains=query) | Q(topic__icontains=query))
    counted = rooms.annotate(members=Count("memberships", filter=Q(memberships__state="active")))
    listed = list(counted.order_by("-changed_at")[:MOST_LISTED])
    ids = [room.pk for room in listed]
    days = messages_per_day(ids)
    newest = Message.objects.filter(room__in=ids, seq=F("room__last_seq"))
    last = dict(newest.values_list("room_id", "created_at"))
    rows = [_directory_row(room, mine, days, last.get(room.pk)) for room in listed]
    return sorted(rows, key=lambda row: row.last_at.timestamp() if row.last_at else 0.0, reverse=True)


def _directory_row(
    room: Room, mine: set[int], days: dict[int, list[int]], last_at: datetime | None
) -> DirectoryRow:
    return DirectoryRow(
        id=room.pk,
        name=room.name,
        topic=room.topic,
        kind=room.kind,
        state=room.state,
        members=getattr(room, "members"),  # noqa: B009  (an annotation)
        last_at=last_at,
        joined=room.pk in mine,
        is_new=timezone.now() - room.created_at < NEW_FOR,
        days=days[room.pk],
    )


def messages_per_day(room_ids: list[int]) -> dict[int, list[int]]:
    """For each room how many messages each of the last fourteen local days brought.

    Costs what those days brought, however old the room is: numbers and times grow together, so that the last number
    before them is found from the end of the record, and nothing older is looked at.
    """
    today = timezone.localdate()
    begins = [_midnight(today - timedelta(days=DAYS - 1 - index)) for index in range(DAYS)]
    earlier = Message.objects.filter(room=OuterRef("pk"), created_at__lt=begins[0]).order_by("-seq")
    rooms = Room.objects.filter(pk__in=room_ids, changed_at__gte=begins[0])
    bounds = rooms.annotate(before=Subquery(earlier.values("seq")[:1])).values_list("pk", "before")
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0] * DAYS)
    for room, *since in _written_since(begins, {room: before or 0 for room, before in bounds}):
        found[room] = [count - later for count, later in pairwise([*since, 0])]
    return found


def _written_since(begins: list[datetime], bounds: dict[int, int]) -> list[tuple[int, ...]]:
    """(room, messages since each moment) of what lies beyond each room's number.

    Joined with the bounds as a table of their own: as a subquery PostgreSQL would ask for them at each message.
    """
    if not bounds:
        return []
    counts = ", ".join(["COUNT(*) FILTER (WHERE message.created_at >= %s)"] * len(begins))
    pairs = ", ".join(["(CAST(%s AS bigint), CAST(%s AS bigint))"] * len(bounds))
    statement = f"""
        WITH bound(room, seq) AS (VALUES {pairs})
        SELECT message.room_id, {counts}
        FROM bound JOIN chat_message message ON message.room_id = bound.room AND message.seq > bound.seq
        WHERE message.kind <> %s AND message.deleted_at IS NULL AND message.withheld = ''
        GROUP BY message.room_id
    """  # noqa: S608  # numbers of placeholders
    moments = [connection.ops.adapt_datetimefield_value(begin) for begin in begins]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*chain(*bounds.items()), *moments, Message.Kind.SYSTEM])
        return list(cursor.fetchall())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def members_of(room_id: int) -> list[Membership]:
    """Active members: owners first, then by name."""
    found = Membership.objects.active().filter(room_id=room_id).select_related("user")
    return sorted(found, key=lambda one: (ROLE_ORDER.index(one.role), one.user.display_name.casefold()))


def member_count(room_id: int) -> int:
    return Membership.objects.active().filter(room_id=room_id).count()


def last_visited_room(user: User, remembered: int | None) -> int | None:
    """The room to land in: the one that this browser was in last, else the default one, else any."""
    mine = Membership.objects.active().of(user)
    if remembered and mine.filter(room=remembered).exists():
        return remembered
    first = mine.exclude(room__kind=Room.Kind.DIRECT).order_by("-room__is_default", "room__name").first()
    return first.room_id if first else None
