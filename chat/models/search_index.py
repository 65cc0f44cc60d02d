"""The index of search, kept by the database itself: no path that writes a message or hangs a file on it can forget it.

`chat_searchtext` holds the folded texts, with the names of files behind them. The pieces of each
(chat/text/folding.py) are in a full-text table of SQLite, or under an index of PostgreSQL; neither asks for an
extension. Made at each migration, which may have drawn the table of messages anew and dropped its triggers with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from chat.models.search import BEGINNING, PER_MILLISECOND, place_at
from chat.text.folding import END, FACT, FILE, IMAGE, author_fact, fold, pieces, room_fact

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


# Before there were files.
NO_NAMES = "''"
_VISIBLE = "m.deleted_at IS NULL AND m.withheld = ''"
# What hangs on the message `m`: each name behind the mark of its kind, as one text.
_NAMES = f"""
    coalesce((SELECT {{all_of}} FROM (
        SELECT CASE file.kind WHEN 'image' THEN '{IMAGE}' ELSE '{FILE}' END || file.name AS name
        FROM chat_upload file WHERE file.message_id = m.id AND file.state = 'ready' ORDER BY file.position
    ) named), '')
"""  # noqa: S608  # marks of ours
_ALL_OF = {"sqlite": "group_concat(name, '')", "postgresql": "string_agg(name, '')"}
# One message's row, made or corrected.
_PUT = f"""
    INSERT INTO chat_searchtext (id, message_id, room_id, author_id, folded)
    SELECT coalesce(
               (SELECT max(other.id) + 1 FROM chat_searchtext other
                WHERE other.id BETWEEN made.place AND made.place + {PER_MILLISECOND - 1}),
               made.place),
           made.id, made.room_id, made.author_id, made.folded
    FROM (SELECT m.id, m.room_id, m.author_id, chat_search_place(m.created_at) AS place,
                 CASE WHEN {_VISIBLE} THEN chat_search_fold(m.source || {{names}}) ELSE '' END AS folded
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


def _sqlite_triggers(names: str) -> dict[str, str]:
    """Each with its event and what it does."""
    said, hung, gone = (
        _PUT.format(id=message, names=names) for message in ("NEW.id", "NEW.message_id", "OLD.message_id")
    )
    triggers = {
        "said": f"INSERT ON chat_message BEGIN {said}",
        "changed": f"UPDATE OF source, deleted_at, withheld ON chat_message BEGIN {said}",
        "gone": "DELETE ON chat_message BEGIN DELETE FROM chat_searchtext WHERE message_id = OLD.id",
        "text_made": f"INSERT ON chat_searchtext BEGIN {_ENTER}",
        "text_changed": f"UPDATE OF folded ON chat_searchtext BEGIN {_FORGET}; {_ENTER}",
        "text_gone": f"DELETE ON chat_searchtext BEGIN {_FORGET}",
    }
    if names != NO_NAMES:
        triggers |= {
            "file_made": f"INSERT ON chat_upload WHEN NEW.message_id IS NOT NULL BEGIN {hung}",
            "file_hung": f"UPDATE OF message_id ON chat_upload BEGIN {gone}; {hung}",
            "file_gone": f"DELETE ON chat_upload WHEN OLD.message_id IS NOT NULL BEGIN {gone}",
        }
    return {f"chat_search_{name}": rest for name, rest in triggers.items()}


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
# Within a millisecond places are counted by a sequence: whoever looked for a free one would wait, when two rooms write
# in the same millisecond, until the other room's transaction is over.
_POSTGRESQL_PUT = f"""
CREATE OR REPLACE FUNCTION chat_search_put(m chat_message) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found_in text := CASE WHEN {_VISIBLE} THEN chat_search_fold(m.source || {{names}}) ELSE '' END;
    place bigint := {PER_MILLISECOND}
        * (floor(extract(epoch FROM m.created_at) * 1000)::bigint - {int(BEGINNING.timestamp() * 1000)});
BEGIN
    UPDATE chat_searchtext SET folded = found_in WHERE message_id = m.id;
    IF FOUND OR m.kind = 'system' THEN RETURN; END IF;
    place := place + (nextval('chat_searchtext_id_seq') & {PER_MILLISECOND - 1});
    LOOP
        INSERT INTO chat_searchtext (id, message_id, room_id, author_id, folded)
            VALUES (place, m.id, m.room_id, m.author_id, found_in)
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
_POSTGRESQL_FOLLOW_FILE = """
CREATE OR REPLACE FUNCTION chat_search_follow_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM chat_search_put(m) FROM chat_message m WHERE m.id = OLD.message_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM chat_search_put(m) FROM chat_message m WHERE m.id = NEW.message_id;
    END IF;
    RETURN NULL;
END
$$
"""
_POSTGRESQL_TRIGGER = (
    "CREATE OR REPLACE TRIGGER chat_search AFTER INSERT OR DELETE OR UPDATE OF source, deleted_at, withheld"
    " ON chat_message FOR EACH ROW EXECUTE FUNCTION chat_search_follow()"
)
_POSTGRESQL_TRIGGER_OF_FILES = (
    "CREATE OR REPLACE TRIGGER chat_search AFTER INSERT OR DELETE OR UPDATE OF message_id"
    " ON chat_upload FOR EACH ROW EXECUTE FUNCTION chat_search_follow_file()"
)
# A short list of what waits to be sorted in: each search reads it from end to end.
_POSTGRESQL_INDEX = (
    "CREATE INDEX IF NOT EXISTS chat_searchindex ON chat_searchtext"
    " USING gin (chat_search_pieces(folded, room_id, author_id)) WITH (gin_pending_list_limit = 512)"
    " WHERE folded <> ''"
)


def _names(connection: BaseDatabaseWrapper) -> str:
    """The part of a statement that tells the names of a message's files."""
    if "chat_upload" not in connection.introspection.table_names():
        return NO_NAMES
    return _NAMES.format(all_of=_ALL_OF[connection.vendor])


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes what is missing, and triggers and functions as they are meant today."""
    names = _names(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_SQLITE_TABLE)
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            for name, rest in _sqlite_triggers(names).items():
                statement = f"CREATE TRIGGER {name} AFTER {rest}; END"
                if there.get(name) != statement:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(statement)
            return
        for statement in (
            _POSTGRESQL_FOLD.format(collation=_collation(cursor)),
            _POSTGRESQL_PIECES,
            _POSTGRESQL_PUT.format(names=names),
            _POSTGRESQL_FOLLOW,
            _POSTGRESQL_TRIGGER,
            *([] if names == NO_NAMES else [_POSTGRESQL_FOLLOW_FILE, _POSTGRESQL_TRIGGER_OF_FILES]),
            _POSTGRESQL_INDEX,
        ):
            cursor.execute(statement)


def before_migrations(*, using: str, plan: list[Any], **_signal: Any) -> None:
    """SQLite draws no table anew while a trigger of another names it. A migration that writes messages uses `put`."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in _sqlite_triggers(_names(connection)):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


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
            for name in _sqlite_triggers(_names(connection)):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute("DROP TABLE IF EXISTS chat_searchindex")
            cursor.execute("DELETE FROM chat_searchtext")
            return
        cursor.execute("DROP TRIGGER IF EXISTS chat_search ON chat_message")
        if _names(connection) != NO_NAMES:
            cursor.execute("DROP TRIGGER IF EXISTS chat_search ON chat_upload")
        cursor.execute("DROP INDEX IF EXISTS chat_searchindex")
        cursor.execute("TRUNCATE chat_searchtext")
        for signature in (
            "follow()",
            "follow_file()",
            "put(chat_message)",
            "pieces(text, bigint, bigint)",
            "fold(text)",
        ):
            cursor.execute(f"DROP FUNCTION IF EXISTS chat_search_{signature}")


def put(connection: BaseDatabaseWrapper, message_ids: Iterable[int]) -> None:
    """Makes or corrects the rows of these messages, as the triggers do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            statement = _PUT.format(id="%s", names=_names(connection))
            cursor.executemany(statement, [[one] for one in message_ids])
            return
        cursor.execute(
            "SELECT chat_search_put(m) FROM (SELECT * FROM chat_message WHERE id = ANY(%s)"
            " ORDER BY created_at, seq FOR NO KEY UPDATE) m",
            [list(message_ids)],
        )
