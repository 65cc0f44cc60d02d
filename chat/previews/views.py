"""The picture of a card, by HTTP, to who may read its message now."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from chat.access.gates import access_preview
from chat.doors import door
from chat.previews.looking import FORM
from chat.uploads.answers import answer_picture


@door("GET", "HEAD")
def picture(request: HttpRequest, preview_id: int) -> HttpResponse:
    """At most 400 pixels a side."""
    preview = access_preview(cast(User, request.user), preview_id)
    return answer_picture(request, preview, FORM)
