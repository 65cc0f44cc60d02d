"""Starts the server so that a test can take a promise out, or make a fault certain, while it runs.

The file named by FAULTS_TRIGGER says which; without it this is the product. `python -m tests.faults.mutated`
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chat.wire.envelopes import ROOM_EVENT, Envelope

Patch = tuple[Any, str, Any]
LOOK_EVERY = 0.02


def no_key() -> list[Patch]:
    """Sends are not recognised again; the test has dropped the constraint."""
    from chat.messages import actions

    return [(actions, "_sent_earlier", lambda *_: None)]


def disorder() -> list[Patch]:
    """Every third event comes 40 ms late. No promise is taken out: this the hub must mend."""
    from chat.socket.subscriptions import Subscriptions

    take = Subscriptions._take

    def take_late(self: Subscriptions, envelope: Envelope) -> None:
        if envelope["type"] == ROOM_EVENT and envelope["seq"] % 3 == 0:
            asyncio.get_running_loop().call_later(0.04, take, self, envelope)
        else:
            take(self, envelope)

    return [(Subscriptions, "_take", take_late)]


def no_order() -> list[Patch]:
    """Events go out as they come, and some come late."""
    from chat.socket.feed import Feed

    def take_any(self: Feed) -> Envelope | None:
        return self.waiting.pop(next(iter(self.waiting))) if self.waiting else None

    def keep_any(self: Feed, envelope: Envelope) -> bool:
        self.waiting[envelope["seq"]] = envelope
        return True

    return [(Feed, "take_next", take_any), (Feed, "keep", keep_any), *disorder()]


def no_fence() -> list[Patch]:
    """A revocation is not heard of, and a newer version of rights holds nothing back."""
    from chat.socket.feed import Feed
    from chat.socket.flow import Flow

    def take_next(self: Feed) -> Envelope | None:
        envelope = self.waiting.pop(self.seq + 1, None)
        self.seq += 1 if envelope else 0
        return envelope

    return [(Feed, "take_next", take_next), (Flow, "dismiss", lambda *_: None)]


def silence() -> list[Patch]:
    """No room's event reaches the layer. The heads check must find them all, the last one too."""
    from chat.wire.publisher import Publisher

    put = Publisher.put

    def put_some(self: Publisher, group: str, envelope: Envelope) -> None:
        if envelope["type"] != ROOM_EVENT:
            put(self, group, envelope)

    return [(Publisher, "put", put_some)]


def disturbed() -> list[Patch]:
    """All that may go wrong and must be mended, at once."""
    return [*disorder(), *silence(), *failing_commits()]


def no_heads() -> list[Patch]:
    """Lost hints, and nobody compares heads."""
    from chat.socket.hub import Hub

    async def compare_nothing(*_: object) -> None:
        pass

    return [(Hub, "compare_heads", compare_nothing), *silence()]


def failing_commits() -> list[Patch]:
    """Every fifth send fails at its end and is rolled back. The client repeats it: no promise is taken out."""
    from django.db import OperationalError

    from chat.messages import actions

    announce = actions._announce

    def announce_and_fail(*args: Any, **more: Any) -> None:
        announce(*args, **more)
        if random.random() < 0.2:
            raise OperationalError("the fault tests wanted this")

    return [(actions, "_announce", announce_and_fail)]


def early() -> list[Patch]:
    """Changes are announced before they are committed, and some never are."""
    from chat.wire import publish

    class Now:
        @staticmethod
        def on_commit(act: Callable[[], None], **_: Any) -> None:
            act()

    return [(publish, "transaction", Now), *failing_commits()]


def dying() -> list[Patch]:
    """The process that takes the trigger ends as by kill -9, between the next COMMIT and its answer."""
    from django.db import transaction

    from chat.messages import actions

    announce = actions._announce

    def announce_and_die(*args: Any, **more: Any) -> None:
        announce(*args, **more)
        transaction.on_commit(die)

    def die() -> None:
        try:
            Path(os.environ["FAULTS_TRIGGER"]).unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return [(actions, "_announce", announce_and_die)]


MUTATIONS: dict[str, Callable[[], list[Patch]]] = {
    made.__name__: made for made in (disturbed, no_key, no_order, no_fence, no_heads, early, dying)
}


def obey() -> None:
    """Applies what the trigger says, takes it back when it says something else, and acknowledges each."""
    trigger = Path(os.environ["FAULTS_TRIGGER"])
    present, undo = "", list[Patch]()
    while True:
        try:
            wanted = trigger.read_text()
        except FileNotFoundError:
            wanted = ""
        if wanted != present:
            for place, name, old in reversed(undo):
                setattr(place, name, old)
            undo.clear()
            for place, name, new in MUTATIONS[wanted]() if wanted else []:
                undo.append((place, name, getattr(place, name)))
                setattr(place, name, new)
            present = wanted
        told_in(trigger, os.getpid()).write_text(present)
        time.sleep(LOOK_EVERY)


def told_in(trigger: Path, pid: int) -> Path:
    """Where a process says what it does now."""
    return trigger.with_name(f"{trigger.name}.{pid}")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from chatsite import launch

    prepare = launch.prepare

    def prepare_and_obey() -> list[str]:
        lines = prepare()
        threading.Thread(target=obey, daemon=True).start()
        return lines

    launch.prepare = prepare_and_obey
    return launch.main()


if __name__ == "__main__":
    sys.exit(main())
