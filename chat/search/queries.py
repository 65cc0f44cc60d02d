"""Messages by their words: what one may read now is decided inside each statement, before anything is counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.errors import Invalid
from chat.models import Membership, Message
from chat.models.search_index import as_word
from chat.text.folding import author_fact, pieces_to_ask, room_fact
from chat.uploads.queries import attach_files

PATIENCE = 2.0  # seconds for one statement
# How many of the newest texts PostgreSQL reads before it asks its index, which knows no order.
NEWEST = 4_000
FEWEST_PER_ROOM = 100
# More rooms than these are left to the rights alone: their lists would cost more than they save.
MOST_ROOM_FACTS = 50
MOST_PIECES = 40
STEPS_BETWEEN_LOOKS = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. `parts`: of each group, one must be part of the text. Places bound the time."""

    user: User
    parts: tuple[tuple[str, ...], ...] = ()
    rooms: frozenset[int] | None = None
    authors: frozenset[int] | None = None
    since: int | None = None
    until: int | None = None
    mentions: bool = False

    @property
    def is_impossible(self) -> bool:
        return self.rooms == frozenset() or self.authors == frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a message stands in time, and which one it is."""

    place: int
    message: int


@dataclass(frozen=True, slots=True)
class Condition:
    sql: str
    values: tuple[Any, ...] = ()


def find(wanted: Wanted, *, limit: int) -> list[Hit]:
    """The newest messages that fit and that this person may read now. Raises Invalid after two seconds."""
    if wanted.is_impossible or not wanted.user.is_active:
        return []
    with _patience():
        rooms = _rooms_to_search(wanted)
        if connection.vendor == "sqlite":
            return _by_index(wanted, rooms, limit)
        newest = _among_newest(wanted, len(rooms), limit)
        return newest if len(newest) >= limit else _by_index(wanted, rooms, limit)


def messages_of(user: User, hits: list[Hit]) -> list[Message]:
    """Loaded in the order of the hits, with their files; what became unreadable meanwhile is left out."""
    found = Message.objects.filter(pk__in=[one.message for one in hits]).readable_by(user.pk).living()
    by_id = found.with_author().select_related("room").in_bulk()
    messages = [by_id[one.message] for one in hits if one.message in by_id]
    attach_files(messages)
    return messages


def _rooms_to_search(wanted: Wanted) -> list[int]:
    """Where the index is asked; who may read is asked again in its statement."""
    mine = Membership.objects.active().of(wanted.user)
    if wanted.rooms is not None:
        mine = mine.filter(room_id__in=wanted.rooms)
    return list(mine.values_list("room_id", flat=True))


def _conditions(wanted: Wanted) -> list[Condition]:
    """All but the words, about the row `s` of chat_searchtext."""
    user = wanted.user.pk
    found = [
        Condition("s.folded <> ''"),
        Condition(
            "EXISTS (SELECT 1 FROM chat_membership mine"
            " WHERE mine.room_id = s.room_id AND mine.user_id = %s AND mine.state = 'active')",
            (user,),
        ),
        Condition(
            "NOT EXISTS (SELECT 1 FROM chat_hiding hiding"
            " WHERE hiding.user_id = %s AND hiding.hidden_id = s.author_id AND hiding.until > %s)",
            (user, connection.ops.adapt_datetimefield_value(timezone.now())),
        ),
        *(
            _one_of(column, ids)
            for column, ids in (("room_id", wanted.rooms), ("author_id", wanted.authors))
            if ids
        ),
    ]
    if wanted.until is not None:
        found.append(Condition("s.id < %s", (wanted.until,)))
    if wanted.since is not None:
        found.append(Condition("s.id >= %s", (wanted.since,)))
    if wanted.mentions:
        found.append(
            Condition("s.message_id IN (SELECT message_id FROM chat_mention WHERE user_id = %s)", (user,))
        )
    return found


def _one_of(column: str, ids: frozenset[int]) -> Condition:
    return Condition(f"s.{column} IN ({', '.join(['%s'] * len(ids))})", tuple(ids))


def _words(wanted: Wanted) -> list[Condition]:
    """Compared by position: no character of anybody's means anything else here."""
    position = "instr" if connection.vendor == "sqlite" else "strpos"
    way = f"{position}(s.folded, %s) > 0"
    return [Condition("(" + " OR ".join([way] * len(group)) + ")", group) for group in wanted.parts]


def _run(
    sql: str, conditions: list[Condition], *, before: tuple[Any, ...] = (), after: tuple[Any, ...] = ()
) -> list[Hit]:
    values = [*before, *(value for one in conditions for value in one.values), *after]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Hit(*row) for row in cursor.fetchall()]


def _where(conditions: list[Condition]) -> str:
    return " AND ".join(one.sql for one in conditions)


def _by_index(wanted: Wanted, rooms: list[int], limit: int) -> list[Hit]:
    """SQLite's index gives the newest first and stops in time; PostgreSQL's gives all."""
    conditions = [*_conditions(wanted), *_words(wanted)]
    asked = "" if wanted.mentions and not wanted.parts else _index_query(wanted, rooms)
    if not asked:
        sql = f"SELECT s.id, s.message_id FROM chat_searchtext s WHERE {_where(conditions)}"  # noqa: S608  # ours
        return _run(f"{sql} ORDER BY s.id DESC LIMIT %s", conditions, after=(limit,))
    if connection.vendor == "sqlite":
        bounds = [
            Condition(one.sql.replace("s.id", "i.rowid"), one.values)
            for one in conditions
            if one.sql.startswith("s.id ")
        ]
        matched = [Condition("chat_searchindex MATCH %s", (asked,)), *bounds, *conditions]
        sql = f"""
            SELECT s.id, s.message_id FROM chat_searchindex i CROSS JOIN chat_searchtext s ON s.id = i.rowid
            WHERE {_where(matched)} ORDER BY i.rowid DESC LIMIT %s
        """  # noqa: S608  # conditions of ours
        return _run(sql, matched, after=(limit,))
    matched = [
        Condition("chat_search_pieces(s.folded, s.room_id, s.author_id) @@ %s::tsquery", (asked,)),
        *conditions,
    ]
    sql = f"""
        WITH found AS MATERIALIZED (SELECT s.id, s.message_id FROM chat_searchtext s WHERE {_where(matched)})
        SELECT id, message_id FROM found ORDER BY id DESC LIMIT %s
    """  # noqa: S608  # conditions of ours
    return _run(sql, matched, after=(limit,))


def _index_query(wanted: Wanted, rooms: list[int]) -> str:
    """Pieces that a text must have, in the language of the database's index."""
    groups = []
    left = MOST_PIECES
    for group in sorted(wanted.parts, key=lambda one: -min(map(len, one))):
        ways = [[_asked(piece, begins) for piece, begins in pieces_to_ask(part)][:left] for part in group]
        left -= sum(map(len, ways))
        groups.append(_any([_all(way) for way in ways if way]))
        if left <= 0:
            break
    if wanted.authors:
        groups.append(_any([_asked(author_fact(one), False) for one in sorted(wanted.authors)]))
    if len(rooms) <= MOST_ROOM_FACTS:
        groups.append(_any([_asked(room_fact(one), False) for one in sorted(rooms)]))
    return _all([one for one in groups if one])


def _asked(piece: str, begins: bool) -> str:
    if connection.vendor == "sqlite":
        return f'"{as_word(piece)}"' + ("*" if begins else "")
    quoted = piece.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" + (":*" if begins else "")


def _all(asked: list[str]) -> str:
    return (" AND " if connection.vendor == "sqlite" else " & ").join(asked)


def _any(asked: list[str]) -> str:
    joined = (" OR " if connection.vendor == "sqlite" else " | ").join(f"({one})" for one in asked if one)
    return f"({joined})" if joined else ""


def _among_newest(wanted: Wanted, rooms: int, limit: int) -> list[Hit]:
    """What fits among the newest texts of one's rooms, down to where each room was read at least so far."""
    each = max(FEWEST_PER_ROOM, NEWEST // max(rooms, 1))
    bounds = [one for one in _conditions(wanted) if one.sql.startswith("s.id ")]
    there = "".join(f" AND {one.sql}" for one in bounds).replace("s.id", "t.id")
    conditions = [*_conditions(wanted), *_words(wanted)]
    only = _one_of("room_id", wanted.rooms) if wanted.rooms else Condition("true")
    sql = f"""
        WITH read AS MATERIALIZED (
            SELECT newest.* FROM chat_membership s CROSS JOIN LATERAL (
                SELECT t.* FROM chat_searchtext t WHERE t.room_id = s.room_id{there} ORDER BY t.id DESC LIMIT {each}
            ) newest
            WHERE s.user_id = %s AND s.state = 'active' AND {only.sql}
        ), edge AS (
            SELECT min(id) AS place FROM read GROUP BY room_id HAVING count(*) >= {each}
        )
        SELECT s.id, s.message_id FROM read s
        WHERE s.id >= coalesce((SELECT max(place) FROM edge), {-(2**63)}) AND {_where(conditions)}
        ORDER BY s.id DESC LIMIT %s
    """  # noqa: S608  # conditions and numbers of ours
    before = (*(value for one in bounds for value in one.values), wanted.user.pk, *only.values)
    return _run(sql, conditions, before=before, after=(limit,))


@contextmanager
def _patience() -> Iterator[None]:
    """Ends a statement that takes too long, so that no search can hold the database."""
    try:
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {int(PATIENCE * 1000)}")
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL jit = off")
                yield
            return
        ends = time.monotonic() + PATIENCE
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: time.monotonic() > ends, STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            connection.connection.set_progress_handler(None, 0)
    except OperationalError as error:
        if "interrupted" in str(error) or getattr(error.__cause__, "sqlstate", "") == "57014":
            raise Invalid(_("That search takes too long. Add a word or a filter.")) from None
        raise
