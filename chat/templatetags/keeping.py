"""The words of a message that is kept in sight somewhere else than in its room."""

from django import template
from django.utils.translation import ngettext

from chat.models import Message
from chat.text import excerpt

register = template.Library()
LENGTH = 280


@register.filter
def words(message: Message) -> str:
    """What it says on one line, without markup; how many files hang on it where it says nothing."""
    files = ngettext("%(count)s file", "%(count)s files", message.file_count) % {"count": message.file_count}
    return excerpt(message.html, LENGTH) or files
