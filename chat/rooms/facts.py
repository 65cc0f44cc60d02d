"""A room, its people and their names as they travel."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from chat.models import Membership, Room


def room_facts(room: Room) -> dict[str, Any]:
    """What the header and the sidebar show of a room: one count."""
    return {
        "name": room.name,
        "topic": room.topic,
        "kind": room.kind,
        "state": room.state,
        "members": Membership.objects.active().filter(room=room).count(),
    }


def person_facts(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.display_name,
        "handle": user.handle,
        "initials": user.initials,
        "hue": user.hue,
    }
