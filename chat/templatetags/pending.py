"""What the composer needs from the server before anything is sent."""

import uuid

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from chat.messages.rendering import render_pending

register = template.Library()


@register.simple_tag
def fresh_client_id() -> str:
    """A key for one intent to send, for pages without scripts: pressing Send twice sends once."""
    return str(uuid.uuid4())


@register.simple_tag(takes_context=True)
def pending_message(context: RequestContext) -> SafeString:
    """The viewer's own message in this room before it is sent."""
    return render_pending(context["request"].user, context["room"])
