"""What pages of moderation draw: words of acts, times that run out, plots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import FOREVER, User
from chat.models import AuditEntry, Notice
from chat.moderation.log.details import Detail, details_of
from chat.moderation.overview import Overview
from chat.moderation.policy import may_moderate
from chat.moderation.reports.queries import count_open
from chat.moderation.sanctions.queries import count_unread
from chat.moderation.words import act_text, notice_text

register = template.Library()

# The mock's drawing, in CSS pixels of its viewBox.
LEFT, TOP, FLOOR, WIDTH, STEP, BAR = 20.0, 6.0, 72.0, 326.0, 10.9, 7.0


@register.filter
def act_words(act: str) -> str:
    return act_text(act)


@register.filter
def details(entry: AuditEntry) -> list[Detail]:
    """Before and after of an entry of the log, in words."""
    return details_of(entry)


@register.filter
def notice_words(notice: Notice) -> str:
    return notice_text(notice.act, notice.arguments)


@register.filter
def as_moment(text: str | None) -> datetime | None:
    """The time that a notice's arguments hold."""
    return parse_datetime(text) if text else None


@register.filter
def ends(until: datetime | None) -> bool:
    return until is not None and until < FOREVER


@register.filter
def span(delta: timedelta | None) -> str:
    """A length of time in its largest unit."""
    if delta is None:
        return ""
    minutes = max(1, round(delta.total_seconds() / 60))
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}


@register.filter
def age(moment: datetime) -> str:
    return span(timezone.now() - moment)


@register.simple_tag
def until_time(until: datetime | None) -> SafeString:
    """The end, with what the script needs to put what is left in its place; nothing where there is no end."""
    if until is None or until >= FOREVER:
        return SafeString("")
    shown = _("until %(time)s") % {"time": format_date(timezone.localtime(until), "DATETIME_FORMAT")}
    return format_html('<time data-until="{0}" datetime="{0}">{1}</time>', until.isoformat(), shown)


@register.simple_tag(takes_context=True)
def open_cases(context: dict[str, Any]) -> int:
    return count_open(context["request"].user)


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """One query on each page of the shell."""
    return count_unread(context["request"].user.pk)


@register.filter
def moderates(user: User) -> bool:
    """Of the whole instance."""
    return may_moderate(user)


@register.simple_tag
def day_plot(overview: Overview) -> SafeString:
    """Reports per day as bars, those still open in another colour."""
    days = zip(overview.reports, overview.still_open, strict=True)
    return _plot(
        [("decided", [total - still for total, still in days]), ("open", overview.still_open)],
        overview,
        _("%(count)s reports in the last %(days)s days, %(open)s of them open")
        % {"count": sum(overview.reports), "days": len(overview.reports), "open": sum(overview.still_open)},
    )


@register.simple_tag
def sanction_plot(overview: Overview) -> SafeString:
    return _plot(
        [("decided", overview.sanctions)],
        overview,
        _("%(count)s sanctions in the last %(days)s days")
        % {"count": sum(overview.sanctions), "days": len(overview.sanctions)},
    )


def _plot(series: Sequence[tuple[str, Sequence[int]]], overview: Overview, name: str) -> SafeString:
    """Stacked bars over a grid of two lines; the axis ends at an even number."""
    days = len(overview.reports)
    most = max((sum(values[day] for _name, values in series) for day in range(days)), default=0)
    top = max(2, most + most % 2)
    unit = (FLOOR - TOP) / top
    heights = [0.0] * days
    paths = []
    for kind, values in series:
        bars = []
        for day, value in enumerate(values):
            if value:
                x, y, height = LEFT + day * STEP, FLOOR - heights[day], value * unit
                bars.append(f"M{x:g} {y:g}v-{height:g}h{BAR:g}v{height:g}z")
                heights[day] += height
        paths.append((kind, "".join(bars)))
    middle = (TOP + FLOOR) / 2
    grid = "".join(f"M{LEFT:g} {y:g}H{WIDTH:g}" for y in (TOP, middle, FLOOR))
    marks = [(TOP + 4, top), (middle + 4, top // 2), (FLOOR + 4, 0)]
    return format_html(
        '<svg class="plot" viewBox="0 0 326 92" role="img" aria-label="{}"><path class="plot__grid" d="{}"/>{}{}'
        '<text x="{}" y="90">{}</text><text x="326" y="90" text-anchor="end">{}</text></svg>',
        name,
        grid,
        format_html_join("", '<path data-is="{}" d="{}"/>', paths),
        format_html_join("", '<text x="0" y="{}">{}</text>', marks),
        LEFT,
        format_date(overview.first, _("j F")),
        _("today"),
    )
