"""How long something lasts: the choices of every form, and their ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import FOREVER
from chat.errors import Invalid

MOST_MINUTES = 366 * 24 * 60
CHOICES: tuple[tuple[str, Promise], ...] = (
    ("10", gettext_lazy("10 minutes")),
    ("60", gettext_lazy("1 hour")),
    ("1440", gettext_lazy("1 day")),
    ("10080", gettext_lazy("1 week")),
    ("43200", gettext_lazy("30 days")),
    ("", gettext_lazy("until it is lifted")),
)


def end_after(minutes: int | None, *, start: datetime | None = None) -> datetime:
    """The moment that many minutes from now; None: no end. Raises Invalid beyond a year."""
    if minutes is None:
        return FOREVER
    if not 0 < minutes <= MOST_MINUTES:
        raise Invalid(_("Choose a time of up to one year."))
    return (start or timezone.now()) + timedelta(minutes=minutes)
