"""The ways to announce. Only actions use those on commit; the last is for what no database remembers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from chat.wire import envelopes
from chat.wire.envelopes import Envelope
from chat.wire.events import Event
from chat.wire.groups import HUBS, room_group, user_group
from chat.wire.publisher import publisher


def announce_on_commit(*, room: int, seq: int, acl: int, event: Callable[[], Event]) -> None:
    """Tells everyone in the room, after COMMIT. The event is built and encoded then, outside the room's lock."""
    transaction.on_commit(partial(_announce, room=room, seq=seq, acl=acl, event=event), robust=True)


def publish_on_commit(user: int, envelope: Envelope) -> None:
    """Tells one person's tabs, after COMMIT."""
    transaction.on_commit(partial(publisher.put, user_group(user), envelope), robust=True)


def tell_hubs_on_commit(envelope: Envelope) -> None:
    """Tells every process what concerns sockets and no room, after COMMIT."""
    transaction.on_commit(partial(publisher.put, HUBS, envelope), robust=True)


def publish_now(group: str, envelope: Envelope) -> None:
    """For typing and presence: nothing is stored, a lost one expires by itself."""
    publisher.put(group, envelope)


def _announce(*, room: int, seq: int, acl: int, event: Callable[[], Event]) -> None:
    publisher.put(room_group(room), envelopes.room_event(room=room, seq=seq, acl=acl, event=event()))
