"""Dates as the look writes them, in the reader's zone and language."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def written_day(at: datetime) -> str:
    """A day with its year, e.g. 1 September 2026."""
    # Translators: dates in the letters of Django's date formats
    return format_date(timezone.localtime(at), _("j F Y"))


@register.simple_tag
def short_time(at: datetime) -> str:
    """Today's as a time of day, this week's as a weekday, older ones as a date; in the current zone."""
    local, today = timezone.localtime(at), timezone.localdate()
    age = (today - local.date()).days
    if age == 0:
        return format_date(local, _("H:i"))
    # Translators: short dates in the letters of Django's date formats
    return format_date(local, _("D") if 0 < age < 7 else _("j M") if local.year == today.year else _("M Y"))


@register.simple_tag
def written_time(at: datetime) -> str:
    """A day with its year and the time of day, e.g. 1 Sep 2026, 14:05."""
    # Translators: dates in the letters of Django's date formats
    return format_date(timezone.localtime(at), _("j M Y, H:i"))
