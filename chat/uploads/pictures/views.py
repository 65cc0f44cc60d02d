"""Small pictures by HTTP: one's own sent and removed; each served to everybody who is signed in."""

from __future__ import annotations

from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door
from chat.errors import NotFound
from chat.uploads.answers import answer_picture
from chat.uploads.pictures import actions
from chat.uploads.pictures.queries import shown_picture

FOR_EVER: Final = "private, max-age=31536000, immutable, no-transform"


@door("POST")
def own(request: HttpRequest) -> HttpResponse:
    """`picture`: the file; or `remove`."""
    user = cast(User, request.user)
    to = reverse("accounts:settings")
    if "remove" in request.POST:
        return attempt(request, lambda: actions.drop_face(user=user), done=_("Your picture is gone."), to=to)
    file = cast(Any, request.FILES.get("picture"))
    return attempt(
        request, lambda: actions.show_face(user=user, file=file), done=_("The others see it now."), to=to
    )


@door("GET", "HEAD")
def picture(request: HttpRequest, picture_key: str) -> HttpResponse:
    """A key names the same bytes for ever: who has them need not ask again."""
    found = shown_picture(picture_key)
    if found is None:
        raise NotFound
    response = answer_picture(request, found, "file", size=found.size)
    response["Cache-Control"] = FOR_EVER
    return response
