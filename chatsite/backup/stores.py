"""How each kind of database is copied, tried in a scratch place and put back."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from chatsite.backup.progress import Tell
from chatsite.backup.tables import Table, postgresql_tables, sqlite_tables

PAGES_AT_ONCE = 1_000


class Failed(Exception):
    """One sentence that says what to do."""


class Store(Protocol):
    """`name` as in the manifest, `member`: name of the database's copy in the backup."""

    name: str
    member: str

    def dump(self, target: Path, tell: Tell) -> dict[str, Table]:
        """Copy the database as it is at one moment, while people write; returns what the copy holds."""

    def prove(self, dump: Path, tell: Tell) -> tuple[dict[str, Table], list[str]]:
        """Restore into a scratch place and read it there; returns its tables, and faults in words."""

    def restore(self, dump: Path) -> None:
        """Replace the database by the dump, wholly or not at all. Nobody may use it meanwhile."""


class SQLite:
    name = "sqlite"
    member = "database.sqlite3"

    def __init__(self, database: Path) -> None:
        self.database = database

    def dump(self, target: Path, tell: Tell) -> dict[str, Table]:
        copy_database(self.database, target, tell)
        with closing(sqlite3.connect(target)) as copy:
            return sqlite_tables(copy, tell)

    def prove(self, dump: Path, tell: Tell) -> tuple[dict[str, Table], list[str]]:
        with closing(sqlite3.connect(dump)) as copy:
            try:
                tell("checking the database's structure")
                lines = [str(line) for (line,) in copy.execute("PRAGMA integrity_check(5)")]
                strays = copy.execute("PRAGMA foreign_key_check").fetchmany(5)
                tables = sqlite_tables(copy, tell)
            except sqlite3.DatabaseError as error:
                return {}, [f"the database cannot be opened ({error})"]
        faults = [f"the database's structure: {line}" for line in lines if line != "ok"]
        return tables, faults + [f"{row[0]} refers to a row of {row[2]} that is not there" for row in strays]

    def restore(self, dump: Path) -> None:
        draft = self.database.with_name("restoring.sqlite3")
        shutil.copyfile(dump, draft)
        draft.chmod(0o600)
        for leftover in ("-wal", "-shm"):
            self.database.with_name(self.database.name + leftover).unlink(missing_ok=True)
        draft.replace(self.database)


def copy_database(source: Path, target: Path, tell: Tell) -> None:
    """Copy a live SQLite database with its write-ahead log, as it is at one moment. Writers do not wait."""
    with (
        closing(sqlite3.connect(source, isolation_level=None)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        # Without a reading transaction, each write of somebody else would make the copy begin anew.
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(
            copy,
            pages=PAGES_AT_ONCE,
            sleep=0,
            progress=lambda _status, left, total: tell(f"copying: {total - left:,} of {total:,} pages"),
        )
        live.execute("ROLLBACK")


class PostgreSQL:
    name = "postgresql"
    member = "database.dump"

    def __init__(self, url: str) -> None:
        self.url = url

    def dump(self, target: Path, tell: Tell) -> dict[str, Table]:
        with self._connect() as reading:
            reading.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            row = reading.execute("SELECT pg_export_snapshot()").fetchone()
            assert row
            tell("running pg_dump")
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={row[0]}"]
            self._run("pg_dump", *options, f"--file={target}", f"--dbname={self._conninfo()}")
            return postgresql_tables(reading, tell)

    def prove(self, dump: Path, tell: Tell) -> tuple[dict[str, Table], list[str]]:
        with self._scratch() as database:
            tell("running pg_restore")
            try:
                options = ["--no-owner", "--exit-on-error", f"--dbname={self._conninfo(database)}"]
                self._run("pg_restore", *options, str(dump))
            except Failed as failure:
                return {}, [str(failure)]
            with self._connect(database) as reading:
                return postgresql_tables(reading, tell), []

    def restore(self, dump: Path) -> None:
        script = dump.with_suffix(".sql")
        self._run("pg_restore", "--no-owner", f"--file={script}", str(dump))
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        once = ["--single-transaction", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
        output = ["--output=/dev/null", f"--dbname={self._conninfo()}"]
        self._run("psql", *once, *output, f"--command={empty}", f"--file={script}")

    def others(self) -> int:
        """How many connections others hold."""
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with self._connect() as asking:
            row = asking.execute(asked).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def _scratch(self) -> Iterator[str]:
        import psycopg
        from psycopg import sql

        name = f"proving_{secrets.token_hex(6)}"
        with self._connect(autocommit=True) as making:
            try:
                making.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                raise Failed(
                    "The user of DATABASE_URL may not make a scratch database; let a superuser say "
                    "ALTER ROLE … CREATEDB, or prove the backup with a DATABASE_URL of another user."
                ) from None
            try:
                yield name
            finally:
                making.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _connect(self, database: str | None = None, *, autocommit: bool = False) -> Any:
        import psycopg

        given: dict[str, Any] = {"dbname": database} if database else {}
        try:
            return psycopg.connect(self.url, autocommit=autocommit, connect_timeout=5, **given)
        except psycopg.OperationalError as error:
            raise Failed(f"PostgreSQL does not answer ({str(error).splitlines()[0]}); start it.") from None

    def _conninfo(self, database: str | None = None) -> str:
        """How to connect, without the password: command lines are for everyone to read."""
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        given = {**conninfo_to_dict(self.url), **({"dbname": database} if database else {})}
        given.pop("password", None)
        return make_conninfo("", **given)

    def _run(self, program: str, *words: str) -> None:
        from psycopg.conninfo import conninfo_to_dict

        password = conninfo_to_dict(self.url).get("password")
        env = os.environ | ({"PGPASSWORD": str(password)} if password else {})
        try:
            done = subprocess.run([program, *words], env=env, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Failed(
                f"{program} is missing; install PostgreSQL's programs (Debian: apt install postgresql-client)."
            ) from None
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            raise Failed(f"{program} failed: {lines[0].removeprefix(f'{program}: ')}")
