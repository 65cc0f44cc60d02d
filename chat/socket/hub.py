"""The hub: one per process. Carries what the channel layer brings to the sockets of a room's people.

A room goes out strictly by number: an early event waits for its predecessors a little, then what is missing is
read once for the whole process. Every event carries its room's version of rights; a newer one than known waits
until the members are read again. Delivery touches no database, no encoder and no thread, and awaits no socket.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

from django.conf import settings

from chat.socket import reads
from chat.socket.feed import Feed
from chat.socket.outlet import Outlet
from chat.socket.presence import Presence
from chat.socket.reads import RoomHead
from chat.socket.subscriptions import Subscriptions
from chat.socket.threads import in_thread
from chat.wire import envelopes, events
from chat.wire.encoding import encode
from chat.wire.envelopes import Envelope
from chat.wire.groups import HUBS, room_group, user_group

logger = logging.getLogger(__name__)

MEND_RETRY_SECONDS = 1.0


class Hub:
    """Registry of rooms → people → sockets of this process. Use from its event loop only."""

    def __init__(self) -> None:
        self.people: dict[int, set[Outlet]] = {}
        self.feeds: dict[int, Feed] = {}
        self.rooms_of: defaultdict[int, set[int]] = defaultdict(set)
        self.presence = Presence(self)
        self.subscriptions = Subscriptions(self.handle, always={HUBS})
        self._tasks: set[asyncio.Task[Any]] = set()
        self._handlers = {
            envelopes.ROOM_EVENT: self._on_room_event,
            envelopes.ROOM_TYPING: self._on_typing,
            envelopes.USER_EVENT: self._on_user_event,
            envelopes.USER_JOINED: self._on_joined,
            envelopes.USER_LEFT: self._on_left,
            envelopes.USER_ENDED: self._on_ended,
            envelopes.HUB_PRESENCE: self.presence.hear,
        }

    # People come and go

    def register(self, outlet: Outlet) -> None:
        """From here on the socket hears of its person, holding everything back until its hello."""
        self.people.setdefault(outlet.user_id, set()).add(outlet)

    async def follow(self, user_id: int, rooms: dict[int, RoomHead]) -> None:
        """Makes a person a listener of these rooms, as they were read from the database."""
        await self._open_feeds(rooms)
        for room_id, head in rooms.items():
            feed = self.feeds.get(room_id)
            if feed is None or user_id not in self.people:
                continue
            if feed.acl == head.acl:
                self._admit(feed, user_id)
            else:
                # A right was taken away between the reading and now: read again rather than guess.
                await self._read_rights(feed)

    def forget(self, outlet: Outlet) -> None:
        """The socket is gone; with a person's last one, so is the person."""
        outlets = self.people.get(outlet.user_id, set())
        outlets.discard(outlet)
        if outlets:
            self.presence.look(outlet.user_id)
            return
        if self.people.pop(outlet.user_id, None) is not None:
            self.presence.look(outlet.user_id)
        self.subscriptions.leave([user_group(outlet.user_id)])
        for room_id in self.rooms_of.pop(outlet.user_id, set()):
            if feed := self.feeds.get(room_id):
                feed.members.discard(outlet.user_id)
                self._close_if_unheard(feed)

    def rooms_of_person(self, user_id: int) -> Iterable[int]:
        return self.rooms_of.get(user_id, ())

    def conversations_of(self, user_id: int) -> list[int]:
        rooms = self.rooms_of.get(user_id, ())
        return [room_id for room_id in rooms if (feed := self.feeds.get(room_id)) and feed.is_direct]

    def showing(self, room_id: int) -> Iterable[Outlet]:
        """The tabs here that show who is in this room: those that have it open, and all of a conversation."""
        feed = self.feeds.get(room_id)
        if feed:
            yield from (one for one in self._listeners(feed) if feed.is_direct or room_id in one.open_rooms)

    def outlets(self) -> list[Outlet]:
        return [outlet for outlets in self.people.values() for outlet in outlets]

    # Envelopes come in

    def handle(self, envelope: Envelope) -> None:
        """Takes one envelope of the channel layer. Unknown types are of a newer server beside us: not for us."""
        handler = self._handlers.get(envelope["type"])
        if handler:
            handler(envelope)

    def _on_room_event(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        if feed and feed.keep(envelope):
            self._advance(feed)

    def _on_typing(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        for outlet in self._listeners(feed) if feed else ():
            if feed and feed.room in outlet.open_rooms and outlet.user_id != envelope["user"]:
                outlet.write(envelope["text"])

    def _on_user_event(self, envelope: Envelope) -> None:
        for outlet in self.people.get(envelope["user"], ()):
            outlet.write(envelope["text"])

    def _on_joined(self, envelope: Envelope) -> None:
        if envelope["user"] in self.people:
            self.run_beside(self._admit_later(envelope["user"], envelope["room"], envelope["seq"]))

    def _on_left(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        if feed:
            self._dismiss(feed, envelope["user"])
        self._tell_left(envelope["user"], envelope["room"], envelope["seq"], envelope["reason"])
        self.run_beside(self._return_if_member(envelope["user"], envelope["room"], envelope["seq"]))

    def _on_ended(self, envelope: Envelope) -> None:
        for outlet in list(self.people.get(envelope["user"], ())):
            if envelope["session"] in (None, envelopes.session_mark(outlet.session)):
                outlet.close(envelope["code"], envelope["reason"])

    # A room's order and rights

    def _advance(self, feed: Feed) -> None:
        """Forwards all that is in order; what blocks the rest is waited for, or read."""
        if feed.mending or not feed.ready.is_set():
            return
        while envelope := feed.take_next():
            self._deliver(feed, envelope["text"])
        feed.stop_timer()
        if feed.needs_rights or feed.needs_reading:
            self._mend(feed)
        elif feed.waiting:
            loop = asyncio.get_running_loop()
            feed.timer = loop.call_later(settings.CHAT.order_wait, self._mend, feed)

    def _deliver(self, feed: Feed, text: str) -> None:
        for outlet in self._listeners(feed):
            outlet.write(text)

    def _listeners(self, feed: Feed) -> Iterable[Outlet]:
        for person in feed.members:
            yield from self.people.get(person, ())

    def _mend(self, feed: Feed) -> None:
        feed.stop_timer()
        if feed.mending is None and feed.ready.is_set():
            feed.mending = self.run_beside(self._mend_feed(feed))

    async def _mend_feed(self, feed: Feed) -> None:
        """Reads rights, or what is missing, until the room flows again."""
        try:
            while self.feeds.get(feed.room) is feed:
                if feed.needs_rights:
                    await self._read_rights(feed)
                elif not await self._read_gap(feed):
                    break
        except Exception:
            logger.exception("hub: room %s could not be read; trying again", feed.room)
            await asyncio.sleep(MEND_RETRY_SECONDS)
        finally:
            feed.mending = None
        self._advance(feed)

    async def _read_rights(self, feed: Feed) -> None:
        while True:
            asked = set(self.people)
            rights = await in_thread(reads.read_rights, feed.room, asked)
            # Whoever came in while this was read was admitted under older rights: ask for them too.
            if feed.members <= asked:
                break
        self._apply_rights(feed, rights)

    async def _read_gap(self, feed: Feed) -> bool:
        """Reads and delivers one batch. True if there is more, or if the next event needs something yet."""
        asked = set(self.people)
        gap = await in_thread(reads.read_gap, feed.room, feed.seq, asked)
        if feed.members <= asked:
            self._apply_rights(feed, gap.rights)
        else:
            await self._read_rights(feed)
        feed.skip_to(gap.upto)
        if gap.text:
            self._deliver(feed, gap.text)
        return gap.upto < gap.head or feed.needs_rights

    def _apply_rights(self, feed: Feed, rights: reads.Rights) -> None:
        """Only a newer version dismisses: at the same one, who is missing has joined since it was read."""
        if rights.acl < feed.acl:
            return
        if rights.acl > feed.acl:
            for user_id in feed.members - rights.members:
                self._dismiss(feed, user_id)
        feed.acl = rights.acl
        for user_id in rights.members:
            self._admit(feed, user_id)

    def _admit(self, feed: Feed, user_id: int) -> None:
        if user_id in self.people:
            feed.members.add(user_id)
            self.rooms_of[user_id].add(feed.room)

    def _dismiss(self, feed: Feed, user_id: int) -> None:
        feed.members.discard(user_id)
        self.rooms_of[user_id].discard(feed.room)
        for outlet in self.people.get(user_id, ()):
            outlet.open_rooms.discard(feed.room)
        self._close_if_unheard(feed)

    def _close_if_unheard(self, feed: Feed) -> None:
        if not feed.members and feed.ready.is_set():
            feed.stop_timer()
            self.feeds.pop(feed.room, None)
            self.subscriptions.leave([room_group(feed.room)])

    def _tell_left(self, user_id: int, room_id: int, seq: int, reason: str) -> None:
        text = encode(events.room_left(room=room_id, seq=seq, reason=reason))
        for outlet in self.people.get(user_id, ()):
            outlet.write(text)

    # Rooms open and close

    async def _open_feeds(self, room_ids: Collection[int]) -> None:
        """Returns when these rooms have feeds here, opened by this call or by another one.

        Twice, because a feed that somebody else opened may have closed for want of members when it was ready.
        What fails then is found by the next heads check.
        """
        for _attempt in range(2):
            missing = [room_id for room_id in room_ids if room_id not in self.feeds]
            for room_id in missing:
                self.feeds[room_id] = Feed(room_id)
            if missing:
                # On a task of the hub: whoever asked may be cut off, and others wait for the same feeds.
                await asyncio.shield(self.run_beside(self._start_feeds(missing)))
            for room_id in room_ids:
                if feed := self.feeds.get(room_id):
                    await feed.ready.wait()

    async def _start_feeds(self, room_ids: list[int]) -> None:
        """Joins the groups, then positions the feeds at their heads; what came meanwhile is sorted in."""
        await self.subscriptions.join(room_group(room_id) for room_id in room_ids)
        try:
            heads = await in_thread(reads.read_room_heads, room_ids, list(self.people))
        except Exception:
            for room_id in room_ids:
                self.feeds.pop(room_id).ready.set()
            raise
        for room_id in room_ids:
            feed, head = self.feeds[room_id], heads.get(room_id, RoomHead(-1, -1))
            feed.is_direct = head.is_direct
            feed.acl = head.acl
            feed.skip_to(head.seq)
            feed.ready.set()
            for user_id in head.members:
                self._admit(feed, user_id)
            self._advance(feed)
            self._close_if_unheard(feed)

    async def _admit_later(self, user_id: int, room_id: int, seq: int) -> None:
        """Somebody here joined a room: listen to it, say so, and deliver what came after the joining."""
        await self._open_feeds([room_id])
        feed = self.feeds.get(room_id)
        if feed is None:
            return
        await self._read_rights(feed)
        if user_id in feed.members:
            text = encode(events.room_joined(room=room_id, seq=seq))
            for outlet in self.people.get(user_id, ()):
                outlet.write(text)

    async def _return_if_member(self, user_id: int, room_id: int, seq: int) -> None:
        """A leaving that was heard after the return that followed it must not leave the person deaf."""
        rights = await in_thread(reads.read_rights, room_id, [user_id])
        if user_id in rights.members and user_id in self.people:
            await self._admit_later(user_id, room_id, seq)

    # The database is the truth

    async def compare_heads(self, heads: dict[int, RoomHead]) -> None:
        """Finds what the layer did not tell: later numbers, newer rights, rooms entered and left."""
        for room_id, head in heads.items():
            feed = self.feeds.get(room_id)
            if feed is None:
                for user_id in head.members:
                    await self._admit_later(user_id, room_id, head.seq)
            elif feed.ready.is_set() and head.acl >= feed.acl:
                self._compare_members(feed, head)
                if head.seq > feed.seq and feed.timer is None:
                    # What is still on its way gets its usual moment to arrive.
                    loop = asyncio.get_running_loop()
                    feed.timer = loop.call_later(settings.CHAT.order_wait, self._mend, feed)

    def _compare_members(self, feed: Feed, head: RoomHead) -> None:
        for user_id in (head.members & self.people.keys()) - feed.members:
            self.run_beside(self._admit_later(user_id, feed.room, head.seq))
        if head.acl > feed.acl:
            for user_id in feed.members - head.members:
                self._tell_left(user_id, feed.room, head.seq, "left")
            self.run_beside(self._read_rights(feed))

    def run_beside(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task of the hub: kept from the collector, its failure logged."""
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("hub: a task failed: %r", error)
