"""The directory, and who is in a room."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
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
    """Open rooms, and the closed and archived ones that this person is in; the latest first. Three queries."""
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
    last = dict(
        Message.objects.filter(room__in=ids)
        .spoken()
        .living()
        .values_list("room")
        .annotate(Max("created_at"))
        .order_by()
    )
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
    """For each room how many messages each of the last fourteen local days brought."""
    today = timezone.localdate()
    since = timezone.now() - timedelta(days=DAYS)
    rows = (
        Message.objects.spoken()
        .living()
        .filter(room__in=room_ids, created_at__gte=since)
        .values_list("room", TruncDate("created_at"))
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0] * DAYS)
    for room, day, count in rows:
        age = (today - day).days
        if 0 <= age < DAYS:
            found[room][DAYS - 1 - age] = count
    return found


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
