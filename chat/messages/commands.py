"""Messages by socket: each command is one hop to one action."""

from __future__ import annotations

from typing import Any

from chat.messages import actions
from chat.socket.context import Answer, Context


async def send(context: Context, payload: dict[str, Any]) -> Answer:
    sent = await context.run(
        actions.send_message,
        user=context.user,
        room_id=payload["room"],
        text=payload["text"],
        client_id=payload["client_id"],
        reply_to=payload["reply_to"],
        uploads=payload["uploads"],
    )
    return {"message": {"id": sent.id, "seq": sent.seq}}


async def edit(context: Context, payload: dict[str, Any]) -> Answer:
    await context.run(
        actions.edit_message,
        user=context.user,
        room_id=payload["room"],
        message_id=payload["message"],
        base=payload["base"],
        text=payload["text"],
    )
    return {}


async def delete(context: Context, payload: dict[str, Any]) -> Answer:
    await context.run(
        actions.delete_message, user=context.user, room_id=payload["room"], message_id=payload["message"]
    )
    return {}


async def add_reaction(context: Context, payload: dict[str, Any]) -> Answer:
    return await _react(context, payload, present=True)


async def remove_reaction(context: Context, payload: dict[str, Any]) -> Answer:
    return await _react(context, payload, present=False)


async def _react(context: Context, payload: dict[str, Any], *, present: bool) -> Answer:
    await context.run(
        actions.react,
        user=context.user,
        room_id=payload["room"],
        message_id=payload["message"],
        emoji=payload["emoji"],
        present=present,
    )
    return {}
