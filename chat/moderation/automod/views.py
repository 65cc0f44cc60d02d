"""The page of automatic rules and house rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from chat.doors import attempt, door
from chat.errors import Invalid
from chat.models import HouseRules, Rule
from chat.moderation.automod import actions, queries
from chat.moderation.fields import flag_of, number_of, optional_number
from chat.moderation.views import moderator


@door("GET", "POST")
def rules(request: HttpRequest) -> HttpResponse:
    """POST `act=try` counts what a rule would have met; `act=add` keeps it, switched off."""
    actor = moderator(request)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            values = values_of(request)
            if request.POST.get("act") == "add":
                return attempt(
                    request,
                    lambda: actions.add_rule(actor=actor, values=values),
                    done=_("The rule is there, switched off."),
                    to=reverse("chat:rules"),
                )
            context["dry_run"] = queries.dry_run(actions.draft_rule(values, by=actor), actor)
        except Invalid as error:
            context["problem"] = error.detail
        context["draft"] = request.POST
    context.update(
        section="rules",
        rules=queries.all_rules(),
        house=queries.house_rules(),
        kinds=Rule.Kind.choices,
        outcomes=Rule.Outcome.choices,
        hide_after=HouseRules.HideAfter.choices,
    )
    status = 422 if "problem" in context else 200
    return render(request, "chat/moderation/rules.html", context, status=status)


def values_of(request: HttpRequest) -> actions.RuleValues:
    post = request.POST
    return actions.RuleValues(
        name=post.get("name", "").replace("\x00", ""),
        kind=post.get("kind", ""),
        outcome=post.get("outcome", ""),
        text=post.get("text", "").replace("\x00", ""),
        count=number_of(post, "count", default=5),
        seconds=number_of(post, "seconds", default=10),
        mute_minutes=number_of(post, "mute_minutes", default=10),
        room_id=optional_number(post, "room"),
    )


@door("POST")
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    actor, enabled = moderator(request), flag_of(request.POST, "enabled")
    return attempt(
        request,
        lambda: actions.switch_rule(actor=actor, rule_id=rule_id, enabled=enabled),
        done=_("The rule is on.") if enabled else _("The rule is off."),
        to=reverse("chat:rules"),
    )


@door("POST")
def delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    actor = moderator(request)
    return attempt(
        request,
        lambda: actions.delete_rule(actor=actor, rule_id=rule_id),
        done=_("The rule is gone."),
        to=reverse("chat:rules"),
    )


@door("POST")
def house(request: HttpRequest) -> HttpResponse:
    actor, post = moderator(request), request.POST
    return attempt(
        request,
        lambda: actions.change_house_rules(
            actor=actor,
            tell_reporters=post.get("tell_reporters") == "1",
            tell_authors=post.get("tell_authors") == "1",
            hide_after=number_of(post, "hide_after"),
        ),
        done=_("Saved."),
        to=reverse("chat:rules"),
    )
