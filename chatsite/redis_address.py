"""What REDIS_URL says: one reading for the channel layer, the cache and the check at start."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    import redis

EXAMPLE = "redis://user:password@127.0.0.1:6379/0"
SENTINEL_EXAMPLE = "redis+sentinel://user:password@host:26379,host:26379/name/0"
SINGLE = {"redis", "rediss", "unix"}
SENTINEL = {"redis+sentinel", "rediss+sentinel"}
TLS = {"rediss", "rediss+sentinel"}
SENTINEL_PORT = 26379
# Redis tells nobody that its machine is gone; the kernel finds out after 15 + 3 × 5 s. The names are Linux's.
KEEPALIVE = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
}


@dataclass(frozen=True, kw_only=True)
class RedisAddress:
    """Where Redis is. `places`: host:port of it, or of each Sentinel that knows it by the name `service`."""

    url: str
    places: tuple[str, ...]
    service: str = ""
    database: int = 0
    tls: bool = False
    ca_file: Path | None = None
    sentinel_password: str = ""

    def options(self, *, socket_timeout: float, connect_timeout: float) -> dict[str, Any]:
        """How channels_redis names a host: either `address` or `sentinels`, and what a connection is made with.

        Timeouts in seconds. redis-py 7 waits for ever without them, redis-py 8 only as long as the channel
        layer's own blocking read, which an idle site then survives by chance.
        """
        options: dict[str, Any] = {
            "socket_timeout": socket_timeout,
            "socket_connect_timeout": connect_timeout,
            "health_check_interval": 30,
        }
        if not self.url.startswith("unix:"):
            options |= {"socket_keepalive": True, "socket_keepalive_options": KEEPALIVE}
        secure: dict[str, Any] = {"ssl_check_hostname": True, "ssl_cert_reqs": "required"} if self.tls else {}
        if self.tls and self.ca_file:
            secure["ssl_ca_certs"] = str(self.ca_file)
        if not self.service:
            return {"address": self.url, **options, **secure}
        return self._sentinel_options(options, secure | ({"ssl": True} if self.tls else {}))

    def _sentinel_options(self, options: dict[str, Any], secure: dict[str, Any]) -> dict[str, Any]:
        user, _, password = urlsplit(self.url).netloc.rpartition("@")[0].partition(":")
        account = {"username": unquote(user) or None, "password": unquote(password) or None}
        asking = options | secure | {"socket_timeout": options["socket_connect_timeout"]}
        return {
            "master_name": self.service,
            "sentinels": [_pair(place) for place in self.places],
            "sentinel_kwargs": asking | {"password": self.sentinel_password or None},
            "db": self.database,
            **account,
            **options,
            **secure,
        }

    @property
    def shown(self) -> str:
        """For people: where, without user and password."""
        return ", ".join(self.places)


def read_redis_url(
    url: str, *, ca_file: Path | None = None, sentinel_password: str = ""
) -> RedisAddress | None:
    """Read REDIS_URL; None where it is empty. Raises ValueError with the rest of a sentence that names it."""
    url = url.strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(f"is not an address; write it as {EXAMPLE}") from None
    if parts.scheme not in SINGLE | SENTINEL:
        raise ValueError(f"must look like {EXAMPLE}, rediss://… (TLS), unix:///path or {SENTINEL_EXAMPLE}")
    address = _sentinels(url, parts) if parts.scheme in SENTINEL else _single(url, parts)
    return RedisAddress(
        **address, tls=parts.scheme in TLS, ca_file=ca_file, sentinel_password=sentinel_password
    )


def _single(url: str, parts: SplitResult) -> dict[str, Any]:
    # channels_redis shards over several hosts, and trims the capacity of a group on the wrong shard.
    if re.search(r"[,\s]", url):
        raise ValueError(
            "must name exactly one Redis, since the channel layer loses messages over several; "
            f"for a failover write {SENTINEL_EXAMPLE}"
        )
    if parts.scheme == "unix":
        if parts.path in ("", "/") or set(parse_qs(parts.query)) - {"db"}:
            raise ValueError("must look like unix:///run/redis/redis.sock?db=0")
        return {"url": url, "places": (unquote(parts.path),)}
    try:
        port = parts.port or 6379
    except ValueError:
        raise ValueError(f"is not an address; write it as {EXAMPLE}") from None
    if not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"must look like {EXAMPLE}")
    return {"url": url, "places": (f"{parts.hostname}:{port}",), "database": _number(parts.path.strip("/"))}


def _sentinels(url: str, parts: SplitResult) -> dict[str, Any]:
    places = tuple(place.strip() for place in parts.netloc.rpartition("@")[2].split(",") if place.strip())
    service, _, number = parts.path.strip("/").partition("/")
    if not places or not service or parts.query or parts.fragment:
        raise ValueError(f"must look like {SENTINEL_EXAMPLE}")
    for place in places:
        _pair(place)
    return {"url": url, "places": places, "service": unquote(service), "database": _number(number)}


def _number(text: str) -> int:
    if text and not text.isdecimal():
        raise ValueError(f"must end in the number of a Redis database, as {EXAMPLE}")
    return int(text or 0)


def _pair(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":") if ":" in place else (place, "", str(SENTINEL_PORT))
    if not host or not port.isdecimal():
        raise ValueError(f"must look like {SENTINEL_EXAMPLE}")
    return host.strip("[]"), int(port)


def make_pool(options: dict[str, Any]) -> redis.ConnectionPool:
    """A pool for threads, from what `RedisAddress.options` returned."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry
    from redis.sentinel import Sentinel, SentinelConnectionPool

    rest = dict(options)
    if "address" in rest:
        return redis.ConnectionPool.from_url(rest.pop("address"), **rest)
    # Redis-py asks a dead Sentinel four times, for seconds, before it asks the next one.
    asking = {**rest.pop("sentinel_kwargs"), "retry": Retry(NoBackoff(), 0)}
    sentinel: Any = Sentinel(rest.pop("sentinels"), sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    return SentinelConnectionPool(rest.pop("master_name"), sentinel, **rest)  # type: ignore[no-untyped-call]
