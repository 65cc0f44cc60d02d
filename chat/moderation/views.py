"""People as moderators see them, banned addresses, and the card of a person that everybody sees."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.client_address import client_address
from accounts.models import User
from chat.access.gates import access_person
from chat.doors import attempt, door, wants_fragment
from chat.errors import Invalid, NotFound
from chat.models import CleanUp, Sanction
from chat.moderation.addresses import actions as addresses
from chat.moderation.addresses.queries import address_bans, network_of, shared_by
from chat.moderation.durations import CHOICES
from chat.moderation.fields import optional_number
from chat.moderation.peace.queries import hides
from chat.moderation.people import access_dossier, add_note, find_people, remove_picture
from chat.moderation.policy import may_moderate

EVERYWHERE = (Sanction.Kind.WARN, Sanction.Kind.MUTE, Sanction.Kind.SUSPEND, Sanction.Kind.BAN)


def moderator(request: HttpRequest) -> User:
    """The reader, who moderates the instance. Raises NotFound."""
    user = cast(User, request.user)
    if not may_moderate(user):
        raise NotFound
    return user


@door("GET")
def people(request: HttpRequest) -> HttpResponse:
    moderator(request)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    context = {"section": "people", "query": query, "people": find_people(query)}
    return render(request, "chat/moderation/people.html", context)


@door("GET")
def dossier(request: HttpRequest, person_id: int) -> HttpResponse:
    found = access_dossier(moderator(request), person_id)
    context = {
        "section": "people",
        "dossier": found,
        "person": found.person,
        "kinds": [(kind.value, kind.label) for kind in EVERYWHERE],
        "durations": CHOICES,
        "spans": CleanUp.Span.choices,
    }
    return render(request, "chat/moderation/dossier.html", context)


@door("POST")
def note(request: HttpRequest, person_id: int) -> HttpResponse:
    actor = moderator(request)
    return attempt(
        request,
        lambda: add_note(actor=actor, person_id=person_id, text=request.POST.get("text", "")),
        done=_("Noted."),
        to=reverse("chat:dossier", args=[person_id]),
    )


@door("POST")
def picture(request: HttpRequest, person_id: int) -> HttpResponse:
    """Takes the person's picture away."""
    actor = moderator(request)
    return attempt(
        request,
        lambda: remove_picture(actor=actor, person_id=person_id, reason=request.POST.get("reason", "")),
        done=_("The picture is gone."),
        to=reverse("chat:dossier", args=[person_id]),
    )


@door("GET", "POST")
def address_page(request: HttpRequest) -> HttpResponse:
    """GET with `network` says who shares it, before anybody is shut out."""
    actor = moderator(request)
    if request.method == "POST":
        post = request.POST
        return attempt(
            request,
            lambda: addresses.ban_addresses(
                actor=actor,
                network=post.get("network", ""),
                reason=post.get("reason", ""),
                minutes=optional_number(post, "minutes"),
                own_address=client_address(request),
            ),
            done=_("Nobody comes in from there now."),
            to=reverse("chat:addresses"),
        )
    context: dict[str, Any] = {"section": "addresses", "bans": address_bans(), "durations": CHOICES}
    if asked := request.GET.get("network", ""):
        try:
            network = network_of(asked)
        except Invalid as error:
            context.update(asked=asked, problem=error.detail)
        else:
            context.update(asked=network, shared=shared_by(network))
    return render(request, "chat/moderation/addresses.html", context)


@door("POST")
def address_lift(request: HttpRequest, ban_id: int) -> HttpResponse:
    actor = moderator(request)
    return attempt(
        request,
        lambda: addresses.lift_address_ban(actor=actor, ban_id=ban_id),
        done=_("It is taken back."),
        to=reverse("chat:addresses"),
    )


@door("GET")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """The card: a fragment for the script, a page without it."""
    user = cast(User, request.user)
    found = access_person(user, user_id)
    context = {
        "person": found,
        "is_self": found.pk == user.pk,
        "is_hidden": hides(user, found.pk),
        "moderates": may_moderate(user),
    }
    fragment = wants_fragment(request)
    return render(request, f"chat/moderation/{'_' if fragment else ''}person.html", context)
