"""`{{ person.shown_picture|face }}`: the picture over the initials, "" for none."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chat.uploads.pictures.facts import picture_img, picture_url

register = template.Library()


@register.filter
def own_emoji(key: str, name: str) -> SafeString:
    """The picture of one of this chat's own emoji."""
    return format_html('<img class="emoji" src="{}" alt=":{}:">', picture_url(key), name)


@register.filter
def face(key: str) -> SafeString:
    """An `img` for the key of a picture: keys are hexadecimal and ours."""
    return mark_safe(picture_img(key))  # noqa: S308
