"""Sanctions on the page of a person and in a room, the list of them, and what somebody is told about themselves."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.doors import attempt, door
from chat.errors import NotFound
from chat.moderation.cleanups.actions import start_clean_up
from chat.moderation.fields import optional_number
from chat.moderation.notices.actions import mark_seen
from chat.moderation.policy import may_moderate
from chat.moderation.sanctions import actions, queries


@door("GET")
def listing(request: HttpRequest) -> HttpResponse:
    if not may_moderate(cast(User, request.user)):
        raise NotFound
    in_force = request.GET.get("state") != "over"
    context = {
        "section": "sanctions",
        "in_force": in_force,
        "sanctions": queries.sanctions_listed(in_force=in_force),
    }
    return render(request, "chat/moderation/sanctions.html", context)


@door("POST")
def impose(request: HttpRequest, person_id: int) -> HttpResponse:
    """`clean_up`: what of the person's messages goes with it; empty: nothing."""
    actor, post = cast(User, request.user), request.POST
    _check_moderates(actor)

    def act() -> None:
        reason = post.get("reason", "")
        minutes = optional_number(post, "minutes")
        actions.impose(
            actor=actor, person_id=person_id, kind=post.get("kind", ""), reason=reason, minutes=minutes
        )
        if span := post.get("clean_up", ""):
            start_clean_up(actor=actor, person_id=person_id, span=span, reason=reason)

    return attempt(request, act, done=_("Done."), to=reverse("chat:dossier", args=[person_id]))


@door("POST")
def lift(request: HttpRequest, sanction_id: int) -> HttpResponse:
    actor, reason = cast(User, request.user), request.POST.get("reason", "")
    return attempt(
        request,
        lambda: actions.lift(actor=actor, sanction_id=sanction_id, reason=reason),
        done=_("It is taken back."),
        to=_came_from(request, reverse("chat:home")),
    )


@door("POST")
def in_room(request: HttpRequest, room_id: int, user_id: int) -> HttpResponse:
    """A warning, a mute, a removal or a ban, by the moderators of the room."""
    actor, post = cast(User, request.user), request.POST
    access_room(actor, room_id, Permission.MODERATE)
    return attempt(
        request,
        lambda: actions.impose(
            actor=actor,
            person_id=user_id,
            room_id=room_id,
            kind=post.get("kind", ""),
            reason=post.get("reason", ""),
            minutes=optional_number(post, "minutes"),
        ),
        done=_("Done."),
        to=reverse("chat:room_settings", args=[room_id]),
    )


@door("GET", "POST")
def standing(request: HttpRequest) -> HttpResponse:
    """What the moderators told and decided about the reader; POST: it was read."""
    user = cast(User, request.user)
    if request.method == "POST":
        return attempt(
            request,
            lambda: mark_seen(user=user),
            done=_("Noted."),
            to=_came_from(request, reverse("chat:home")),
        )
    return render(request, "chat/moderation/standing.html", {"standing": queries.standing_of(user)})


@door("GET")
def told(request: HttpRequest) -> HttpResponse:
    """The bar that says whether there is something to read from the moderators."""
    return render(request, "chat/moderation/_told.html")


def _check_moderates(user: User) -> None:
    if not may_moderate(user):
        raise NotFound


def _came_from(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that the form stood on."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else otherwise
