"""Who is here, as one process knows it: what each process said of its people, while that is fresh. Pure.

Every word is a lease. A process that dies says nothing more, and its people expire by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

ONLINE, AWAY, BUSY, OFFLINE = "online", "away", "busy", "offline"
RANK = {BUSY: 3, ONLINE: 2, AWAY: 1, OFFLINE: 0}
# What people choose for themselves: seen as usual, not to be disturbed, or not seen at all.
PLAIN, HIDDEN = "", "hidden"
MOODS = (PLAIN, BUSY, HIDDEN)


@dataclass(frozen=True, slots=True)
class Word:
    """One process about one person. `rooms`: where the person may be seen. `until`: monotonic seconds."""

    state: str
    rooms: frozenset[int]
    until: float


class Board:
    def __init__(self) -> None:
        self._words: defaultdict[int, dict[str, Word]] = defaultdict(dict)
        self._in_room: defaultdict[int, set[int]] = defaultdict(set)

    def state(self, user: int) -> str:
        """The best of what any process says: here in one tab is here."""
        states = [word.state for word in self._words.get(user, {}).values()]
        return max(states, key=RANK.__getitem__, default=OFFLINE)

    def rooms(self, user: int) -> set[int]:
        found: set[int] = set()
        for word in self._words.get(user, {}).values():
            found |= word.rooms
        return found

    def present_in(self, room: int) -> list[tuple[int, str]]:
        """(person, state) of everyone in the room who is not offline."""
        return [(user, self.state(user)) for user in self._in_room.get(room, ())]

    def hear(self, process: str, user: int, word: Word) -> tuple[str, set[int]] | None:
        """Takes one word. The person's state and the rooms to tell it in; None where nobody has to hear of it.

        A new state is told wherever the person may be seen, a known one only where they were not seen before.
        """
        before, rooms = self.state(user), self.rooms(user)
        if word.state == OFFLINE:
            self._words[user].pop(process, None)
        else:
            self._words[user][process] = word
        self._file(user, rooms)
        after = self.state(user)
        to_tell = self.rooms(user) - rooms if after == before else rooms | word.rooms
        return (after, to_tell) if to_tell else None

    def expire(self, now: float) -> list[tuple[int, str, set[int]]]:
        """Forgets what is no longer fresh. (person, new state, rooms to tell it in) of each change."""
        changed = []
        for user, words in list(self._words.items()):
            stale = [process for process, word in words.items() if word.until <= now]
            if not stale:
                continue
            before, rooms = self.state(user), self.rooms(user)
            for process in stale:
                del words[process]
            self._file(user, rooms)
            if self.state(user) != before:
                changed.append((user, self.state(user), rooms))
        return changed

    def _file(self, user: int, before: Iterable[int]) -> None:
        after = self.rooms(user)
        for room in set(before) - after:
            self._in_room[room].discard(user)
            if not self._in_room[room]:
                del self._in_room[room]
        for room in after:
            self._in_room[room].add(user)
        if not self._words[user]:
            del self._words[user]
