"""The list of one's rooms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from chat.models import Membership, Room
from chat.reading.queries import UNREAD_MENTIONS

NAMES_IN_TITLE = 3


@dataclass(slots=True)
class SidebarRow:
    """One room as one person sees it. `people`: the others of a direct room."""

    id: int
    name: str
    kind: str
    state: str
    level: str
    pinned: bool
    seq: int
    last: int
    read: int
    unread: bool
    mentions: int
    current: bool = False
    people: list[User] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("chat:room", args=[self.id])


@dataclass(frozen=True, slots=True)
class Sidebar:
    """Rooms: pinned first, then by name. Direct rooms: pinned first, then the latest."""

    rooms: list[SidebarRow]
    directs: list[SidebarRow]
    moderates: bool = False  # a room of these

    def row(self, room_id: int) -> SidebarRow | None:
        return next((row for row in (*self.rooms, *self.directs) if row.id == room_id), None)


def sidebar_of(user: User, *, current: int | None = None) -> Sidebar:
    """Two queries, however many rooms. Direct rooms where nobody wrote show only to who opened them."""
    mine = Membership.objects.active().of(user).select_related("room")
    memberships = list(mine.annotate(unread_mentions=UNREAD_MENTIONS))
    others = people_of_direct_rooms(user, [one.room_id for one in memberships if one.room.is_direct])
    rooms, directs = [], []
    for one in memberships:
        mentions = getattr(one, "unread_mentions")  # noqa: B009  (an annotation)
        row = _row(one, mentions, others.get(one.room_id, []), current)
        if not one.room.is_direct:
            rooms.append((one.room, row))
        elif row.last or row.current or one.room.created_by_id == user.pk:
            directs.append((one.room, row))
    rooms.sort(key=lambda pair: (not pair[1].pinned, pair[1].name.casefold(), pair[1].id))
    directs.sort(key=lambda pair: pair[0].changed_at, reverse=True)
    directs.sort(key=lambda pair: not pair[1].pinned)
    ranked = (Membership.Role.OWNER, Membership.Role.MODERATOR)
    moderates = any(one.role in ranked and not one.room.is_direct for one in memberships)
    return Sidebar([row for _room, row in rooms], [row for _room, row in directs], moderates)


def _row(membership: Membership, mentions: int, people: list[User], current: int | None) -> SidebarRow:
    room = membership.room
    return SidebarRow(
        id=room.pk,
        name=direct_title(people) if room.is_direct else room.name,
        kind=room.kind,
        state=room.state,
        level=membership.level,
        pinned=membership.pinned,
        seq=room.seq,
        last=room.last_seq,
        read=membership.read_seq,
        unread=room.last_seq > membership.read_seq,
        mentions=mentions,
        current=room.pk == current,
        people=people,
    )


def people_of_direct_rooms(user: User, room_ids: list[int]) -> dict[int, list[User]]:
    """The others of each direct room, by name."""
    found: defaultdict[int, list[User]] = defaultdict(list)
    if room_ids:
        rows = Membership.objects.filter(room__in=room_ids).exclude(user=user).select_related("user")
        for one in rows.order_by("user__display_name"):
            found[one.room_id].append(one.user)
    return found


def direct_title(people: list[User]) -> str:
    """Up to three names, then how many more."""
    if not people:
        return _("Only you")
    names = ", ".join(person.display_name for person in people[:NAMES_IN_TITLE])
    more = len(people) - NAMES_IN_TITLE
    if more <= 0:
        return names
    return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % {
        "names": names,
        "n": more,
    }


def title_of(room: Room, user: User) -> str:
    """What this person calls the room."""
    return direct_title(people_of_direct_rooms(user, [room.pk])[room.pk]) if room.is_direct else room.name
