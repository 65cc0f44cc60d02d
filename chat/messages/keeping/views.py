"""Pinning, saving and the page of what one saved, by HTTP."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door, wants_fragment
from chat.errors import Invalid
from chat.messages.keeping import actions
from chat.messages.keeping.queries import saved_page


@door("POST")
def pin(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    pinned = _flag(request, "pinned")
    return attempt(
        request,
        lambda: actions.pin_message(
            user=cast(User, request.user), room_id=room_id, message_id=message_id, pinned=pinned
        ),
        done=_("Pinned for everyone in the room.") if pinned else _("Not pinned any more."),
        to=reverse("chat:pins", args=[room_id]),
    )


@door("POST")
def save(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    saved = _flag(request, "saved")
    return attempt(
        request,
        lambda: actions.save_message(
            user=cast(User, request.user), room_id=room_id, message_id=message_id, saved=saved
        ),
        done=_("Saved for you.") if saved else _("Not saved any more."),
        to=reverse("chat:saved"),
    )


@door("GET")
def saved(request: HttpRequest) -> HttpResponse:
    """What one has saved, the last first; `before`: a key that an earlier page named."""
    before = request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdecimal() and len(before) <= 16 else None
    page = saved_page(cast(User, request.user).pk, key)
    template = "chat/keeping/_saved.html" if wants_fragment(request) else "chat/keeping/saved.html"
    return render(request, template, {"page": page, "section": "saved"})


def _flag(request: HttpRequest, name: str) -> bool:
    """Raises Invalid for what is neither 1 nor 0."""
    value = request.POST.get(name)
    if value not in ("0", "1"):
        raise Invalid
    return value == "1"
