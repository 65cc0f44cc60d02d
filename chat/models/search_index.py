"""The index of search, kept by the database itself: no path that writes a message can forget it.

`chat_searchtext` holds the folded texts. The pieces of each (chat/text/folding.py) are in a full-text table of
SQLite, or under an index of PostgreSQL; neither asks for an extension. Made at each migration, which may have drawn
the table of messages anew and dropped its triggers with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from chat.models.search import BEGINNING, PER_MILLISECOND, place_at
from chat.text.folding import END, FACT, author_fact, fold, pieces, room_fact

# The tokenizer ends words at what is neither a letter nor a digit of ASCII: here that stands elsewhere.
_AS_LETTERS = {code: chr(0xE100 + code) for code in range(128) if not chr(code).isalnum()}


def as_word(piece: str) -> str:
    """A piece as SQLite's full-text table keeps it."""
    return piece.translate(_AS_LETTERS)


def _words(folded: str, room_id: int, author_id: int) -> str:
    facts = (room_fact(room_id), author_fact(author_id))
    return " ".join(map(as_word, sorted({*pieces(folded), *facts})))


def _place(stored: str) -> int:
    return place_at(datetime.fromisoformat(stored).replace(tzinfo=UTC))


def lend_functions(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """What the triggers of SQLite call, for each new connection."""
    if connection.vendor != "sqlite":
        return
    own: sqlite3.Connection = connection.connection
    own.create_function("chat_search_fold", 1, fold, deterministic=True)
    own.create_function("chat_search_words", 3, _words, deterministic=True)
    own.create_function("chat_search_place", 1, _place, deterministic=True)


_VISIBLE = "m.deleted_at IS NULL AND m.withheld = ''"
# One message's row, made or corrected.
_PUT = f"""
    INSERT INTO chat_searchtext (id, message_id, room_id, author_id, folded)
    SELECT coalesce(
               (SELECT max(other.id) + 1 FROM chat_searchtext other
                WHERE other.id BETWEEN made.place AND made.place + {PER_MILLISECOND - 1}),
               made.place),
           made.id, made.room_id, made.author_id, made.folded
    FROM (SELECT m.id, m.room_id, m.author_id, chat_search_place(m.created_at) AS place,
                 CASE WHEN {_VISIBLE} THEN chat_search_fold(m.source) ELSE '' END AS folded
          FROM chat_message m WHERE m.id = {{id}} AND m.kind <> 'system') made
    WHERE true
    ON CONFLICT (message_id) DO UPDATE SET folded = excluded.folded WHERE folded <> excluded.folded
"""  # noqa: S608  # numbers and conditions of ours

_ENTER = """
    INSERT INTO chat_searchindex (rowid, words)
    SELECT NEW.id, chat_search_words(NEW.folded, NEW.room_id, NEW.author_id) WHERE NEW.folded <> ''
"""
_FORGET = """
    INSERT INTO chat_searchindex (chat_searchindex, rowid, words)
    SELECT 'delete', OLD.id, chat_search_words(OLD.folded, OLD.room_id, OLD.author_id) WHERE OLD.folded <> ''
"""
_SQLITE_TRIGGERS = {
    "chat_search_said": ("INSERT ON chat_message", _PUT.format(id="NEW.id")),
    "chat_search_changed": (
        "UPDATE OF source, deleted_at, withheld ON chat_message",
        _PUT.format(id="NEW.id"),
    ),
    "chat_search_gone": ("DELETE ON chat_message", "DELETE FROM chat_searchtext WHERE message_id = OLD.id"),
    "chat_search_text_made": ("INSERT ON chat_searchtext", _ENTER),
    "chat_search_text_changed": ("UPDATE OF folded ON chat_searchtext", f"{_FORGET}; {_ENTER}"),
    "chat_search_text_gone": ("DELETE ON chat_searchtext", _FORGET),
}
# Which pieces a text has, without where: what is found is compared with the text anyway.
_SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS chat_searchindex USING fts5"
    "(words, content='', detail=none, columnsize=0, prefix='1 2', tokenize='ascii')"
)

