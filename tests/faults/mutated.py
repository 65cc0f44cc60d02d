"""Starts the server with one promise taken out, to see that the checker notices.

python -m tests.faults.mutated no_key|disorder|no_order|no_fence
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

from chat.wire.envelopes import ROOM_EVENT, Envelope


def no_key() -> None:
    """Sends are not recognised again; the test has dropped the constraint."""
    from chat.messages import actions

    actions._sent_earlier = lambda *_: None


def disorder() -> None:
    """Every third event comes 40 ms late. No promise is taken out: this the hub must mend."""
    from chat.socket.subscriptions import Subscriptions

    take = Subscriptions._take

    def take_late(self: Subscriptions, envelope: Envelope) -> None:
        if envelope["type"] == ROOM_EVENT and envelope["seq"] % 3 == 0:
            asyncio.get_running_loop().call_later(0.04, take, self, envelope)
        else:
            take(self, envelope)

    Subscriptions._take = take_late  # type: ignore[method-assign]


def no_order() -> None:
    """Events go out as they come, and some come late."""
    from chat.socket.feed import Feed

    def take_any(self: Feed) -> Envelope | None:
        return self.waiting.pop(next(iter(self.waiting))) if self.waiting else None

    def keep_any(self: Feed, envelope: Envelope) -> bool:
        self.waiting[envelope["seq"]] = envelope
        return True

    Feed.take_next = take_any  # type: ignore[method-assign]
    Feed.keep = keep_any  # type: ignore[method-assign]
    disorder()


def no_fence() -> None:
    """A revocation is not heard of, and a newer version of rights holds nothing back."""
    from chat.socket.feed import Feed
    from chat.socket.flow import Flow

    def take_next(self: Feed) -> Envelope | None:
        envelope = self.waiting.pop(self.seq + 1, None)
        self.seq += 1 if envelope else 0
        return envelope

    Feed.take_next = take_next  # type: ignore[method-assign]
    Flow.dismiss = lambda *_: None  # type: ignore[method-assign]


MUTATIONS: dict[str, Callable[[], None]] = {
    "no_key": no_key,
    "disorder": disorder,
    "no_order": no_order,
    "no_fence": no_fence,
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from chatsite import launch

    prepare = launch.prepare

    def prepare_and_mutate() -> list[str]:
        lines = prepare()
        MUTATIONS[sys.argv[1]]()
        return lines

    launch.prepare = prepare_and_mutate
    return launch.main()


if __name__ == "__main__":
    sys.exit(main())
