"""What the sites of one test run share: migrated templates to copy from, one Redis, one PostgreSQL."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.services import PostgreSQL, Redis, until

ROOT = Path(__file__).resolve().parent.parent
_stack = ExitStack()


def clean_environment() -> dict[str, str]:
    """This process's environment without the product's own variables."""
    from chatsite.environment import Environment

    ours = {name.upper() for name in Environment.model_fields} | {"DJANGO_SETTINGS_MODULE"}
    return {
        name: value for name, value in os.environ.items() if name not in ours and not name.startswith("CHAT_")
    }


@cache
def template_folder() -> Path:
    """A data folder that was started once: migrated SQLite, prepared static files. Made once per test run."""
    folder = Path(tempfile.mkdtemp(prefix="chat-template-"))
    _stack.callback(shutil.rmtree, folder, ignore_errors=True)
    _prepare({"DATA_DIR": str(folder)})
    return folder


@cache
def template_database() -> str:
    """Name of a migrated PostgreSQL database to copy from."""
    name = f"template_{secrets.token_hex(4)}"
    _sql(f'CREATE DATABASE "{name}"')
    _prepare({"DATA_DIR": str(template_folder()), "DATABASE_URL": _database_url(name)})
    return name


@contextmanager
def database_copy() -> Iterator[str]:
    """URL of a migrated PostgreSQL database of the caller's own."""
    with _database(f'TEMPLATE "{template_database()}" STRATEGY FILE_COPY') as url:
        yield url


@contextmanager
def empty_database() -> Iterator[str]:
    """URL of a PostgreSQL database of the caller's own, without tables."""
    with _database("TEMPLATE template0") as url:
        yield url


@contextmanager
def _database(origin: str) -> Iterator[str]:
    name = f"site_{secrets.token_hex(4)}"
    _sql(f'CREATE DATABASE "{name}" {origin}')
    try:
        yield _database_url(name)
    finally:
        _sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def postgresql_url() -> str:
    """The tests' PostgreSQL: the one `bin/test` started, or one started now."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    service = PostgreSQL()
    _stack.callback(service.close)
    service.start()
    return service.url


@cache
def redis_url() -> str:
    """The tests' Redis: the one `bin/test` started, or one started now."""
    if url := os.environ.get("TEST_REDIS_URL"):
        return url
    service = Redis()
    _stack.callback(service.close)
    service.start()
    return service.url


def close_shared() -> None:
    """Remove what the functions above made for the whole run."""
    _stack.close()


def _prepare(env: dict[str, str]) -> None:
    code = "from chatsite.launch import prepare; prepare()"
    environment = clean_environment() | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"} | env
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=120)


def _database_url(name: str) -> str:
    return urlunsplit(urlsplit(postgresql_url())._replace(path=f"/{name}"))


def _sql(statement: str) -> None:
    # PostgreSQL listens a moment before it answers.
    until(_postgresql_answers, "PostgreSQL does not answer")
    with psycopg.connect(postgresql_url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def _postgresql_answers() -> bool:
    try:
        psycopg.connect(postgresql_url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
