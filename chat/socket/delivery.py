"""From one room to all of its sockets: in turns, so that a large room delays nobody else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator

from chat.socket.feed import Feed
from chat.socket.frames import Frame, joined
from chat.socket.registry import Registry

AT_ONCE = 500  # sockets written to before the event loop has its turn
LONGEST_WRITE = 65_536  # bytes of events that wait for the same room and go out together


class Delivery:
    """Frames of one room go out in the order of `send`, each to the room's people as they are at the write."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def send(self, feed: Feed, frame: Frame) -> None:
        feed.outgoing.append(frame)
        if not feed.is_pouring:
            feed.is_pouring = True
            # At the loop's next turn: what was announced together then goes out together.
            asyncio.get_running_loop().call_soon(self._begin, feed)

    def _begin(self, feed: Feed) -> None:
        self._pour(feed, take_some(feed.outgoing), iter(list(feed.members)))

    def _pour(self, feed: Feed, frame: Frame, people: Iterator[int]) -> None:
        sockets = self._registry.people
        members = feed.members
        written = 0
        for person in people:
            # Looked up at each write: a removal between two turns counts.
            if person in members:
                for outlet in sockets.get(person, ()):
                    outlet.deliver(frame)
                    written += 1
            if written >= AT_ONCE:
                asyncio.get_running_loop().call_soon(self._pour, feed, frame, people)
                return
        feed.is_pouring = bool(feed.outgoing)
        if feed.is_pouring:
            asyncio.get_running_loop().call_soon(self._begin, feed)


def take_some(frames: deque[Frame]) -> Frame:
    """The next frame and those behind it, up to the size of one write."""
    some = [frames.popleft()]
    size = len(some[0])
    while frames and size + len(frames[0]) <= LONGEST_WRITE:
        some.append(frames.popleft())
        size += len(some[-1])
    return joined(some)
