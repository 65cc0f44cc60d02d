"""Everything that a browser may ask by socket, on one page: the command, its fields, what answers it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from chat.messages import commands as messages
from chat.moderation.reports import commands as reports
from chat.presence import commands as presence
from chat.reading import commands as reading
from chat.socket import session
from chat.socket.context import Answer, Context
from chat.socket.protocol import Check, is_flag, is_id, is_ids, is_mood, is_text, optional


@dataclass(frozen=True, slots=True)
class Command:
    """`shape`: field → check. `at_once`: handled as it comes and never answered."""

    run: Callable[[Context, dict[str, Any]], Coroutine[Any, Any, Answer]]
    shape: dict[str, Check]
    at_once: bool = False


MESSAGE: dict[str, Check] = {"room": is_id, "message": is_id}

COMMANDS: dict[str, Command] = {
    "message.send": Command(
        messages.send,
        {
            "room": is_id,
            "client_id": is_text,
            "text": is_text,
            "reply_to": optional(is_id),
            "uploads": optional(is_ids),
        },
    ),
    "message.edit": Command(messages.edit, {**MESSAGE, "base": is_id, "text": is_text}),
    "message.delete": Command(messages.delete, MESSAGE),
    "reaction.add": Command(messages.add_reaction, {**MESSAGE, "emoji": is_text}),
    "reaction.remove": Command(messages.remove_reaction, {**MESSAGE, "emoji": is_text}),
    "room.open": Command(session.open_room, {"room": is_id, "after": optional(is_id)}),
    "room.close": Command(session.close_room, {"room": is_id}),
    "room.sync": Command(session.sync, {"room": is_id, "after": is_id}),
    "read.mark": Command(reading.mark, {"room": is_id, "seq": is_id}),
    "read.unmark": Command(reading.unmark, {"room": is_id, "seq": is_id}),
    "read.mark_all": Command(reading.mark_all, {}),
    "typing": Command(presence.typing, {"room": is_id, "active": is_flag}, at_once=True),
    "case.look": Command(reports.look, {"case": is_id, "active": is_flag}),
    "presence.beat": Command(presence.beat, {"active": is_flag, "mood": optional(is_mood)}, at_once=True),
}
