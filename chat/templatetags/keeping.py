"""The words of a message that is kept in sight somewhere else than in its room."""

from django import template

from chat.models import Message
from chat.text import excerpt

register = template.Library()
LENGTH = 280


@register.filter
def words(message: Message) -> str:
    """What it says on one line, without markup."""
    return excerpt(message.html, LENGTH)
