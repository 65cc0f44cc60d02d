"""A clean-up: what it would take, how far it is, and its undoing."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.doors import attempt, door
from chat.errors import Forbidden
from chat.moderation.cleanups import actions, queries
from chat.moderation.people import access_dossier


@door("GET", "POST")
def clean_up(request: HttpRequest, person_id: int) -> HttpResponse:
    """GET counts what would be removed (`span`); POST removes it."""
    actor = cast(User, request.user)
    dossier = access_dossier(actor, person_id)
    if not dossier.may_act:
        raise Forbidden
    if request.method == "POST":
        return attempt(
            request,
            lambda: actions.start_clean_up(
                actor=actor,
                person_id=person_id,
                span=request.POST.get("span", ""),
                reason=request.POST.get("reason", ""),
            ),
            done=_("The clean-up runs."),
            to=reverse("chat:dossier", args=[person_id]),
        )
    span = request.GET.get("span", "hour")
    context = {
        "section": "people",
        "person": dossier.person,
        "span": span,
        "preview": queries.preview_of(dossier.person, span),
    }
    return render(request, "chat/moderation/clean_up.html", context)


@door("POST")
def undo(request: HttpRequest, clean_up_id: int) -> HttpResponse:
    actor = cast(User, request.user)
    found = queries.access_clean_up(actor, clean_up_id)
    return attempt(
        request,
        lambda: actions.undo_clean_up(actor=actor, clean_up_id=clean_up_id),
        done=_("The messages are coming back."),
        to=reverse("chat:dossier", args=[found.person_id]),
    )


@door("POST")
def restore(request: HttpRequest, removed_id: int) -> HttpResponse:
    """The message with this id comes back from the bin."""
    actor = cast(User, request.user)
    person_id = queries.author_of_removed(actor, removed_id)
    return attempt(
        request,
        lambda: actions.restore_message(actor=actor, message_id=removed_id),
        done=_("The message is back."),
        to=reverse("chat:dossier", args=[person_id]),
    )
