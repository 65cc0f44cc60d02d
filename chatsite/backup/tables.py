"""How many rows a table holds and what they are together, as one number that forgets their order."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatsite.backup.progress import Tell

if TYPE_CHECKING:
    import psycopg

ROWS_AT_ONCE = 5_000
MODULUS = 2**256


@dataclass(frozen=True)
class Table:
    """`digest`: sum of the rows' SHA-256 modulo 2^256, in 64 hexadecimal digits. `fault`: why it cannot be read."""

    rows: int
    digest: str
    fault: str = ""


def sqlite_tables(database: sqlite3.Connection, tell: Tell) -> dict[str, Table]:
    """Every table that holds rows by itself, by name."""
    database.text_factory = bytes  # as stored: what is not UTF-8 is a difference, not an error
    # Virtual tables keep their rows in tables of their own, which are listed too.
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1"
    )
    names = [name.decode(errors="replace") for (name,) in database.execute(listed)]
    return {name: _sqlite_table(database, name, tell) for name in names}


def _sqlite_table(database: sqlite3.Connection, name: str, tell: Tell) -> Table:
    try:
        cursor = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # a name of our own schema
        return _add_up((repr(row).encode() for row in _rows(cursor)), name, tell)
    except sqlite3.DatabaseError as error:
        return Table(0, "", str(error))


def _rows(cursor: sqlite3.Cursor) -> Iterator[Any]:
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def postgresql_tables(database: psycopg.Connection[Any], tell: Tell) -> dict[str, Table]:
    """Every table of the database's own schemas, by name, as the connection's transaction sees it."""
    from psycopg import sql

    database.execute("SET LOCAL TIME ZONE 'UTC'")
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY 1"
    found = {}
    for (name,) in database.execute(listed).fetchall():
        copying = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(name))
        with database.cursor() as cursor, cursor.copy(copying) as blocks:
            found[name] = _add_up(_lines(blocks), name, tell)
    return found


def _lines(blocks: Iterable[Any]) -> Iterator[bytes]:
    """One line per row: what COPY writes holds no other line breaks."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + bytes(block)).split(b"\n")
        yield from whole


def _add_up(rows: Iterable[bytes], name: str, tell: Tell) -> Table:
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(row).digest())
        if count % ROWS_AT_ONCE == 0:
            tell(f"{name}: {count:,} rows")
    return Table(count, f"{total % MODULUS:064x}")
