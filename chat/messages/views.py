"""Messages by HTTP: pages of history, quotes, the source of one's own, and the form that needs no script."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from chat.access.gates import access_own_message, access_room
from chat.constants import AROUND_EACH_SIDE, HISTORY_PAGE
from chat.doors import door, wants_json
from chat.errors import Invalid
from chat.messages import queries
from chat.messages.actions import send_message
from chat.messages.objects import message_item
from chat.messages.quotes import quote_of

MOST_QUOTES = 100
LARGEST = 2**53


@door("GET", json=True)
def history(request: HttpRequest, room_id: int) -> HttpResponse:
    """A page before, after or around a number, or the last one; rows in ascending order."""
    user = cast(User, request.user)
    head = access_room(user, room_id).room.seq
    limit = _number(request, "limit") or HISTORY_PAGE
    before, after, around = (_number(request, name) for name in ("before", "after", "around"))
    if before is not None:
        page = queries.page_before(room_id, user.pk, before, limit)
    elif after is not None:
        page = queries.page_after(room_id, user.pk, after, limit)
    elif around is not None:
        page = queries.page_around(room_id, user.pk, around, AROUND_EACH_SIDE)
    else:
        page = queries.last_page(room_id, user.pk, limit)
    items = [message_item(message) for message in page.messages]
    return JsonResponse(
        {"room": room_id, "items": items, "older": page.older, "newer": page.newer, "head": head}
    )


def _number(request: HttpRequest, name: str) -> int | None:
    """A non-negative number of the query, None where it is absent. Raises Invalid."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and int(text) <= LARGEST):
        raise Invalid
    return int(text)


def _ids(words: list[str]) -> list[int]:
    """Raises Invalid."""
    if not all(word.isascii() and word.isdecimal() and len(word) <= 16 for word in words):
        raise Invalid
    return [int(word) for word in words]


@door("GET", json=True)
def quotes(request: HttpRequest, room_id: int) -> HttpResponse:
    """What replies show of the messages `ids`; those that are not of this room are left out."""
    user = cast(User, request.user)
    access_room(user, room_id)
    words = request.GET.get("ids", "").split(",")[:MOST_QUOTES]
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= 16]
    found = {}
    for message in queries.quotable(room_id, user.pk, ids):
        quote = quote_of(message)
        found[str(message.pk)] = {
            "author": message.author_id,
            "name": quote.name,
            "excerpt": quote.excerpt,
            "deleted": quote.deleted,
            "seq": message.seq,
        }
    return JsonResponse({"quotes": found})


@door("GET", json=True)
def source(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    """The text of one's own message as it was written, to edit it."""
    _access, message = access_own_message(cast(User, request.user), room_id, message_id)
    return JsonResponse({"source": message.source, "changed_seq": message.changed_seq})


@door("POST")
def post(request: HttpRequest, room_id: int) -> HttpResponse:
    """The second door of `message.send`: the same action, by form or by program."""
    reply_to = request.POST.get("reply_to", "")
    if reply_to and not (reply_to.isascii() and reply_to.isdecimal() and len(reply_to) <= 16):
        raise Invalid
    sent = send_message(
        user=cast(User, request.user),
        room_id=room_id,
        text=request.POST.get("text", ""),
        client_id=request.POST.get("client_id", ""),
        reply_to=int(reply_to) if reply_to else None,
        uploads=_ids(request.POST.getlist("uploads")),
    )
    if wants_json(request):
        return JsonResponse({"message": {"id": sent.id, "seq": sent.seq}}, status=201)
    return redirect(reverse("chat:room", args=[room_id]) + "#write")
