"""Typing and presence, by socket. Both are heard only by people who share a room, while they show it."""

from __future__ import annotations

from typing import Any

from chat import limits
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.constants import TYPING_MEMBERS
from chat.errors import ChatError
from chat.socket.context import Answer, Context
from chat.wire import envelopes, events
from chat.wire.groups import room_group
from chat.wire.publish import publish_now


async def typing(context: Context, payload: dict[str, Any]) -> Answer:
    room_id, user = payload["room"], context.user
    feed = context.hub.feeds.get(room_id)
    if feed is None or user.pk not in feed.members or room_id not in context.outlet.open_rooms:
        return None
    if len(feed.members) > TYPING_MEMBERS:
        return None
    if limits.may_type(user.pk, room_id):
        try:
            await context.run(access_room, user, room_id, Permission.POST)
        except ChatError:
            return None
        event = events.typing(room=room_id, user=user.pk, name=user.display_name, active=payload["active"])
        publish_now(room_group(room_id), envelopes.room_typing(room=room_id, user=user.pk, event=event))
    return None


async def beat(context: Context, payload: dict[str, Any]) -> Answer:
    """Whether this tab is looked at. Sent on change only: the server renews the lease while the socket lives."""
    context.outlet.active = payload["active"]
    context.hub.presence.look(context.user.pk, mood=payload.get("mood"))
    return None
