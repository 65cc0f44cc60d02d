"""Every environment variable of the product: typed, documented, refused with one sentence when wrong.

`docs/operators.md` lists the same names; a test holds the two together.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chatsite.redis_address import read_redis_url

ROOT = Path(__file__).resolve().parent.parent
Seconds = Annotated[float, Field(gt=0, le=604_800)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]


class Refused(ValueError):
    """A setting cannot be what it was set to; str() is one sentence that says what to do."""


def _words(value: object) -> object:
    """Split "a, b" into ["a", "b"]; leave what is not text alone."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


Words = Annotated[list[str], NoDecode, BeforeValidator(_words)]


class Environment(BaseSettings):
    """What an operator may set. Names are the variables' names in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all of this machine's.")
    port: int = Field(8000, ge=0, le=65535, description="TCP port; 0 lets the system choose one.")
    server: Literal["daphne", "uvicorn", "hypercorn"] = Field(
        "daphne", description="ASGI server that `bin/run` starts."
    )
    public_origins: Words = Field(
        [], description="Addresses as people type them (https://chat.example.org), separated by commas."
    )
    trusted_proxy_count: int = Field(
        0, ge=0, le=10, description="How many proxies of yours stand between the internet and this server."
    )
    data_dir: Path = Field(ROOT / "data", description="Folder for the database, secrets and prepared files.")
    database_url: str = Field(
        "", description="postgresql://user:password@host:port/name; empty: SQLite in DATA_DIR."
    )
    database_pool: int = Field(
        10, ge=2, le=500, description="Most connections to PostgreSQL that one process opens."
    )
    redis_url: str = Field(
        "",
        description="redis://user:password@host:port/number, rediss://… (TLS), unix:///path or "
        "redis+sentinel://…; empty: one process, no Redis.",
    )
    redis_ca_file: Path | None = Field(
        None, description="Certificate authority that signed Redis's certificate; empty: the system's."
    )
    redis_sentinel_password: str = Field(
        "", description="Password of the Sentinels; empty: they ask for none."
    )
    redis_prefix: str = Field(
        "chat", pattern=r"^[a-z0-9-]{1,32}$", description="Start of every key of ours in Redis."
    )
    mail_url: str = Field(
        "", description="smtp://user:password@host:587 (STARTTLS) or smtps://…:465; empty: no mail."
    )
    mail_from: str = Field(
        "", description="Sender of the mails; empty: chat@ the first public origin's host."
    )
    language: Literal["en", "zh-hans"] = Field(
        "en", description="Language where neither person nor browser says one."
    )
    time_zone: str = Field("UTC", description="Time zone where neither person nor browser says one.")
    secret_key: str = Field(
        "", description="Signs sessions and invitations; empty: made once, kept in DATA_DIR."
    )
    secret_key_file: Path | None = Field(None, description="File that holds SECRET_KEY.")
    secret_key_fallbacks: Words = Field([], description="Former secret keys that still sign people in.")
    upload_limit_mb: int = Field(
        100, ge=1, le=1_000_000, description="Largest file in megabytes (10^6 bytes)."
    )
    upload_person_mb: int = Field(
        2_000, ge=1, le=1_000_000_000, description="Megabytes that one person's files may take in all."
    )
    upload_total_mb: int = Field(
        0, ge=0, le=1_000_000_000, description="Megabytes that all files may take; 0: as the disk allows."
    )
    upload_disk_percent: int = Field(
        90, ge=1, le=100, description="Files are refused where the disk of DATA_DIR is fuller than this."
    )
    files_accel: str = Field(
        "",
        pattern=r"^(/[a-z0-9_-]+/)?$",
        description="Internal location of nginx for the folder DATA_DIR/uploads, as /files-inside/; "
        "empty: the server sends files itself.",
    )
    files_s3_bucket: str = Field(
        "", description="Bucket of an S3-compatible store for files; empty: the folder DATA_DIR/uploads."
    )
    files_s3_endpoint: str = Field(
        "", description="Address of that store, as https://s3.example.org; empty: Amazon's."
    )
    files_s3_region: str = Field("", description="Region of that store; empty: its default.")
    files_s3_key: str = Field("", description="Access key of that store; empty: from the machine's role.")
    files_s3_secret: str = Field("", description="Secret that belongs to FILES_S3_KEY.")
    limits: Literal["on", "off"] = Field("on", description="off lifts every rate limit: for load tests only.")
    worker: Literal["on", "off"] = Field(
        "on", description="off: `bin/run` hosts no task worker (run `manage.py work`)."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe line logged."
    )
    debug: Literal["on", "off"] = Field(
        "off", description="on shows source in error pages: for development only."
    )

    @field_validator("host")
    @classmethod
    def _check_host(cls, host: str) -> str:
        if not host.isascii() or any(sign in host for sign in "/@ ") or "://" in host:
            raise ValueError("must be an address or a host name, as 127.0.0.1 or 0.0.0.0")
        return host.strip("[]")

    @field_validator("public_origins")
    @classmethod
    def _check_origins(cls, origins: list[str]) -> list[str]:
        return [check_origin(origin) for origin in origins]

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        example = "postgresql://user:password@host/name"
        if url and not urlsplit(url).path.strip("/"):
            raise ValueError(f"names no database; write it as {example}")
        return _check_url(url, schemes=("postgresql", "postgres"), example=example)

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, url: str) -> str:
        read_redis_url(url)
        return url

    @field_validator("redis_ca_file")
    @classmethod
    def _check_authority(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file and not os.access(file, os.R_OK):
            raise ValueError(f"names {file}, which is no file that can be read")
        if file and not info.data.get("redis_url", "").startswith("rediss"):
            raise ValueError("needs a REDIS_URL that starts with rediss://")
        return file

    @field_validator("mail_url")
    @classmethod
    def _check_mail(cls, url: str) -> str:
        return _check_url(url, schemes=("smtp", "smtps"), example="smtp://user:password@host:587")

    @field_validator("time_zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("must be a zone of the IANA list, as Europe/Berlin")
        return zone

    @field_validator("data_dir")
    @classmethod
    def _check_folder(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()


def check_origin(text: str) -> str:
    """Return `text` as scheme://host[:port] without default port or slash, or raise ValueError."""
    if "*" in text:
        raise ValueError("must list whole addresses: '*' would let any website act for your people")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"holds {text!r}, which is not an address ({error})") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not text.isascii():
        raise ValueError(f"holds {text!r}; an address starts with http:// or https:// and a host name")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"holds {text!r}; an address ends after host and port")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


