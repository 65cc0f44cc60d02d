"""Hiding people, and the page that lists whom one hides."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door
from chat.moderation.fields import optional_number
from chat.moderation.peace import actions
from chat.moderation.peace.queries import hidings_of


@door("GET", "POST")
def peace(request: HttpRequest) -> HttpResponse:
    """POST `direct_from`: who may open a conversation with one."""
    user = cast(User, request.user)
    if request.method == "POST":
        wish = request.POST.get("direct_from", "")
        return attempt(
            request,
            lambda: actions.take_conversations(user=user, direct_from=wish),
            done=_("Saved."),
            to=reverse("chat:peace"),
        )
    context = {"section": "peace", "hidings": hidings_of(user), "choices": User.DirectFrom.choices}
    return render(request, "chat/moderation/peace.html", context)


@door("POST")
def hide(request: HttpRequest, user_id: int) -> HttpResponse:
    """`minutes`: for how long; empty: until it is taken back."""
    user = cast(User, request.user)
    return attempt(
        request,
        lambda: actions.hide_person(
            user=user, person_id=user_id, minutes=optional_number(request.POST, "minutes")
        ),
        done=_("You hear nothing of this person now. They are not told."),
        to=reverse("chat:peace"),
    )


@door("POST")
def show(request: HttpRequest, user_id: int) -> HttpResponse:
    user = cast(User, request.user)
    return attempt(
        request,
        lambda: actions.show_person(user=user, person_id=user_id),
        done=_("You hear of this person again."),
        to=reverse("chat:peace"),
    )
