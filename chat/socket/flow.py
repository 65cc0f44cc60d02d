"""How rooms flow through a process: strictly by number, and never to somebody who lost the right.

An early event waits for its predecessors a little, then what is missing is read once for the whole process. An event
under newer rights than known waits until the members are read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from django.conf import settings

from chat.socket import reads
from chat.socket.background import Background
from chat.socket.complaints import log_failure
from chat.socket.delivery import Delivery
from chat.socket.feed import Feed
from chat.socket.frames import frame_of
from chat.socket.registry import Registry
from chat.socket.threads import in_thread

MEND_RETRY_SECONDS = 1.0


class Flow:
    """`unheard` is called with a feed that nobody here listens to any more."""

    def __init__(
        self, registry: Registry, background: Background, *, unheard: Callable[[Feed], None]
    ) -> None:
        self._registry = registry
        self._background = background
        self._delivery = Delivery(registry)
        self._unheard = unheard

    def advance(self, feed: Feed) -> None:
        """Forwards all that is in order; what blocks the rest is waited for, or read."""
        if feed.mending or not feed.ready.is_set():
            return
        while envelope := feed.take_next():
            self._delivery.send(feed, frame_of(envelope["text"]))
        feed.stop_timer()
        if feed.needs_rights or feed.needs_reading:
            self._mend(feed)
        elif feed.waiting:
            self.mend_soon(feed)

    def mend_soon(self, feed: Feed) -> None:
        """What is still on its way gets its usual moment to arrive."""
        loop = asyncio.get_running_loop()
        feed.timer = loop.call_later(settings.CHAT.order_wait, self._mend, feed)

    def _mend(self, feed: Feed) -> None:
        feed.stop_timer()
        if feed.mending is None and feed.ready.is_set():
            feed.mending = self._background.run(self._mend_feed(feed))

    async def _mend_feed(self, feed: Feed) -> None:
        """Reads rights, or what is missing, until the room flows again."""
        try:
            while self._registry.feeds.get(feed.room) is feed:
                if feed.needs_rights:
                    await self.read_rights(feed)
                elif not await self._read_gap(feed):
                    break
        except Exception as error:
            log_failure(f"hub: reading room {feed.room}", error)
            await asyncio.sleep(MEND_RETRY_SECONDS)
        finally:
            feed.mending = None
        self.advance(feed)

    async def read_rights(self, feed: Feed) -> None:
        while True:
            asked = set(self._registry.people)
            rights = await in_thread(reads.read_rights, feed.room, asked)
            # Whoever came in while this was read was admitted under older rights: ask for them too.
            if feed.members <= asked:
                break
        self._apply_rights(feed, rights)

    async def _read_gap(self, feed: Feed) -> bool:
        """Reads and delivers one batch. True if there is more, or if the next event needs something yet."""
        asked = set(self._registry.people)
        gap = await in_thread(reads.read_gap, feed.room, feed.seq, asked)
        if feed.members <= asked:
            self._apply_rights(feed, gap.rights)
        else:
            await self.read_rights(feed)
        feed.skip_to(gap.upto)
        if gap.text:
            self._delivery.send(feed, frame_of(gap.text))
        return gap.upto < gap.head or feed.needs_rights

    def _apply_rights(self, feed: Feed, rights: reads.Rights) -> None:
        """Only a newer version dismisses: at the same one, who is missing has joined since it was read."""
        if rights.acl < feed.acl:
            return
        if rights.acl > feed.acl:
            for user_id in feed.members - rights.members:
                self.dismiss(feed, user_id)
        feed.acl = rights.acl
        for user_id in rights.members:
            self._registry.admit(feed, user_id)

    def dismiss(self, feed: Feed, user_id: int) -> None:
        self._registry.dismiss(feed, user_id)
        if not feed.members:
            self._unheard(feed)
