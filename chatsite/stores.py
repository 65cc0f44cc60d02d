"""Database, cache, channel layer and mail as Django settings, from what the operator gave."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chatsite.environment import Environment

SQLITE_PRAGMAS = (
    # FULL: with WAL and NORMAL a power cut takes back messages that were acknowledged.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000;"
)
POSTGRESQL_TIMEOUTS = (  # milliseconds
    "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
)


def database(env: Environment) -> dict[str, Any]:
    """Django's settings for the one database."""
    if not env.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.data_dir / "chat.sqlite3",
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a read that turns into a write would fail at once, whatever the timeout is.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": SQLITE_PRAGMAS},
        }
    parts = urlsplit(env.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,  # under ASGI each request has a thread of its own: kept connections would leak
        "CONN_HEALTH_CHECKS": True,  # the pool asks before it lends: PostgreSQL may have restarted
        "OPTIONS": {
            **dict(parse_qsl(parts.query)),
            "options": POSTGRESQL_TIMEOUTS,
            "connect_timeout": 5,
            "pool": {"min_size": 2, "max_size": env.database_pool, "timeout": 10},
        },
    }


def cache(env: Environment) -> dict[str, Any]:
    """Django's settings for the cache, where rate limits count: one count for all processes."""
    if not env.redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis_url,
        "KEY_PREFIX": f"{env.redis_prefix}:cache",
        # Django's own serializer unpickles: whoever can write to Redis could run code here.
        "OPTIONS": {
            "serializer": "chatsite.cache.JSONSerializer",
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
        },
    }


def channel_layer(env: Environment) -> dict[str, Any]:
    """Channels' settings for the layer that carries announcements between processes."""
    if not env.redis_url:
        return {"BACKEND": "chat.wire.layers.LocalChannelLayer", "CONFIG": {"capacity": 5000}}
    host = {
        "address": env.redis_url,
        "socket_timeout": 15,  # must exceed the layer's blocking read of 5 s
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    return {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [host],  # exactly one: over several, groups are trimmed on the wrong one
            "prefix": f"{env.redis_prefix}:layer",
            "capacity": 5000,
            "expiry": 60,
            "group_expiry": 10_800,
        },
    }


def mail(env: Environment) -> dict[str, Any]:
    """Django's settings for mail; without MAIL_URL mails go nowhere."""
    if not env.mail_url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(env.mail_url)
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        # Without an account the server is a relay beside us, which often offers no TLS.
        "EMAIL_USE_TLS": not implicit and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }
