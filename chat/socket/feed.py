"""One room as one process delivers it: strictly by number, only to who is a member now."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from chat.socket.frames import Frame
from chat.wire.envelopes import Envelope


@dataclass(slots=True)
class Feed:
    """`seq`: the last number forwarded. `acl`: the rights that `members` was read under.

    `members`: the people with a socket here who are in the room. `waiting`: early events by number. `outgoing`: what
    is in order and not yet written.
    """

    room: int
    seq: int = -1
    acl: int = -1
    is_direct: bool = False
    members: set[int] = field(default_factory=set)
    waiting: dict[int, Envelope] = field(default_factory=dict)
    outgoing: deque[Frame] = field(default_factory=deque)
    is_pouring: bool = False
    timer: asyncio.TimerHandle | None = None
    mending: asyncio.Task[None] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, envelope: Envelope) -> bool:
        """Puts an event in line. False for what was forwarded before."""
        if envelope["seq"] <= self.seq:
            return False
        self.waiting[envelope["seq"]] = envelope
        return True

    def take_next(self) -> Envelope | None:
        """The next event, if it is here, whole, and covered by the rights known here."""
        envelope = self.waiting.get(self.seq + 1)
        if envelope is None or envelope["text"] is None or envelope["acl"] > self.acl:
            return None
        del self.waiting[self.seq + 1]
        self.seq += 1
        return envelope

    @property
    def needs_rights(self) -> bool:
        """The next event is here, but newer than the rights known."""
        envelope = self.waiting.get(self.seq + 1)
        return envelope is not None and envelope["acl"] > self.acl

    @property
    def needs_reading(self) -> bool:
        """The next event is here, but too large to have travelled."""
        envelope = self.waiting.get(self.seq + 1)
        return envelope is not None and envelope["text"] is None

    def skip_to(self, seq: int) -> None:
        """What was read from the database needs no forwarding any more."""
        self.seq = max(self.seq, seq)
        for number in [number for number in self.waiting if number <= self.seq]:
            del self.waiting[number]

    def stop_timer(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None
