"""What a moderator said when they closed a room, or all of them, to somebody."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import User
from chat.access.closures import Closure
from chat.models import Sanction


def reason_for(user: User, room_id: int, closure: Closure) -> str:
    """Why a moderator closed this room, or all of them, to this person; "" where nobody did."""
    kinds = {"suspended": "suspend", "muted": "mute", "muted_here": "mute"}
    kind = kinds.get(closure.why)
    if kind is None:
        return ""
    where = Q(room=room_id) if closure.why == "muted_here" else Q(room=None)
    found = Sanction.objects.in_force().filter(where, user=user, kind=kind).order_by("-ends_at").first()
    return found.reason if found else ""


def sanctions_in(room_id: int) -> list[Sanction]:
    """What is in force in one room, the newest first."""
    found = Sanction.objects.in_force().filter(room=room_id).select_related("user", "room", "created_by")
    return list(found.order_by("-pk")[:200])
