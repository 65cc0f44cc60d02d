"""Numbers of the last weeks, for plots: reports and sanctions per day, time to resolve, busiest rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.utils import timezone

from accounts.models import User
from chat.models import Case, Sanction
from chat.moderation.policy import may_moderate
from chat.moderation.reports.queries import cases_seen_by

DAYS = 28
BUSIEST = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """`reports`, `still_open` and `sanctions`: one number per day, the last of them today's."""

    first: date
    reports: list[int]
    still_open: list[int]
    sanctions: list[int]
    half_within: timedelta | None
    busiest: list[tuple[str, int]]

    @property
    def has_anything(self) -> bool:
        return any(self.reports) or any(self.sanctions)


def overview_for(user: User) -> Overview:
    """From the cases that this person sees."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    since = timezone.now() - timedelta(days=DAYS)
    cases = list(
        cases_seen_by(user)
        .filter(opened_at__gte=since)
        .values_list("opened_at", "closed_at", "state", "room__name")
    )
    sanctions = (
        Sanction.objects.filter(starts_at__gte=since) if may_moderate(user) else Sanction.objects.none()
    )
    took = [(closed - opened).total_seconds() for opened, closed, _state, _room in cases if closed]
    rooms = Counter(room for _opened, _closed, _state, room in cases if room)
    return Overview(
        first=first,
        reports=_per_day(first, (opened for opened, *_rest in cases)),
        still_open=_per_day(first, (opened for opened, _closed, state, _room in cases if state in Case.OPEN)),
        sanctions=_per_day(first, sanctions.values_list("starts_at", flat=True)),
        half_within=timedelta(seconds=median(took)) if took else None,
        busiest=rooms.most_common(BUSIEST),
    )


def _per_day(first: date, moments: Iterable[datetime]) -> list[int]:
    days = Counter((timezone.localdate(at) - first).days for at in moments)
    return [days[number] for number in range(DAYS)]
