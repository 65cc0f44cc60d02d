"""What travels through the channel layer: an encoded event and what the hub must know to route and fence it.

`type` is one of the constants below; nothing of a client's frame is ever spread into an envelope.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings

from chat.wire.encoding import encode
from chat.wire.events import Event

Envelope = dict[str, Any]

ROOM_EVENT = "room.event"
ROOM_TYPING = "room.typing"
USER_EVENT = "user.event"
USER_JOINED = "user.joined"
USER_LEFT = "user.left"
USER_ENDED = "user.ended"
PROBE = "hub.probe"
HUB_PRESENCE = "hub.presence"
ADDRESSES_BANNED = "addresses.banned"
EVERYONE = "everyone.event"


def room_event(*, room: int, seq: int, acl: int, event: Event) -> Envelope:
    """A durable change. `text` is None where the event is too large for the layer: the hub then reads it."""
    text = encode(event)
    fits = len(text) <= settings.CHAT.layer_event_bytes
    return {"type": ROOM_EVENT, "room": room, "seq": seq, "acl": acl, "text": text if fits else None}


def room_typing(*, room: int, user: int, event: Event) -> Envelope:
    return {"type": ROOM_TYPING, "room": room, "user": user, "text": encode(event)}


def user_event(*, user: int, event: Event) -> Envelope:
    return {"type": USER_EVENT, "user": user, "text": encode(event)}


def user_joined(*, user: int, room: int, seq: int) -> Envelope:
    return {"type": USER_JOINED, "user": user, "room": room, "seq": seq}


def user_left(*, user: int, room: int, seq: int, reason: str) -> Envelope:
    return {"type": USER_LEFT, "user": user, "room": room, "seq": seq, "reason": reason}


def user_ended(*, user: int, session: str | None, code: int, reason: str) -> Envelope:
    """Close this person's sockets: those of one session (by its mark), or all."""
    return {"type": USER_ENDED, "user": user, "session": session, "code": code, "reason": reason}


def probe(*, nonce: str) -> Envelope:
    return {"type": PROBE, "nonce": nonce}


def hub_presence(*, process: str, people: list[list[Any]]) -> Envelope:
    """What a process says of its people: [id, state, ids of the rooms they may be seen in]."""
    return {"type": HUB_PRESENCE, "process": process, "people": people}


def addresses_banned(*, network: str, spared: list[int]) -> Envelope:
    """Close the sockets that came from there (CIDR), except those of these people."""
    return {"type": ADDRESSES_BANNED, "network": network, "spared": spared}


def everyone(*, event: Event) -> Envelope:
    """What is the same for all sockets: nothing of a room or a person."""
    return {"type": EVERYONE, "text": encode(event)}


def session_mark(session_key: str) -> str:
    """Names a session in an envelope without giving its key away: 32 hexadecimal digits."""
    return hashlib.sha256(f"session:{session_key}".encode()).hexdigest()[:32]
