"""How `chat/_files.html` shows what lies in a message: sizes in words, pictures at the size they are shown at."""

from __future__ import annotations

from django import template

register = template.Library()

UNITS = ("kB", "MB", "GB")
# Pixels that a picture takes at most, as long as the text of a message or two.
WIDEST, TALLEST = 400, 320


@register.filter
def file_size(size: int) -> str:
    """ "840 kB", "1.8 MB": the same in every language. The twin of static/js/helpers/sizes.js."""
    if size < 1000:
        return f"{size} B"
    value, unit = float(size), -1
    # 999.6 kB would be written as 1000 kB.
    while value >= 999.5 and unit < len(UNITS) - 1:
        value /= 1000
        unit += 1
    return f"{value:.1f} {UNITS[unit]}" if unit > 0 and value < 9.95 else f"{int(value + 0.5)} {UNITS[unit]}"


@register.filter
def fitted(width: int, height: int) -> tuple[int, int]:
    """Width and height in pixels at which a picture of this size is shown: never larger than it is."""
    share = min(1, WIDEST / width, TALLEST / height)
    return max(1, round(width * share)), max(1, round(height * share))
