"""From the words of filters to rooms, people and places in time; and names that fit the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from accounts.models import User
from chat.errors import Invalid
from chat.models import Room
from chat.models.search import place_at
from chat.rooms.sidebar import Sidebar, SidebarRow
from chat.search.queries import Wanted
from chat.search.rules import HAS, HAS_PARTS, Query, days_of
from chat.text.folding import fold

MOST_NAMES = 5
# All names are looked through at each letter that somebody types, and seldom change.
_fold_name = lru_cache(maxsize=20_000)(fold)


@dataclass(frozen=True, slots=True)
class Names:
    """Rooms and people whose names have all the words."""

    rooms: list[SidebarRow]
    open_rooms: list[Room]
    people: list[User]

    def __bool__(self) -> bool:
        return bool(self.rooms or self.open_rooms or self.people)


def wanted_of(user: User, query: Query, sidebar: Sidebar, *, before: int | None = None) -> Wanted:
    """What the words mean to this person. Raises Invalid for a name that nobody and no room of theirs has."""
    ends = [place_at(days_of(value)[0]) for value in query.values("before")]
    begins = [place_at(days_of(value)[1]) for value in query.values("after")]
    parts: list[tuple[str, ...]] = [(term,) for term in query.terms]
    has = {value.lower() for value in query.values("has")}
    parts += [HAS_PARTS[one] for one in HAS if one in has]
    return Wanted(
        user=user,
        parts=tuple(parts),
        rooms=_rooms(query.values("in"), sidebar),
        authors=_authors(user, query.values("from")),
        since=max(begins, default=None),
        until=min([*ends, *([before] if before is not None else [])], default=None),
        mentions=bool(query.values("mentions")),
    )


def _rooms(names: list[str], sidebar: Sidebar) -> frozenset[int] | None:
    """A name that is a room's own wins over names that only have it as a part."""
    if not names:
        return None
    mine = [(_fold_name(row.name), row.id) for row in (*sidebar.rooms, *sidebar.directs)]
    found: set[int] = set()
    for name in names:
        folded = fold(name.removeprefix("#"))
        fitting = {pk for own, pk in mine if own == folded} or {pk for own, pk in mine if folded in own}
        if not fitting:
            raise Invalid(_("You are in no room called “%(name)s”.") % {"name": name})
        found |= fitting
    return frozenset(found)


def _authors(user: User, names: list[str]) -> frozenset[int] | None:
    if not names:
        return None
    found: set[int] = set()
    for name in names:
        handle = name.removeprefix("@").lower()
        fitting = (
            {user.pk}
            if handle == "me"
            else set(User.objects.filter(handle=handle[:32]).values_list("pk", flat=True))
        )
        fitting = fitting or _called(fold(name))
        if not fitting:
            raise Invalid(_("Nobody here is called “%(name)s”.") % {"name": name})
        found |= fitting
    return frozenset(found)


def _called(folded: str) -> set[int]:
    """By the name that is shown; databases disagree about case beyond ASCII, so it is compared here."""
    people = User.objects.exclude(kind=User.Kind.SYSTEM).values_list("pk", "display_name")
    return {pk for pk, name in people if _fold_name(name) == folded}


def names_like(user: User, query: Query, sidebar: Sidebar) -> Names:
    """Rooms that this person sees and people of the instance. Nothing where filters ask for messages."""
    if query.filters or not query.terms:
        return Names([], [], [])
    mine = [row for row in (*sidebar.rooms, *sidebar.directs) if _fits(query, row.name)]
    known = {row.id for row in sidebar.rooms}
    listed: Iterable[Room] = ()
    if user.role != User.Role.GUEST:
        listed = Room.objects.listed().exclude(pk__in=known).order_by("name")
    return Names(
        mine[:MOST_NAMES],
        [room for room in listed if _fits(query, room.name)][:MOST_NAMES],
        _people_like(query),
    )


def _people_like(query: Query) -> list[User]:
    people = User.objects.active().exclude(kind=User.Kind.SYSTEM).order_by("display_name", "handle")
    named = people.values_list("pk", "display_name", "handle")
    fitting = [pk for pk, name, handle in named if _fits(query, f"{name} @{handle}")]
    return list(people.filter(pk__in=fitting[:MOST_NAMES]))


def _fits(query: Query, name: str) -> bool:
    folded = _fold_name(name)
    return all(term in folded for term in query.terms)
