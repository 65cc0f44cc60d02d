"""The channel layer through Redis, where several processes reach each other."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import redis
from channels_redis.core import RedisChannelLayer
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat.wire.losses import losses


class SharedChannelLayer(RedisChannelLayer):  # type: ignore[misc]  # channels_redis has no types
    """A connection that was cut while it idled is made again once; overflows are counted."""

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        # The stock layer tells of what it drops by one INFO line per message.
        source = logging.getLogger("channels_redis.core")
        source.setLevel(logging.INFO)
        source.addFilter(_count_overflow)

        for host in self.hosts:
            # Redis-py asks a dead Sentinel four times, for seconds, before it asks the next one.
            if asking := host.get("sentinel_kwargs"):
                asking["retry"] = Retry(NoBackoff(), 0)

    def create_pool(self, index: int) -> Any:
        pool = super().create_pool(index)
        # Not after a timeout: a silent Redis would be waited for twice.
        pool.connection_kwargs["retry"] = Retry(NoBackoff(), 1, (redis.ConnectionError,))
        return pool

    async def _clean_receive_backup(self, index: int, channel: str) -> None:
        """Runs beside, with nobody to hear of its failure: what was received may come twice, which the hub drops."""
        with suppress(redis.RedisError, OSError):
            await super()._clean_receive_backup(index, channel)


def _count_overflow(record: logging.LogRecord) -> bool:
    if "over capacity" not in record.msg:
        return True
    over = record.args[0] if isinstance(record.args, tuple) else 1
    losses.count("a process was too slow to take them", int(str(over)), record.getMessage())
    return False
