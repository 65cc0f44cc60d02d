"""The tabs of a room's panel, each a page without script and a fragment with it, and the way to a day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.access.gates import Access, access_room
from chat.access.permissions import Permission
from chat.doors import door, wants_fragment
from chat.errors import Invalid
from chat.messages.keeping.queries import pin_count, pins_of
from chat.messages.queries import first_since
from chat.rooms.page import Target
from chat.rooms.queries import member_count, members_of
from chat.rooms.sidebar import title_of
from chat.rooms.views import room_page, viewer
from chat.uploads.facts import file_facts
from chat.uploads.queries import files_of

# Beyond them, the beginning of a day in some zone is no moment that can be written.
YEARS = range(1970, 9999)


@door("GET")
def members(request: HttpRequest, room_id: int) -> HttpResponse:
    """Who is in the room, and one's own preferences for it."""
    access = access_room(viewer(request), room_id)
    people = members_of(room_id)
    return _tab(request, access, "members", members=people, pin_count=pin_count(room_id))


@door("GET")
def pins(request: HttpRequest, room_id: int) -> HttpResponse:
    access = access_room(viewer(request), room_id)
    pinned = pins_of(room_id)
    return _tab(
        request, access, "pins", pins=pinned, pin_count=len(pinned), member_count=member_count(room_id)
    )


@door("GET")
def files(request: HttpRequest, room_id: int) -> HttpResponse:
    """What was sent here; `before`: a number that an earlier page named."""
    access = access_room(viewer(request), room_id)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) <= 16 else None
    found, next_number = files_of(room_id, number)
    shown = [(upload, file_facts(upload)) for upload in found]
    facts = {
        "pictures": [one for one in shown if one[1]["thumb_url"]],
        "files": [one for one in shown if not one[1]["thumb_url"]],
        "next_number": next_number,
    }
    counts = {"pin_count": pin_count(room_id), "member_count": member_count(room_id)}
    return _tab(request, access, "files", **facts, **counts)


@door("GET")
def day(request: HttpRequest, room_id: int) -> HttpResponse:
    """The room at the first words of the viewer's own day `on` (YYYY-MM-DD), or of the next with any."""
    access = access_room(viewer(request), room_id, Permission.READ)
    found = first_since(room_id, access.room.seq, _beginning(request.GET.get("on", "")))
    if found is None:
        return room_page(request, access, notice=_("Nothing has been written since that day."))
    return room_page(request, access, Target(*found))


def _beginning(text: str) -> datetime:
    """Midnight in the viewer's zone. Raises Invalid for what is no date."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("That is not a date.")) from error
    if found.year not in YEARS:
        raise Invalid(_("That is not a date."))
    return timezone.make_aware(datetime.combine(found, time()))


def _tab(request: HttpRequest, access: Access, tab: str, **facts: Any) -> HttpResponse:
    context = {
        "room": access.room,
        "title": title_of(access.room, access.user),
        "membership": access.membership,
        "rights": {str(permission) for permission in access.permissions},
        "tab": tab,
        "member_count": len(facts.get("members", ())),
        **facts,
    }
    template = "chat/panel/_panel.html" if wants_fragment(request) else "chat/panel/page.html"
    return render(request, template, context)
