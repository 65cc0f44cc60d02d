"""Typing and presence, by socket. Both are heard only by people who share a room, while they show it."""

from __future__ import annotations

import time
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

# For so long a person who was allowed to write counts as one who is. Membership is looked up at each frame.
VERDICT_SECONDS = 15.0


async def typing(context: Context, payload: dict[str, Any]) -> Answer:
    room_id, user = payload["room"], context.user
    feed = context.hub.feeds.get(room_id)
    if feed is None or user.pk not in feed.members or room_id not in context.outlet.open_rooms:
        return None
    if len(feed.members) > TYPING_MEMBERS:
        return None
    if limits.may_type(user.pk, room_id) and await _may_write(context, room_id):
        event = events.typing(room=room_id, user=user.pk, name=user.display_name, active=payload["active"])
        publish_now(room_group(room_id), envelopes.room_typing(room=room_id, user=user.pk, event=event))
    return None


async def _may_write(context: Context, room_id: int) -> bool:
    """Asks the gate once in a while: who is muted meanwhile seems to type a few seconds longer, and writes nothing."""
    checked, now = context.outlet.checked_for_typing, time.monotonic()
    if checked.get(room_id, 0.0) > now:
        return True
    try:
        await context.run(access_room, context.user, room_id, Permission.POST)
    except ChatError:
        return False
    checked[room_id] = now + VERDICT_SECONDS
    return True


async def beat(context: Context, payload: dict[str, Any]) -> Answer:
    """Whether this tab is looked at. Sent on change only: the server renews the lease while the socket lives."""
    context.outlet.active = payload["active"]
    context.hub.presence.look(context.user.pk, mood=payload.get("mood"))
    return None
