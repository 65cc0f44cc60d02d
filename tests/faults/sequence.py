"""The Python port of static/js/models/sequence.js: where a client stands in one room's stream of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class Outcome:
    """`apply`: items or events to show, in order. `hole`: sync again. `reset`: load the last page."""

    apply: list[Frame] = field(default_factory=list)
    hole: bool = False
    reset: bool = False


class Sequence:
    def __init__(self, cursor: int) -> None:
        self.cursor = cursor
        self.syncing = False
        self._buffer: list[Frame] = []

    def start(self) -> int:
        self.syncing = True
        return self.cursor

    def stop(self) -> None:
        self.syncing = True
        self._buffer = []

    def receive(self, event: Frame) -> Outcome:
        self._buffer.append(event)
        if self.syncing:
            return Outcome()
        return Outcome(self._drain(), hole=bool(self._buffer))

    def answer(self, frame: Frame) -> Outcome:
        if frame.get("reset"):
            return Outcome(reset=True)
        apply = list(frame.get("items", []))
        self.cursor = max(self.cursor, frame["upto"])
        if frame.get("complete") is False:
            return Outcome(apply)
        self.syncing = False
        return Outcome([*apply, *self._drain()], hole=bool(self._buffer))

    def restart(self, head: int) -> Outcome:
        return self.answer({"upto": head})

    def _drain(self) -> list[Frame]:
        apply: list[Frame] = []
        self._buffer.sort(key=_first)
        while self._buffer and _first(self._buffer[0]) <= self.cursor + 1:
            event = self._buffer.pop(0)
            apply.extend(one for one in event.get("events", [event]) if one["seq"] > self.cursor)
            upto: int = event["upto"] if "upto" in event else event["seq"]
            self.cursor = max(self.cursor, upto)
        return apply


def _first(event: Frame) -> int:
    first: int = event["from"] + 1 if "from" in event else event["seq"]
    return first
