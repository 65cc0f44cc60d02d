"""A room, its people and their names as they travel."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from chat.models import Membership, Room
from chat.uploads.pictures.facts import picture_url
from chat.wire.encoding import moment


def room_facts(room: Room) -> dict[str, Any]:
    """What the header and the sidebar show of a room: one count."""
    return {
        "name": room.name,
        "topic": room.topic,
        "kind": room.kind,
        "state": room.state,
        "posting": room.posting,
        "locked_until": moment(room.locked_until) if room.locked_until and room.is_locked else None,
        "slow_seconds": room.slow_seconds,
        "members": Membership.objects.active().filter(room=room).count(),
    }


def person_facts(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.display_name,
        "handle": user.handle,
        "initials": user.initials,
        "hue": user.hue,
        "picture": picture_url(user.shown_picture),
    }
