"""Small pictures by HTTP: one's own sent and removed; each served to everybody who is signed in."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door
from chat.errors import NotFound, Unavailable
from chat.models import Picture
from chat.uploads import keeping
from chat.uploads.answers import POLICY
from chat.uploads.pictures import actions
from chat.uploads.pictures.queries import shown_picture


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
    response = HttpResponse(content_type="image/webp")
    if settings.FILES_ACCEL:
        response["X-Accel-Redirect"] = settings.FILES_ACCEL + keeping.name_of(found, "file")
    else:
        response.content = _read(found)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=31536000, immutable, no-transform"
    return response


def _read(found: Picture) -> bytes:
    """Raises NotFound where the storage lost it, Unavailable where it does not answer."""
    try:
        read, close = keeping.open_at(found, "file", 0, found.size)
        try:
            return read(found.size)
        finally:
            close()
    except FileNotFoundError:
        raise NotFound from None
    except OSError as error:
        raise Unavailable from error
