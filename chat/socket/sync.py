"""Catching up: the present state of what changed after a number, in parts that a browser confirms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models import User
from chat.access.gates import access_room
from chat.messages.objects import message_item
from chat.messages.queries import changes_after
from chat.models import Message
from chat.rooms.facts import room_facts
from chat.wire.encoding import encode


@dataclass(frozen=True, slots=True)
class Part:
    """One answer, or a further part of it. `upto`: everything that changed up to this number is included."""

    frame: dict[str, Any]
    upto: int
    complete: bool


def read_part(user: User, room_id: int, after: int, *, first: bool) -> Part:
    """Raises NotFound for a room that this person may not read. `reset` where more changed than is replayed."""
    access = access_room(user, room_id)
    head = access.room.seq
    if first and _is_too_far(room_id, after, head):
        return Part({"room": room_id, "reset": True, "head": head}, head, complete=True)
    messages = changes_after(room_id, after, settings.CHAT.answer_objects + 1)
    items: list[dict[str, Any]] = []
    size = 0
    for message in messages[: settings.CHAT.answer_objects]:
        item = message_item(message)
        size += len(encode(item))
        if items and size > settings.CHAT.answer_bytes:
            break
        items.append(item)
    newest = items[-1]["message"]["changed_seq"] if items else after
    complete = len(items) == len(messages)
    upto = max(newest, head) if complete else newest
    frame = {
        "room": room_id,
        "items": items,
        "upto": upto,
        "head": max(head, upto),
        "complete": complete,
        "room_facts": room_facts(access.room),
    }
    return Part(frame, upto, complete)


def _is_too_far(room_id: int, after: int, head: int) -> bool:
    """Beyond what is replayed, or a number from another life of this database."""
    if after > head:
        return True
    limit = settings.CHAT.sync_limit
    changed = Message.objects.in_room(room_id).changed_after(after).values_list("pk", flat=True)[: limit + 1]
    return len(changed) > limit
