"""The queue, one case, and the two forms by which members report."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.access.gates import access_message, access_person
from chat.access.permissions import Permission
from chat.audit.queries import log_of_person
from chat.doors import attempt, door, wants_fragment
from chat.errors import NotFound
from chat.moderation.durations import CHOICES
from chat.moderation.fields import flag_of, optional_number
from chat.moderation.overview import overview_for
from chat.moderation.peace.actions import hide_person
from chat.moderation.policy import may_moderate
from chat.moderation.reports import actions, queries
from chat.moderation.reports.rules import DECISIONS, REASONS

# Entries of the log beside a case: what a decision should know; the rest is a click away.
LATELY = 6


@door("GET")
def queue(request: HttpRequest) -> HttpResponse:
    """`state=decided` for what is done; a fragment of the list for the script."""
    user = cast(User, request.user)
    if not queries.sees_moderation(user):
        raise NotFound
    is_open = request.GET.get("state") != "decided"
    context: dict[str, Any] = {
        "section": "reports",
        "is_open": is_open,
        "cases": queries.queue_of(user, is_open=is_open),
        "open_count": queries.count_open(user),
    }
    if wants_fragment(request):
        return render(request, "chat/moderation/_queue.html", context)
    return render(request, "chat/moderation/queue.html", {**context, "overview": overview_for(user)})


@door("GET")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with its evidence and the form to decide it; a fragment for the script."""
    user = cast(User, request.user)
    found = queries.access_case(user, case_id)
    everywhere = may_moderate(user)
    in_room = found.room is not None and not found.room.is_direct
    decisions = [
        (name, one)
        for name, one in DECISIONS.items()
        if (everywhere or one.in_room or one.kind is None)
        and (in_room or not one.in_room or name == "warn")
        and (found.message is not None or not one.removes)
    ]
    context: dict[str, Any] = {
        "section": "reports",
        "case": found,
        "evidence": queries.evidence_of(found, user),
        "author": queries.author_of(found, everywhere=everywhere),
        "decisions": decisions,
        "durations": CHOICES,
        "sees_people": everywhere,
        "so_far": log_of_person(found.about_id, LATELY) if everywhere else [],
    }
    fragment = wants_fragment(request)
    if not fragment:
        context["cases"] = queries.queue_of(user, is_open=True)
    return render(request, f"chat/moderation/{'_' if fragment else ''}case.html", context)


@door("POST")
def take(request: HttpRequest, case_id: int) -> HttpResponse:
    taken = flag_of(request.POST, "taken")
    return attempt(
        request,
        lambda: actions.take(actor=cast(User, request.user), case_id=case_id, taken=taken),
        done=_("This case is yours.") if taken else _("This case is open to others again."),
        to=reverse("chat:case", args=[case_id]),
    )


@door("POST")
def hide(request: HttpRequest, case_id: int) -> HttpResponse:
    hidden = flag_of(request.POST, "hidden")
    return attempt(
        request,
        lambda: actions.set_hidden(actor=cast(User, request.user), case_id=case_id, hidden=hidden),
        done=_("The message is hidden.") if hidden else _("The message shows again."),
        to=reverse("chat:case", args=[case_id]),
    )


@door("POST")
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    post = request.POST
    verdict = actions.Verdict(
        decision=post.get("decision", ""),
        reason=post.get("reason", ""),
        minutes=optional_number(post, "minutes"),
        remove_text=post.get("remove_text") == "1",
        note=post.get("note", "").replace("\x00", ""),
    )
    return attempt(
        request,
        lambda: actions.decide(actor=cast(User, request.user), case_id=case_id, verdict=verdict),
        done=_("Decided."),
        to=reverse("chat:case", args=[case_id]),
    )


@door("GET", "POST")
def report_message(request: HttpRequest, room_id: int, message_id: int) -> HttpResponse:
    user = cast(User, request.user)
    _access, message = access_message(user, room_id, message_id, Permission.REPORT)
    if request.method == "GET":
        return _form(request, {"message": message, "about": message.author})

    def act() -> None:
        actions.report_message(user=user, room_id=room_id, message_id=message_id, **_report_of(request))
        _hide_if_asked(request, message.author_id)

    return attempt(request, act, done=_thanks(), to=reverse("chat:permalink", args=[room_id, message_id]))


@door("GET", "POST")
def report_person(request: HttpRequest, user_id: int) -> HttpResponse:
    user = cast(User, request.user)
    person = access_person(user, user_id)
    if request.method == "GET":
        return _form(request, {"about": person})

    def act() -> None:
        actions.report_person(user=user, person_id=user_id, **_report_of(request))
        _hide_if_asked(request, user_id)

    return attempt(request, act, done=_thanks(), to=reverse("chat:person", args=[user_id]))


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    fragment = wants_fragment(request)
    template = f"chat/moderation/{'_' if fragment else ''}report.html"
    return render(request, template, {**context, "reasons": REASONS})


def _report_of(request: HttpRequest) -> dict[str, str]:
    return {"reason": request.POST.get("reason", ""), "words": request.POST.get("words", "")}


def _hide_if_asked(request: HttpRequest, person_id: int) -> None:
    if request.POST.get("hide") == "1":
        hide_person(user=cast(User, request.user), person_id=person_id)


def _thanks() -> str:
    return _("Thank you. A moderator will look at it, and you will be told the outcome.")
