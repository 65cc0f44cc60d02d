"""Database, cache, channel layer and mail as Django settings, from what the operator gave."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chatsite.environment import Environment, Tuning
from chatsite.redis_address import RedisAddress, read_redis_url

SQLITE_PRAGMAS = (
    # FULL: with WAL and NORMAL a power cut takes back messages that were acknowledged.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000; "
    # What is deleted is overwritten: its place in the file may stay free for years.
    "PRAGMA secure_delete=ON;"
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


def files(env: Environment) -> dict[str, Any]:
    """Django's settings for the storage of files: a folder, or an S3-compatible store."""
    if not env.files_s3_bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"allow_overwrite": True},  # a look at a file that a crash ended is begun anew
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.files_s3_bucket,
            "endpoint_url": env.files_s3_endpoint or None,
            "region_name": env.files_s3_region or None,
            "access_key": env.files_s3_key or None,
            "secret_key": env.files_s3_secret or None,
        },
    }


def redis_address(env: Environment) -> RedisAddress | None:
    """Where Redis is; None where there is none. The settings were read before, so nothing is refused here."""
    return read_redis_url(
        env.redis_url, ca_file=env.redis_ca_file, sentinel_password=env.redis_sentinel_password
    )


def cache(env: Environment) -> dict[str, Any]:
    """Django's settings for the cache, where rate limits count: one count for all processes."""
    address = redis_address(env)
    if address is None:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    return {
        "BACKEND": "chatsite.cache.SharedCache",
        "LOCATION": address.shown,
        "KEY_PREFIX": f"{env.redis_prefix}:cache",
        "OPTIONS": address.options(socket_timeout=2, connect_timeout=2),
    }


def channel_layer(env: Environment, chat: Tuning) -> dict[str, Any]:
    """Channels' settings for the layer that carries announcements between processes."""
    address = redis_address(env)
    if address is None:
        return {"BACKEND": "chat.wire.layers.LocalChannelLayer", "CONFIG": {"capacity": chat.layer_capacity}}
    return {
        "BACKEND": "chat.wire.shared_layer.SharedChannelLayer",
        "CONFIG": {
            # Exactly one: over several, groups are trimmed on the wrong one. The layer reads for 5 s at a time.
            "hosts": [address.options(socket_timeout=15, connect_timeout=5)],
            "prefix": f"{env.redis_prefix}:layer",
            "capacity": chat.layer_capacity,
            "expiry": 60,
            "group_expiry": int(chat.layer_group_expiry),
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
