"""What the directory draws: the bars of the last days."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# The mock's drawing: bars of 4 px, 6 px apart, up to 24 px high, 1.5 px for a day without messages.
BAR, STEP, HEIGHT, LEAST = 4, 6, 24.0, 1.5


@register.simple_tag
def spark(days: Sequence[int]) -> SafeString:
    """Messages per day, oldest first, as bars; heights grow with the root, so that quiet days still show."""
    most = max(days, default=0) or 1
    width = STEP * len(days) - (STEP - BAR)
    bars = "".join(
        _bar(place, max(LEAST, HEIGHT * (count / most) ** 0.5)) for place, count in enumerate(days)
    )
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
