"""What the directory draws: short times and the bars of the last days."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# The mock's drawing: bars of 4 px, 6 px apart, up to 24 px high, 1.5 px for a day without messages.
BAR, STEP, HEIGHT, LEAST = 4, 6, 24.0, 1.5


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
def spark(days: Sequence[int]) -> SafeString:
    """Messages per day, oldest first, as bars; heights grow with the root, so that quiet days still show."""
    most = max(days, default=0) or 1
    width = STEP * len(days) - (STEP - BAR)
    bars = "".join(_bar(place, max(LEAST, HEIGHT * (count / most) ** 0.5)) for place, count in enumerate(days))
    name = _("%(count)s messages in the last %(days)s days") % {"count": sum(days), "days": len(days)}
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        width,
        int(HEIGHT),
        name,
        bars,
    )


def _bar(place: int, height: float) -> str:
    return f"M{place * STEP} {HEIGHT:g}v-{height:.1f}h{BAR}v{height:.1f}z"
