"""What must answer before the site starts; each failure is one sentence that says what to do."""

import socket
from contextlib import suppress
from time import time
from typing import Any, cast
from urllib.parse import urlsplit

from chatsite.environment import Environment, Refused
from chatsite.redis_address import RedisAddress, make_pool
from chatsite.stores import redis_address

ANSWER_WITHIN = 5  # seconds
EVICTS = (
    "Warning: Redis throws keys away when its memory is full, and with them who listens to what; "
    "set its maxmemory-policy to noeviction."
)
CLOCK_SKEW = 30  # seconds; half of the time after which the channel layer drops what nobody read


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to host:port (0: any free port), not yet listening; raises Refused."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise Refused(
            f"HOST {host!r} is not an address of any machine; set HOST to 127.0.0.1 or 0.0.0.0."
        ) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if family == socket.AF_INET6:
        with suppress(OSError):
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise Refused(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs root's rights; set PORT to a number above 1023 and put a proxy in front."
    if error.errno == 99:  # EADDRNOTAVAIL
        return f"HOST {host} is no address of this machine; set HOST to 127.0.0.1 or 0.0.0.0."
    return f"Port {port} of {host} is taken by another program; stop it, or set PORT to another number."


def ask_redis(env: Environment) -> list[str]:
    """Return warnings for the operator; raises Refused unless the Redis of REDIS_URL answers."""
    import redis

    address = redis_address(env)
    if address is None:
        return []
    try:
        pool = make_pool(address.options(socket_timeout=ANSWER_WITHIN, connect_timeout=ANSWER_WITHIN))
        client = redis.Redis(connection_pool=pool)
        ahead = float(client.time()[0]) - time()  # type: ignore[index]  # typed for both kinds of client
        memory: dict[str, Any] = _memory(client)
        client.close()
        pool.disconnect()
    except (redis.RedisError, OSError, ValueError) as error:
        raise Refused(_why_no_redis(address, error)) from None
    if abs(ahead) > CLOCK_SKEW:
        raise Refused(
            f"This machine's clock and that of Redis differ by {abs(ahead):.0f} s, and messages would expire "
            "on the way; correct the clocks (NTP)."
        )
    return [EVICTS] if memory.get("maxmemory") and memory.get("maxmemory_policy") != "noeviction" else []


def _memory(client: Any) -> dict[str, Any]:
    """What INFO says; nothing where this user may not ask."""
    import redis

    try:
        return cast(dict[str, Any], client.info("memory"))
    except redis.ResponseError:
        return {}


def _why_no_redis(address: RedisAddress, error: Exception) -> str:
    """One sentence; what the libraries say of the cause holds no secret."""
    import redis

    why = _brief(error)
    if isinstance(error, redis.AuthenticationError | redis.exceptions.NoPermissionError) or "NOAUTH" in why:
        return (
            f"Redis at {address.shown} refuses the user or the password ({why}); correct them in REDIS_URL."
        )
    if "CERTIFICATE" in why or "certificate" in why:
        return (
            f"The certificate of Redis at {address.shown} cannot be trusted ({why}); "
            "set REDIS_CA_FILE to the authority that signed it, and the name that it was made for in REDIS_URL."
        )
    return f"Redis at {address.shown} does not answer ({why}); start it or correct REDIS_URL."


def ask_postgresql(env: Environment) -> None:
    """Raise Refused unless the PostgreSQL of DATABASE_URL answers."""
    import psycopg

    if not env.database_url:
        return
    try:
        psycopg.connect(env.database_url, connect_timeout=ANSWER_WITHIN).close()
    except psycopg.Error as error:
        raise Refused(
            f"PostgreSQL at {_place(env.database_url)} does not answer ({_brief(error)}); "
            "start it or correct DATABASE_URL."
        ) from None


def _place(url: str) -> str:
    """Host and port of `url`, without the password that stands before them."""
    return urlsplit(url).netloc.rpartition("@")[2] or urlsplit(url).path


def _brief(error: Any) -> str:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return first.removesuffix(".")[:160]