def own_origins(host: str, port: int) -> list[str]:
    """The origins where nobody named any: this machine's own names, and the address chosen to listen on."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in {"0.0.0.0", "::", "::1", *names}:  # noqa: S104
        names.append(f"[{host}]" if ":" in host else host)
    return [f"http://{name}:{port}" for name in names]


def host_of(origin: str) -> str:
    """The host of an origin, in brackets where it is an IPv6 address, without port."""
    host = urlsplit(origin).hostname or ""
    return f"[{host}]" if ":" in host else host


def _check_url(url: str, *, schemes: tuple[str, ...], example: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(f"is not an address; write it as {example}") from None
    if url and (parts.scheme not in schemes or not (parts.hostname or parts.path)):
        raise ValueError(f"must look like {example}")
    return url


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Intervals (seconds), sizes (bytes) and limits of the live protocol; CHAT_<NAME> sets each."""

    heads_interval: Seconds = 30
    heads_interval_degraded: Seconds = 2
    ping_interval: Seconds = 25
    ping_bytes: Count = 262_144
    pong_timeout: Seconds = 60
    window_bytes: Count = 1_048_576
    window_grace: Seconds = 15
    order_wait: Seconds = 0.2
    probe_interval: Seconds = 10
    publish_timeout: Seconds = 1
    close_timeout: Seconds = 6
    socket_age: Annotated[tuple[Seconds, Seconds], BeforeValidator(_words)] = (43_200, 72_000)
    frame_bytes: Count = 65_536
    text_chars: Count = 10_000
    commands_per_second: Seconds = 20
    commands_burst: Count = 60
    messages_per_second: Seconds = 5
    messages_burst: Count = 20
    sockets_per_person: Count = 50
    sockets_per_process: Count = 10_000
    opening_at_once: Count = 12
    opening_queue: Count = 500
    returns_per_second: Seconds = 200
    request_seconds: Seconds = 20
    sync_limit: Count = 500
    answer_objects: Count = 100
    answer_bytes: Count = 131_072
    layer_event_bytes: Count = 32_768
    layer_capacity: Count = 5_000
    layer_group_expiry: Seconds = 10_800
    command_queue: Count = 32
    history_page: Count = 50


def read(environ: Mapping[str, str]) -> tuple[Environment, Tuning]:
    """Read both from `environ`; raises Refused with one sentence per first wrong value."""
    given = {name.lower(): value for name, value in environ.items() if value.strip()}
    try:
        env = Environment.model_validate(
            {name: given[name] for name in Environment.model_fields if name in given}
        )
    except ValidationError as error:
        raise Refused(_sentence(error, prefix="")) from None
    tuned = {
        field.name: given[f"chat_{field.name}"] for field in fields(Tuning) if f"chat_{field.name}" in given
    }
    try:
        return env, TypeAdapter(Tuning).validate_python(tuned)
    except ValidationError as error:
        raise Refused(_sentence(error, prefix="CHAT_")) from None


def load() -> tuple[Environment, Tuning]:
    """Read this process's environment, or end the process with the sentence on standard error."""
    try:
        return read(os.environ)
    except Refused as refusal:
        raise SystemExit(f"{refusal}") from None


def _sentence(error: ValidationError, *, prefix: str) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    name = prefix + str(first["loc"][0]).upper()
    reason = cast(Any, first["msg"]).removeprefix("Value error, ")
    return f"{name} {reason[0].lower()}{reason[1:]}; correct it and start again."
