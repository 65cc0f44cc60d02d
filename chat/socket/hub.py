"""The hub: one per process. Carries what the channel layer brings to the sockets of a room's people.

Delivery touches no database, no encoder and no thread, and awaits no socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

from chat.moderation.addresses.queries import covers
from chat.socket import reads
from chat.socket.background import Background
from chat.socket.feed import Feed
from chat.socket.flow import Flow
from chat.socket.frames import frame_of
from chat.socket.outlet import Outlet
from chat.socket.presence import Presence
from chat.socket.reads import RoomHead
from chat.socket.registry import Registry
from chat.socket.subscriptions import Subscriptions
from chat.socket.threads import in_thread
from chat.wire import envelopes, events
from chat.wire.encoding import encode
from chat.wire.envelopes import Envelope
from chat.wire.groups import HUBS, room_group, user_group


class Hub:
    """What comes in for whom, and which rooms are listened to. Use from its event loop only."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.people = self.registry.people
        self.feeds = self.registry.feeds
        self.presence = Presence(self)
        self.subscriptions = Subscriptions(self.handle, always={HUBS}, turned=self._tell_delivery)
        self._background = Background()
        self._flow = Flow(self.registry, self._background, unheard=self._close_if_unheard)
        self._handlers = {
            envelopes.ROOM_EVENT: self._on_room_event,
            envelopes.ROOM_TYPING: self._on_typing,
            envelopes.USER_EVENT: self._on_user_event,
            envelopes.USER_JOINED: self._on_joined,
            envelopes.USER_LEFT: self._on_left,
            envelopes.USER_ENDED: self._on_ended,
            envelopes.HUB_PRESENCE: self.presence.hear,
            envelopes.ADDRESSES_BANNED: self._on_addresses_banned,
            envelopes.EVERYONE: self._on_everyone,
        }

    # People come and go

    def register(self, outlet: Outlet) -> None:
        """From here on the socket hears of its person, holding everything back until its hello."""
        self.registry.add(outlet)

    async def follow(self, user_id: int, heads: dict[int, RoomHead]) -> bool:
        """Makes a person a listener of these rooms, as they were read from the database.

        False where a room has moved on since it was read, before the person could hear of it: read again.
        """
        await self._open_feeds(heads)
        is_present = True
        for room_id, head in heads.items():
            feed = self.feeds.get(room_id)
            if feed is None or user_id not in self.people:
                continue
            is_new = user_id not in feed.members
            if feed.acl == head.acl:
                self.registry.admit(feed, user_id)
            else:
                # A right was taken away between the reading and now: read again rather than guess.
                await self._flow.read_rights(feed)
            is_present = is_present and (feed.seq <= head.seq or not is_new)
        return is_present

    def forget(self, outlet: Outlet) -> None:
        """The socket is gone; with a person's last one, so is the person."""
        is_last = self.registry.remove(outlet)
        self.presence.look(outlet.user_id)
        if not is_last:
            return
        self.subscriptions.leave([user_group(outlet.user_id)])
        for room_id in self.registry.rooms_of.pop(outlet.user_id, set()):
            if feed := self.feeds.get(room_id):
                feed.members.discard(outlet.user_id)
                self._close_if_unheard(feed)

    def rooms_of_person(self, user_id: int) -> Collection[int]:
        return self.registry.rooms_of.get(user_id, ())

    def conversations_of(self, user_id: int) -> list[int]:
        rooms = self.rooms_of_person(user_id)
        return [room_id for room_id in rooms if (feed := self.feeds.get(room_id)) and feed.is_direct]

    def showing(self, room_id: int) -> Iterable[Outlet]:
        """The tabs here that show who is in this room."""
        feed = self.feeds.get(room_id)
        return self.registry.showing(feed) if feed else ()

    def outlets(self) -> list[Outlet]:
        return self.registry.outlets()

    # Envelopes come in

    def handle(self, envelope: Envelope) -> None:
        """Takes one envelope of the channel layer. Unknown types are of a newer server beside us: not for us."""
        handler = self._handlers.get(envelope["type"])
        if handler:
            handler(envelope)

    def _on_room_event(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        if feed and feed.keep(envelope):
            self._flow.advance(feed)

    def _on_typing(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        frame = frame_of(envelope["text"])
        for outlet in self.registry.listeners(feed) if feed else ():
            if envelope["room"] in outlet.open_rooms and outlet.user_id != envelope["user"]:
                outlet.deliver(frame)

    def _on_user_event(self, envelope: Envelope) -> None:
        self.registry.tell(envelope["user"], envelope["text"])

    def _on_joined(self, envelope: Envelope) -> None:
        if envelope["user"] in self.people:
            self.run_beside(self._admit_later(envelope["user"], envelope["room"], envelope["seq"]))

    def _on_left(self, envelope: Envelope) -> None:
        feed = self.feeds.get(envelope["room"])
        if feed:
            self._flow.dismiss(feed, envelope["user"])
        self._tell_left(envelope["user"], envelope["room"], envelope["seq"], envelope["reason"])
        self.run_beside(self._return_if_member(envelope["user"], envelope["room"], envelope["seq"]))

    def _on_ended(self, envelope: Envelope) -> None:
        for outlet in list(self.people.get(envelope["user"], ())):
            if envelope["session"] in (None, envelopes.session_mark(outlet.session)):
                outlet.close(envelope["code"], envelope["reason"])

    def _on_addresses_banned(self, envelope: Envelope) -> None:
        for outlet in self.outlets():
            if outlet.user_id not in envelope["spared"] and covers(envelope["network"], outlet.address):
                outlet.close(4403, "address banned")

    def _on_everyone(self, envelope: Envelope) -> None:
        frame = frame_of(envelope["text"])
        for outlet in self.outlets():
            outlet.deliver(frame)

    def _tell_left(self, user_id: int, room_id: int, seq: int, reason: str) -> None:
        self.registry.tell(user_id, encode(events.room_left(room=room_id, seq=seq, reason=reason)))

    def _tell_delivery(self, late: bool) -> None:
        text = encode(events.delivery(late=late))
        for outlet in self.outlets():
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
                self.registry.admit(feed, user_id)
            self._flow.advance(feed)
            self._close_if_unheard(feed)

    def _close_if_unheard(self, feed: Feed) -> None:
        if not feed.members and feed.ready.is_set():
            feed.stop_timer()
            self.feeds.pop(feed.room, None)
            self.subscriptions.leave([room_group(feed.room)])

    async def _admit_later(self, user_id: int, room_id: int, seq: int) -> None:
        """Somebody here joined a room: listen to it, say so, and deliver what came after the joining."""
        await self._open_feeds([room_id])
        feed = self.feeds.get(room_id)
        if feed is None:
            return
        await self._flow.read_rights(feed)
        if user_id in feed.members:
            self.registry.tell(user_id, encode(events.room_joined(room=room_id, seq=seq)))
            self.presence.look(user_id)

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
                    self._flow.mend_soon(feed)

    def _compare_members(self, feed: Feed, head: RoomHead) -> None:
        for user_id in (head.members & self.people.keys()) - feed.members:
            self.run_beside(self._admit_later(user_id, feed.room, head.seq))
        if head.acl > feed.acl:
            for user_id in feed.members - head.members:
                self._tell_left(user_id, feed.room, head.seq, "left")
            self.run_beside(self._flow.read_rights(feed))

    def run_beside(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task of the hub: kept from the collector, its failure logged."""
        return self._background.run(coroutine)
