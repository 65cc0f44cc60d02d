"""Reading on, by socket."""

from __future__ import annotations

from typing import Any

from chat.reading import actions
from chat.socket.context import Answer, Context


async def mark(context: Context, payload: dict[str, Any]) -> Answer:
    await context.run(actions.mark_read, user=context.user, room_id=payload["room"], seq=payload["seq"])
    return {}


async def unmark(context: Context, payload: dict[str, Any]) -> Answer:
    await context.run(actions.unmark_read, user=context.user, room_id=payload["room"], seq=payload["seq"])
    return {}


async def mark_all(context: Context, payload: dict[str, Any]) -> Answer:
    await context.run(actions.mark_all_read, user=context.user)
    return {}
