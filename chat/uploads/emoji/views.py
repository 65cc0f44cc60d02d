"""The page where administrators add and remove emoji, and the list that browsers look names up in."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import may_administer
from chat.doors import attempt, door
from chat.errors import Forbidden, NotFound
from chat.uploads.emoji import actions
from chat.uploads.emoji.queries import addresses_of, all_emoji, made_emoji


@door("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """POST `name` and `picture` adds one."""
    actor = cast(User, request.user)
    if not may_administer(actor):
        raise Forbidden
    if request.method == "POST":
        name, file = request.POST.get("name", ""), cast(Any, request.FILES.get("picture"))
        return attempt(
            request,
            lambda: actions.add_emoji(actor=actor, name=name, file=file),
            done=_("Everybody can write it now."),
            to=reverse("chat:own_emoji"),
        )
    return render(request, "chat/emoji.html", {"section": "emoji", "emoji": made_emoji()})


@door("POST")
def remove(request: HttpRequest, emoji_name: str) -> HttpResponse:
    actor = cast(User, request.user)
    return attempt(
        request,
        lambda: actions.remove_emoji(actor=actor, name=emoji_name),
        done=_("The emoji is gone."),
        to=reverse("chat:own_emoji"),
    )


@door("GET")
def named(request: HttpRequest, emoji_name: str) -> HttpResponse:
    """To the picture that has this name now: reactions are stored by name."""
    address = addresses_of([emoji_name]).get(emoji_name)
    if address is None:
        raise NotFound
    response = redirect(address)
    response["Cache-Control"] = "private, max-age=60"
    return response


@door("GET")
def listing(request: HttpRequest) -> HttpResponse:
    """Asked for each time somebody looks for an emoji, and sent again only where it has changed."""
    body = json.dumps({"emoji": all_emoji()})
    mark = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    if mark in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = mark
    response["Cache-Control"] = "private, no-cache"
    return response
