"""What the sites of one test run share: migrated templates to copy from, one Redis, one PostgreSQL."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.services import ROOT as ROOT
from tests.services import PostgreSQL, Redis, until

_stack = ExitStack()


def clean_environment() -> dict[str, str]:
    """This process's environment without the product's own variables."""
    from chatsite.environment import Environment

    ours = {name.upper() for name in Environment.model_fields} | {"DJANGO_SETTINGS_MODULE"}
    return {
        name: value for name, value in os.environ.items() if name not in ours and not name.startswith("CHAT_")
    }


def shared_folder() -> Path:
    """What all workers of a run, and both runs of `bin/test`, make only once; TEST_SHARED_FOLDER names it."""
    return Path(os.environ["TEST_SHARED_FOLDER"])


@contextmanager
def made_once(name: str) -> Iterator[Path]:
    """A place in the shared folder, for whoever finds it empty; the others wait until it is made."""
    with (shared_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared_folder() / name


@cache
def template_sqlite() -> Path:
    """A data folder with a migrated SQLite database."""
    with made_once("sqlite") as folder:
        if not folder.exists():
            making = folder.with_name("sqlite.new")
            _prepare("migrate", {"DATA_DIR": str(making)})
            making.rename(folder)
    return folder


@cache
def template_folder() -> Path:
    """A data folder that was started once: migrated SQLite, prepared static files."""
    database = template_sqlite()
    with made_once("started") as folder:
        if not folder.exists():
            making = folder.with_name("started.new")
            shutil.copytree(database, making)
            _prepare("collect_static", {"DATA_DIR": str(making)})
            making.rename(folder)
    return folder


@cache
def template_database() -> str:
    """Name of a migrated PostgreSQL database to copy from."""
    name = f"template_{urlsplit(postgresql_url()).port}"
    with made_once(name) as made:
        if not made.exists():
            _sql(f'CREATE DATABASE "{name}"')
            _prepare("migrate", {"DATA_DIR": str(template_sqlite()), "DATABASE_URL": _database_url(name)})
            made.touch()
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


def _prepare(act: str, env: dict[str, str]) -> None:
    """Do one of the things that a start does."""
    code = f"import django; django.setup(); from chatsite import prepare; prepare.{act}()"
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
