"""The protocol's events, one constructor each, from plain values. docs/protocol.md describes them.

An event is a dict ready for `encode`; `type` is always a constant written here, never anything from a client.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Event = dict[str, Any]

MESSAGE_CREATED = "message.created"
MESSAGE_UPDATED = "message.updated"
MESSAGE_DELETED = "message.deleted"


def message_event(
    kind: str, *, room: int, seq: int, message: Event, html: str, newly_mentioned: Collection[int] = ()
) -> Event:
    """`kind` is one of the three above; `seq` is this change's number; `html` the row, a tombstone when deleted.

    `newly_mentioned`: people whom an edit names and the message did not name before.
    """
    event: Event = {"type": kind, "room": room, "seq": seq, "message": message, "html": html}
    return event | {"newly_mentioned": list(newly_mentioned)} if newly_mentioned else event


def room_updated(*, room: int, seq: int, facts: Event, message: Event, html: str) -> Event:
    """Name, topic or state changed; `message` and `html` are the system line that carries the number."""
    return {
        "type": "room.updated",
        "room": room,
        "seq": seq,
        "room_facts": facts,
        "message": message,
        "html": html,
    }


def member_changed(*, room: int, seq: int, user: Event, facts: Event, message: Event, html: str) -> Event:
    """Somebody joined, left, was added or removed."""
    return {
        "type": "member.changed",
        "room": room,
        "seq": seq,
        "user": user,
        "room_facts": facts,
        "message": message,
        "html": html,
    }


def room_batch(*, room: int, after: int, upto: int, events: list[Event]) -> Event:
    """The present state of all that changed in (after, upto], as upserts in order."""
    return {"type": "room.batch", "room": room, "from": after, "upto": upto, "events": events}


def room_joined(*, room: int, seq: int) -> Event:
    return {"type": "room.joined", "room": room, "seq": seq}


def room_left(*, room: int, seq: int, reason: str) -> Event:
    """`reason`: left, removed or archived."""
    return {"type": "room.left", "room": room, "seq": seq, "reason": reason}


def read(*, room: int, seq: int, unread: bool, mentions: int) -> Event:
    return {"type": "read", "room": room, "seq": seq, "unread": unread, "mentions": mentions}


def settings_updated(**changed: Any) -> Event:
    """Own settings or levels changed in another tab."""
    return {"type": "settings.updated", **changed}


def saved_changed(*, room: int, message: int, saved: bool) -> Event:
    """To one's own tabs: a message was saved for oneself, or is not any more."""
    return {"type": "saved.changed", "room": room, "message": message, "saved": saved}


def sanction_changed(*, kind: str, room: int | None, until: str | None, lifted: bool) -> Event:
    """A moderator put a limit on this person, or took it away; `room` None: everywhere."""
    return {"type": "sanction.changed", "kind": kind, "room": room, "until": until, "lifted": lifted}


def notice_created() -> Event:
    """There is something to read from the moderators, or it was read in another tab."""
    return {"type": "notice.created"}


def case_changed(*, case: int, state: str, by: str, at: str, open_cases: int) -> Event:
    """To moderators: a case came, or somebody (`by`, a name) did something with it."""
    return {"type": "case.changed", "case": case, "state": state, "by": by, "at": at, "open": open_cases}


def case_looking(*, case: int, user: int, name: str, active: bool) -> Event:
    """To moderators: somebody has this case open, or no longer. A lease of 40 s."""
    return {"type": "case.looking", "case": case, "user": user, "name": name, "active": active}


def clean_up_progress(*, clean_up: int, done: int, total: int, state: str) -> Event:
    return {"type": "clean_up.progress", "clean_up": clean_up, "done": done, "total": total, "state": state}


def user_updated(*, user: Event) -> Event:
    return {"type": "user.updated", "user": user}


def emoji_changed(*, name: str, gone: bool) -> Event:
    """To everybody: this chat has a new emoji of that name, or none any more."""
    return {"type": "emoji.changed", "name": name, "gone": gone}


def typing(*, room: int, user: int, name: str, active: bool) -> Event:
    return {"type": "typing", "room": room, "user": user, "name": name, "active": active}


def presence(*, people: list[tuple[int, str]]) -> Event:
    """(person, state) of whoever changed, or of all who are here when a room opens; as chat.presence.board names it."""
    return {"type": "presence", "people": people}


def delivery(*, late: bool) -> Event:
    """`late`: the server's processes cannot reach each other, and news comes from the database, a little later."""
    return {"type": "delivery", "late": late}


def hello(
    *, build: str, user: Event, epoch: str, limits: Event, rooms: list[list[int]], protocol: int
) -> Event:
    return {
        "type": "hello",
        "protocol": protocol,
        "build": build,
        "user": user,
        "epoch": epoch,
        "limits": limits,
        "rooms": rooms,
    }


def ping(*, nonce: str) -> Event:
    return {"type": "ping", "nonce": nonce}


def bye(*, code: int, reason: str, retry_after: float | None = None) -> Event:
    frame: Event = {"type": "bye", "code": code, "reason": reason}
    return frame if retry_after is None else {**frame, "retry_after": retry_after}
