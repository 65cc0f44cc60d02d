"""`{{ person.shown_picture|face }}`: the picture over the initials, "" for none."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from chat.uploads.pictures.facts import picture_img

register = template.Library()


@register.filter
def face(key: str) -> SafeString:
    """An `img` for the key of a picture: keys are hexadecimal and ours."""
    return mark_safe(picture_img(key))  # noqa: S308
