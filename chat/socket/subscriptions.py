"""This process's one channel, and the groups it is in. Survives a layer that stalls, restarts or forgets.

Joining and leaving are serialised and judged by what is wanted when their turn comes, so that a quick
leave-and-return cannot end outside the group.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from chat.wire import envelopes
from chat.wire.envelopes import Envelope
from chat.wire.layers import LocalChannelLayer

logger = logging.getLogger(__name__)

AT_ONCE = 50
RETRY_SECONDS = 1.0
# Redis forgets a group this long after it was joined last; joining anew is harmless.
RENEWALS_PER_EXPIRY = 3


class Subscriptions:
    """`degraded`: the layer is known not to deliver, so that the database is asked more often.

    `turned` is called with the new value whenever that changes.
    """

    def __init__(
        self, handle: Callable[[Envelope], None], *, always: set[str], turned: Callable[[bool], None]
    ) -> None:
        self.degraded = False
        self._turned = turned
        self._renewed_at = time.monotonic()
        self.is_local = isinstance(get_channel_layer(), LocalChannelLayer)
        self._handle = handle
        self._wanted = set(always)
        self._joined: set[str] = set()
        self._turn = asyncio.Lock()
        self._probe_group = f"probe.{secrets.token_hex(8)}"
        self._probed: str | None = None
        self._missed = 0
        self._channel = ""
        self._channel_known = asyncio.Event()

    @property
    def _layer(self) -> Any:
        return get_channel_layer()

    async def receive(self) -> None:
        """Runs for the life of the process: takes envelopes off the channel and hands them on."""
        while not self._channel:
            try:
                self._channel = await self._layer.new_channel("hub.")
                self._channel_known.set()
            except Exception as error:
                await self._suffer("new channel", error)
        while True:
            try:
                envelope = await self._layer.receive(self._channel)
            except Exception as error:  # connection errors of any library: none may end the pump
                await self._suffer("receive", error)
                continue
            try:
                self._take(envelope)
            except Exception:
                logger.exception("hub: an envelope could not be handled")

    def _take(self, envelope: Envelope) -> None:
        if envelope["type"] != envelopes.PROBE:
            self._handle(envelope)
        elif envelope["nonce"] == self._probed:
            self._probed = None
            self._missed = 0
            if self.degraded and self._joined >= self._wanted:
                self.degraded = False
                logger.warning("channel layer: delivers again")
                self._turned(False)

    async def join(self, groups: Iterable[str]) -> None:
        """Wants these groups from now on; returns when they are joined, or when the layer proves not to answer."""
        self._wanted.update(groups)
        if not self.degraded:
            await self._reconcile()

    def leave(self, groups: Iterable[str]) -> None:
        self._wanted.difference_update(groups)

    async def tidy(self) -> None:
        """Leaves what is no longer wanted, and joins anew what Redis would forget."""
        if self.degraded:
            return
        if self._joined - self._wanted:
            await self._reconcile()
        if time.monotonic() - self._renewed_at >= settings.CHAT.layer_group_expiry / RENEWALS_PER_EXPIRY:
            self._renewed_at = time.monotonic()
            self._joined.clear()
            await self._reconcile()

    async def probe(self) -> None:
        """Sends a probe through a group of its own. Missed once: degraded. Missed twice: join everything anew.

        Through a group, because a restarted Redis still delivers to a channel while all groups are gone.
        """
        if self._probed is not None:
            self._missed += 1
            self._degrade("a probe did not come back")
            if self._missed >= 2:
                self._joined.clear()
        if self.degraded or self._probe_group not in self._joined:
            self._wanted.add(self._probe_group)
            await self._reconcile()
        self._probed = secrets.token_hex(8)
        try:
            envelope = envelopes.probe(nonce=self._probed)
            await asyncio.wait_for(
                self._layer.group_send(self._probe_group, envelope), settings.CHAT.publish_timeout
            )
        except Exception as error:
            self._degrade(repr(error))

    async def _reconcile(self) -> None:
        await self._channel_known.wait()
        async with self._turn:
            try:
                await self._each(self._layer.group_add, self._wanted - self._joined, self._joined.add)
                await self._each(self._layer.group_discard, self._joined - self._wanted, self._joined.discard)
            except Exception as error:
                self._degrade(repr(error))

    async def _each(self, act: Any, groups: set[str], done: Callable[[str], None]) -> None:
        remaining = list(groups)
        while remaining:
            some, remaining = remaining[:AT_ONCE], remaining[AT_ONCE:]
            async with asyncio.timeout(settings.CHAT.publish_timeout):
                await asyncio.gather(*(act(group, self._channel) for group in some))
            for group in some:
                done(group)

    def _degrade(self, why: str) -> None:
        if not self.degraded:
            self.degraded = True
            logger.warning("channel layer: does not deliver (%s); asking the database instead", why)
            self._turned(True)

    async def _suffer(self, what: str, error: Exception) -> None:
        self._degrade(f"{what}: {error!r}")
        self._joined.clear()
        await asyncio.sleep(RETRY_SECONDS)
