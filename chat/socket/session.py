"""A tab's own rooms: which it has open, and catching up in them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chat.access.gates import access_room
from chat.errors import Invalid
from chat.socket.context import Answer, Context
from chat.socket.sync import read_part
from chat.wire.encoding import encode

MOST_OPEN = 32


async def open_room(context: Context, payload: dict[str, Any]) -> Answer:
    """Typing flows from now on; with `after`, answers as `sync`."""
    opened = context.outlet.open_rooms
    room_id = payload["room"]
    if room_id not in opened and len(opened) >= MOST_OPEN:
        raise Invalid(_("Too many rooms are open in this tab."))
    if payload["after"] is not None:
        answer = await sync(context, payload)
    else:
        access = await context.run(access_room, context.user, room_id)
        answer = {"room": room_id, "head": access.room.seq}
    opened.add(room_id)
    context.hub.presence.snapshot(context.outlet, [room_id])
    return answer


async def close_room(context: Context, payload: dict[str, Any]) -> Answer:
    context.outlet.open_rooms.discard(payload["room"])
    return {}


async def sync(context: Context, payload: dict[str, Any]) -> Answer:
    """The first part is the answer; the others follow it, each after the browser has read the one before."""
    part = await context.run(read_part, context.user, payload["room"], payload["after"], first=True)
    if not part.complete:
        context.hub.run_beside(send_rest(context, payload["room"], part.upto))
    return part.frame


async def send_rest(context: Context, room_id: int, after: int) -> None:
    complete = False
    while not complete:
        await context.outlet.read_up_to_here()
        part = await context.run(read_part, context.user, room_id, after, first=False)
        context.outlet.write(encode({"type": "room.more", **part.frame}))
        after, complete = part.upto, part.complete
