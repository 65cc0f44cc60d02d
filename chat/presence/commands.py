"""Typing, by socket. Only those who may write in the room are heard, and only by members who have it open."""

from __future__ import annotations

from typing import Any

from chat import limits
from chat.socket.context import Answer, Context
from chat.wire import envelopes, events
from chat.wire.groups import room_group
from chat.wire.publish import publish_now


async def typing(context: Context, payload: dict[str, Any]) -> Answer:
    room_id, user = payload["room"], context.user
    feed = context.hub.feeds.get(room_id)
    if feed is None or user.pk not in feed.members or room_id not in context.outlet.open_rooms:
        return None
    if limits.may_type(user.pk, room_id):
        event = events.typing(room=room_id, user=user.pk, name=user.display_name, active=payload["active"])
        publish_now(room_group(room_id), envelopes.room_typing(room=room_id, user=user.pk, event=event))
    return None
