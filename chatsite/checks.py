"""System checks: combinations of settings that would lose messages or let strangers in."""

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from chatsite.environment import Tuning
from chatsite.stores import redis_address

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECRET_LENGTH = 32  # characters
# SQLite's locks do not hold there.
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"}


@register("chatsite")
def check_combinations(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors stop the start, warnings are printed at start."""
    return [*_errors(), *_warnings()]


def _errors() -> Iterator[CheckMessage]:
    if settings.DEBUG and settings.HOST not in LOOPBACK:
        yield Error(
            "DEBUG=on shows source to the network; set DEBUG=off or HOST=127.0.0.1.", id="chatsite.E001"
        )
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        yield Error(
            f"SECRET_KEY is shorter than {SECRET_LENGTH} characters; leave it empty and one is made.",
            id="chatsite.E002",
        )
    if not settings.ENV.database_url and (kind := file_system(settings.DATA_DIR)) in NETWORK_FILE_SYSTEMS:
        yield Error(
            f"DATA_DIR lies on a network file system ({kind}), where SQLite loses data; "
            "set DATA_DIR to a local disk, or set DATABASE_URL.",
            id="chatsite.E003",
        )


def _warnings() -> Iterator[CheckMessage]:
    if settings.HTTPS_ONLY and not settings.TRUSTED_PROXY_COUNT:
        yield Caution(
            "PUBLIC_ORIGINS is https, so a proxy stands in front, but TRUSTED_PROXY_COUNT is 0: "
            "everybody counts as one visitor; set it to the number of your proxies.",
            id="chatsite.W001",
        )
    if not settings.HTTPS_ONLY and any(origin.startswith("https:") for origin in settings.PUBLIC_ORIGINS):
        yield Caution(
            "PUBLIC_ORIGINS mixes http and https, so cookies travel unprotected; list https addresses only.",
            id="chatsite.W002",
        )
    redis = redis_address(settings.ENV)
    if redis and not urlsplit(redis.url).password and not all(map(_is_here, redis.places)):
        yield Caution(
            "REDIS_URL has no password: whoever reaches that Redis can write into every room; set one.",
            id="chatsite.W003",
        )
    known = {f"CHAT_{field.name}".upper() for field in fields(Tuning)}
    for name in sorted(name for name in os.environ if name.startswith("CHAT_") and name not in known):
        yield Caution(f"{name} is no setting; docs/operators.md lists them.", id="chatsite.W004")
    if settings.LIMITS_ON is False:
        yield Caution("LIMITS=off: nobody is slowed down. For load tests only.", id="chatsite.W005")
    if settings.DEBUG:
        yield Caution("DEBUG=on: error pages show source code. For development only.", id="chatsite.W006")


def _is_here(place: str) -> bool:
    """Whether host:port or a socket's path is on this machine."""
    return place.startswith("/") or place.rpartition(":")[0] in LOOPBACK


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Kind of the file system that holds `folder`; empty where the system does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    real = folder.resolve()
    holding = [line for line in lines if real.is_relative_to(line[1])]
    return max(holding, key=lambda line: len(line[1]))[2] if holding else ""
