"""Presence between processes and sockets: each process says of its people how they are, every hub hears it.

One envelope per change, to the hubs, never to a browser by itself: a hub passes it on only to people who share a
room with the person, and there only to tabs that have the room open or show it as a conversation.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Collection, Iterable
from typing import Protocol

from django.conf import settings

from chat.presence.board import AWAY, BUSY, HIDDEN, OFFLINE, ONLINE, PLAIN, Board, Word
from chat.socket.outlet import Outlet
from chat.wire import envelopes, events
from chat.wire.encoding import encode
from chat.wire.envelopes import Envelope
from chat.wire.groups import HUBS
from chat.wire.publish import publish_now

# In ping intervals: how long a word holds, and how long a reload may take before somebody counts as gone.
LEASE, GRACE = 3.0, 0.4
PEOPLE_PER_ENVELOPE = 50
MOST_ROOMS = 500


class Hearers(Protocol):
    """What presence needs of the hub."""

    people: dict[int, set[Outlet]]

    def rooms_of_person(self, user_id: int) -> Collection[int]: ...
    def showing(self, room_id: int) -> Iterable[Outlet]: ...


class Presence:
    def __init__(self, hub: Hearers) -> None:
        self.board = Board()
        self._hub = hub
        self._process = secrets.token_hex(6)
        # Of each person here the state and in how many rooms: who enters one is said again, to be seen there.
        self._said: dict[int, tuple[str, int]] = {}
        self._moods: dict[int, str] = {}
        self._leaving: dict[int, asyncio.TimerHandle] = {}
        self._renewed_at = 0.0

    def look(self, user_id: int, *, mood: str | None = None) -> None:
        """Something about this person's tabs here changed, or about how they want to be seen."""
        outlets = self._hub.people.get(user_id, ())
        if mood is not None:
            self._moods[user_id] = mood
        if outlets:
            self._cancel_leaving(user_id)
            # Before the first hello nobody knows yet whether the person wants to be seen.
            if user_id in self._moods:
                self._say(user_id, self._state(user_id, outlets))
        elif user_id in self._said and user_id not in self._leaving:
            loop = asyncio.get_running_loop()
            grace = GRACE * settings.CHAT.ping_interval
            self._leaving[user_id] = loop.call_later(grace, self._leave, user_id)

    def _state(self, user_id: int, outlets: Iterable[Outlet]) -> str:
        mood = self._moods.get(user_id, PLAIN)
        if mood == HIDDEN:
            return OFFLINE
        if not any(outlet.active for outlet in outlets):
            return AWAY
        return BUSY if mood == BUSY else ONLINE

    def _leave(self, user_id: int) -> None:
        self._leaving.pop(user_id, None)
        if not self._hub.people.get(user_id):
            self._say(user_id, OFFLINE)
            self._said.pop(user_id, None)
            self._moods.pop(user_id, None)

    def _cancel_leaving(self, user_id: int) -> None:
        if timer := self._leaving.pop(user_id, None):
            timer.cancel()

    def _say(self, user_id: int, state: str) -> None:
        said = state, len(self._hub.rooms_of_person(user_id))
        if self._said.get(user_id) != said:
            self._said[user_id] = said
            self._publish([user_id])

    def _publish(self, user_ids: list[int]) -> None:
        people = [
            [one, self._said[one][0], list(self._hub.rooms_of_person(one))[:MOST_ROOMS]] for one in user_ids
        ]
        publish_now(HUBS, envelopes.hub_presence(process=self._process, people=people))

    def check(self, now: float) -> None:
        """Called about every second: renews this process's leases and ends those of the dead."""
        if now - self._renewed_at >= settings.CHAT.ping_interval:
            self._renewed_at = now
            # Not those who are leaving or just coming back: their rooms are gone from here, or not known yet.
            here = [user for user in self._said if user in self._hub.people and user not in self._leaving]
            for start in range(0, len(here), PEOPLE_PER_ENVELOPE):
                self._publish(here[start : start + PEOPLE_PER_ENVELOPE])
        for user_id, state, rooms in self.board.expire(now):
            self._tell(user_id, state, rooms)

    def hear(self, envelope: Envelope) -> None:
        until = time.monotonic() + LEASE * settings.CHAT.ping_interval
        for user_id, state, rooms in envelope["people"]:
            word = Word(state, frozenset(rooms), until)
            if changed := self.board.hear(envelope["process"], user_id, word):
                self._tell(user_id, *changed)

    def _tell(self, user_id: int, state: str, rooms: Iterable[int]) -> None:
        text = encode(events.presence(people=[(user_id, state)]))
        outlets = {outlet for room_id in rooms for outlet in self._hub.showing(room_id)}
        for outlet in outlets:
            outlet.write(text)

    def snapshot(self, outlet: Outlet, room_ids: Iterable[int]) -> None:
        """Who is in these rooms now, for a tab that begins to show them."""
        people = {user: state for room_id in room_ids for user, state in self.board.present_in(room_id)}
        if people:
            outlet.write(encode(events.presence(people=list(people.items()))))
