"""`{% icon "name" %}`: a reference into the sprite that `_icons.html` puts into each page once."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "", *, flip: bool = False) -> SafeString:
    """A decorative icon; `size` is "" (20 px) or "small" (16 px), `flip` mirrors it in RTL."""
    attributes = format_html(' data-size="{}"', size) if size else mark_safe("")
    if flip:
        attributes += mark_safe(" data-flip")
    return format_html('<svg class="icon"{} aria-hidden="true"><use href="#i-{}"/></svg>', attributes, name)
