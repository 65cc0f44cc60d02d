"""The forms of a room's settings that its moderators and owners send."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.doors import attempt, door
from chat.moderation.controls import actions
from chat.moderation.durations import end_after
from chat.moderation.fields import number_of, optional_number


@door("POST")
def controls(request: HttpRequest, room_id: int) -> HttpResponse:
    """`lock`: keep as it is, open, or close; `lock_minutes` says for how long it is closed."""
    user, post = cast(User, request.user), request.POST
    room = access_room(user, room_id, Permission.CONTROL).room
    until = room.locked_until if room.is_locked else None
    if post.get("lock") == "open":
        until = None
    elif post.get("lock") == "close":
        until = end_after(optional_number(post, "lock_minutes"))
    wanted = actions.Controls(
        posting=post.get("posting", room.posting),
        locked_until=until,
        slow_seconds=number_of(post, "slow_seconds", default=room.slow_seconds),
        newcomer_days=number_of(post, "newcomer_days", default=room.newcomer_days),
        most_mentions=number_of(post, "most_mentions", default=room.most_mentions),
    )
    return attempt(
        request,
        lambda: actions.control_room(user=user, room_id=room_id, controls=wanted),
        done=_("Saved."),
        to=reverse("chat:room_settings", args=[room_id]),
    )


@door("POST")
def role(request: HttpRequest, room_id: int, user_id: int) -> HttpResponse:
    user, wanted = cast(User, request.user), request.POST.get("role", "")
    return attempt(
        request,
        lambda: actions.appoint(user=user, room_id=room_id, user_id=user_id, role=wanted),
        done=_("Saved."),
        to=reverse("chat:room_settings", args=[room_id]),
    )
