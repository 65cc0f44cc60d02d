"""Where people land: the first room of an instance, and the rooms that everyone joins at sign-up."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from chat.models import Room
from chat.rooms.actions import create_room, enter_room


def open_first_room(owner: User) -> Room:
    """General: the default room of a new instance."""
    return create_room(user=owner, name=_("General"), is_default=True)


def join_default_rooms(user: User, invitation: Invitation | None) -> None:
    """Everything that is marked as everyone's, with a line that says who invited."""
    by = invitation.created_by if invitation else None
    told: dict[str, Any] = {"invited_by": {"id": by.pk, "name": by.display_name}} if by else {}
    for room in Room.objects.filter(is_default=True, state=Room.State.ACTIVE).order_by("pk"):
        with transaction.atomic():
            enter_room(room.pk, user, Room.objects.take_turn(room.pk), actor=user, act="joined", **told)
