"""Rules, and what one would have caught."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from chat.access.screening import matcher_of, normal
from chat.models import HouseRules, Membership, Message, Room, Rule

DAYS = 7
MOST_READ = 20_000


@dataclass(frozen=True, slots=True)
class DryRun:
    """How many of the messages of the last week the rule would have met, and in how many people's."""

    read: int
    met: int
    people: int


def all_rules() -> list[Rule]:
    return list(Rule.objects.select_related("room", "created_by").order_by("-enabled", "name", "pk"))


def dry_run(rule: Rule, user: User) -> DryRun:
    """Reads open rooms and those that the moderator is in: a pattern must not search where its author cannot."""
    inside = Membership.objects.active().filter(user=user).values("room")
    rooms = Room.objects.exclude(kind=Room.Kind.DIRECT).filter(Q(kind=Room.Kind.OPEN) | Q(pk__in=inside))
    found = (
        Message.objects.living()
        .spoken()
        .filter(room__in=rooms, created_at__gte=timezone.now() - timedelta(days=DAYS))
    )
    if rule.room_id:
        found = found.filter(room=rule.room_id)
    rows = list(found.order_by("-created_at").values_list("author_id", "created_at", "source")[:MOST_READ])
    met = _met_by_text(rule, rows) if matcher_of(rule) else _met_by_count(rule, rows[::-1])
    return DryRun(read=len(rows), met=len(met), people=len(set(met)))


def _met_by_text(rule: Rule, rows: list[tuple[int, datetime, str]]) -> list[int]:
    matches = matcher_of(rule)
    return [author for author, _at, source in rows if matches is not None and matches(source)]


def _met_by_count(rule: Rule, rows: list[tuple[int, datetime, str]]) -> list[int]:
    """Walks through time and counts, per author (and text), what falls into the rule's window."""
    windows: dict[tuple[int, str], deque[datetime]] = {}
    met = []
    for author, at, source in rows:
        key = (author, normal(source) if rule.kind == Rule.Kind.REPEAT else "")
        window = windows.setdefault(key, deque())
        window.append(at)
        while at - window[0] > timedelta(seconds=rule.seconds):
            window.popleft()
        if len(window) >= rule.count:
            met.append(author)
    return met


def house_rules() -> HouseRules:
    return HouseRules.current()
