"""Suggestions of people, and the browser's own words in another language."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts.models import User
from chat.access.gates import access_room
from chat.doors import door
from chat.i18n import js_catalogue
from chat.people.queries import suggest
from chat.rooms.facts import person_facts


@door("GET", json=True)
def search(request: HttpRequest) -> HttpResponse:
    """`q`: the beginning of a name; `room`: whose members come first."""
    user = cast(User, request.user)
    number = request.GET.get("room", "")
    room_id = int(number) if number.isdecimal() and len(number) <= 16 else None
    if room_id is not None:
        access_room(user, room_id)
    found = suggest(user, request.GET.get("q", ""), room_id=room_id)
    return JsonResponse({"people": [{**person_facts(one.user), "member": one.member} for one in found]})


@require_GET
@cache_control(max_age=86_400, public=True)
def catalog(request: HttpRequest, language: str) -> HttpResponse:
    """The strings of the scripts; the address carries the build, so that they may be kept."""
    try:
        return JsonResponse(js_catalogue(language))
    except LookupError:
        raise Http404 from None
