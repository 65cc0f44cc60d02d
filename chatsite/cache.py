"""The cache in Redis: how values rest there, and what happens while it does not answer."""

from __future__ import annotations

import json
import logging
import time
from functools import cached_property, partial
from typing import Any, cast

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from chatsite.redis_address import make_pool

logger = logging.getLogger(__name__)

# Nobody waits for a Redis that has just not answered.
PAUSE_SECONDS = 5.0


class JSONSerializer:
    """JSON instead of pickle; integers stay as they are, so that Redis can count them."""

    def dumps(self, value: object) -> int | bytes:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SharedCache(RedisCache):
    """Redis as Django's cache. Without Redis each process counts by itself: people can still sign in."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._redis_options: dict[str, Any] = params["OPTIONS"]

    @cached_property
    def _cache(self) -> SharedClient:  # type: ignore[override]  # the same methods, asked for by name
        return SharedClient(self._redis_options)


class SharedClient:
    """Every method of RedisCacheClient; those of the in-process cache while Redis does not answer."""

    def __init__(self, redis_options: dict[str, Any]) -> None:
        import redis

        self._failures = (redis.RedisError, OSError)
        self._redis = _Client(redis_options)
        self._local = LocMemCache("without-redis", {"OPTIONS": {"MAX_ENTRIES": 100_000}})
        self._asks_again_at = 0.0

    def __getattr__(self, method: str) -> Any:
        return partial(self._ask, method)

    def _ask(self, method: str, *args: Any) -> Any:
        if time.monotonic() >= self._asks_again_at:
            try:
                return getattr(self._redis, method)(*args)
            except self._failures as error:
                self._asks_again_at = time.monotonic() + PAUSE_SECONDS
                logger.warning("cache: Redis does not answer (%s); counting in this process", error)
        return getattr(self._local, method)(*args)


class _Client(RedisCacheClient):
    def __init__(self, redis_options: dict[str, Any]) -> None:
        # Django's own serializer unpickles: whoever can write to Redis could run code here.
        super().__init__([""], serializer=cast(Any, JSONSerializer))
        self._pool = make_pool(redis_options)

    def _get_connection_pool(self, write: bool) -> Any:
        return self._pool
