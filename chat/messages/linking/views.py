"""Taking a card away, by HTTP."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door
from chat.messages.linking import actions


@door("POST")
def remove(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    return attempt(
        request,
        lambda: actions.remove_preview(user=cast(User, request.user), room_id=room_id, message_id=message_id),
        done=_("The preview is gone."),
        to=reverse("chat:permalink", args=[room_id, message_id]),
    )