_POSTGRESQL_FOLD = r"""
CREATE OR REPLACE FUNCTION chat_search_fold(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(normalize(translate(lower(regexp_replace(
        normalize(source, NFKD), '[\u0300-\u036f*`]|~~', '', 'g') {collation}), 'ς', 'σ'), NFKC),
        '[ \t\n\r\f\v]+', ' ', 'g'), ' ')
$$
"""
# Only functions of PostgreSQL's own: an index is restored without a search path.
_POSTGRESQL_PIECES = f"""
CREATE OR REPLACE FUNCTION chat_search_pieces(folded text, room bigint, author bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
    SELECT array_to_tsvector(array(
        SELECT c || lead(c, 1, '{END}') OVER w || lead(c, 2, '{END}') OVER w
        FROM unnest(string_to_array(folded, NULL)) WITH ORDINALITY AS characters(c, n)
        WINDOW w AS (ORDER BY n)
    ) || ARRAY['{FACT}r' || room, '{FACT}a' || author])
$$
"""  # noqa: S608  # constants of ours
_POSTGRESQL_PUT = f"""
CREATE OR REPLACE FUNCTION chat_search_put(m chat_message) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    beginning bigint := {PER_MILLISECOND}
        * (floor(extract(epoch FROM m.created_at) * 1000)::bigint - {int(BEGINNING.timestamp() * 1000)});
    place bigint;
BEGIN
    UPDATE chat_searchtext SET folded = (CASE WHEN {_VISIBLE} THEN chat_search_fold(m.source) ELSE '' END)
        WHERE message_id = m.id;
    IF FOUND OR m.kind = 'system' THEN RETURN; END IF;
    SELECT coalesce(max(id) + 1, beginning) INTO place FROM chat_searchtext
        WHERE id BETWEEN beginning AND beginning + {PER_MILLISECOND - 1};
    LOOP
        INSERT INTO chat_searchtext (id, message_id, room_id, author_id, folded)
            VALUES (place, m.id, m.room_id, m.author_id,
                    CASE WHEN {_VISIBLE} THEN chat_search_fold(m.source) ELSE '' END)
            ON CONFLICT (id) DO NOTHING;
        EXIT WHEN FOUND;
        place := place + 1;
    END LOOP;
END
$$
"""  # noqa: S608  # numbers and conditions of ours
_POSTGRESQL_FOLLOW = """
CREATE OR REPLACE FUNCTION chat_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM chat_searchtext WHERE message_id = OLD.id;
    ELSE
        PERFORM chat_search_put(NEW);
    END IF;
    RETURN NULL;
END
$$
"""
_POSTGRESQL_TRIGGER = (
    "CREATE OR REPLACE TRIGGER chat_search AFTER INSERT OR DELETE OR UPDATE OF source, deleted_at, withheld"
    " ON chat_message FOR EACH ROW EXECUTE FUNCTION chat_search_follow()"
)
# A short list of what waits to be sorted in: each search reads it from end to end.
_POSTGRESQL_INDEX = (
    "CREATE INDEX IF NOT EXISTS chat_searchindex ON chat_searchtext"
    " USING gin (chat_search_pieces(folded, room_id, author_id)) WITH (gin_pending_list_limit = 512)"
    " WHERE folded <> ''"
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes what is missing; changes nothing that is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_SQLITE_TABLE)
            for name, (event, statement) in _SQLITE_TRIGGERS.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} BEGIN {statement}; END")
            return
        for statement in (
            _POSTGRESQL_FOLD.format(collation=_collation(cursor)),
            _POSTGRESQL_PIECES,
            _POSTGRESQL_PUT,
            _POSTGRESQL_FOLLOW,
            _POSTGRESQL_TRIGGER,
            _POSTGRESQL_INDEX,
        ):
            cursor.execute(statement)


def after_migrations(*, using: str, **_signal: Any) -> None:
    """Triggers that a migration dropped with their table come back."""
    connection = connections[using]
    if "chat_searchtext" in connection.introspection.table_names():
        install(connection)


def _collation(cursor: CursorWrapper) -> str:
    """One that knows every alphabet's letters, whatever the database was made with."""
    cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
    return 'COLLATE "und-x-icu"' if cursor.fetchone() else ""


def remove(connection: BaseDatabaseWrapper) -> None:
    """Everything but the table of texts, which is emptied."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE_TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute("DROP TABLE IF EXISTS chat_searchindex")
            cursor.execute("DELETE FROM chat_searchtext")
            return
        cursor.execute("DROP TRIGGER IF EXISTS chat_search ON chat_message")
        cursor.execute("DROP INDEX IF EXISTS chat_searchindex")
        cursor.execute("TRUNCATE chat_searchtext")
        for signature in ("follow()", "put(chat_message)", "pieces(text, bigint, bigint)", "fold(text)"):
            cursor.execute(f"DROP FUNCTION IF EXISTS chat_search_{signature}")


def put(connection: BaseDatabaseWrapper, message_ids: Iterable[int]) -> None:
    """Makes or corrects the rows of these messages, as the triggers do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(_PUT.format(id="%s"), [[one] for one in message_ids])
            return
        cursor.execute(
            "SELECT chat_search_put(m) FROM (SELECT * FROM chat_message WHERE id = ANY(%s)"
            " ORDER BY created_at, seq FOR NO KEY UPDATE) m",
            [list(message_ids)],
        )
