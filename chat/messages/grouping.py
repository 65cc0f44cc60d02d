"""Where a row stands among its neighbours, for one reader: own, continued, first of its day, first unread.

Pure. The rules' twin is static/js/models/decorator.js; tests/vectors/decorator.json holds both to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from chat.constants import GROUP_MS
from chat.models import Message

GROUP = timedelta(milliseconds=GROUP_MS)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reply shows of the message that it answers; a deleted one shows nothing of it."""

    name: str
    excerpt: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads. `read_seq` None: no unread line; `older`: whether rows exist before the first given one."""

    id: int
    time_zone: str = "UTC"
    language: str = ""
    read_seq: int | None = None
    older: bool = False
    quotes: Mapping[int, Quote] = field(default_factory=dict)
    now: datetime = field(default_factory=timezone.now)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or "UTC")


@dataclass(frozen=True, slots=True)
class Row:
    """The facts of a message that decoration needs, and its neutral fragment."""

    id: int
    room: int
    seq: int
    author: int
    name: str
    word: str
    kind: str
    at: datetime
    html: str
    fragment: str
    edited_at: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    mentions: Sequence[int] = ()
    reply_to: int | None = None
    reactions: Sequence[tuple[str, Sequence[int]]] = ()
    files: Sequence[str] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_system(self) -> bool:
        return self.kind == Message.Kind.SYSTEM


@dataclass(frozen=True, slots=True)
class Place:
    """What a row gets from its reader and its neighbours; `local` is its time in the reader's zone."""

    row: Row
    local: datetime
    own: bool
    mentioned: bool
    continued: bool
    first_of_day: bool
    first_unread: bool


def place_rows(rows: Sequence[Row], *, viewer: Viewer) -> Iterator[Place]:
    """The places of rows in ascending `seq`."""
    unread = _first_unread(rows, viewer=viewer)
    zone = viewer.zone
    before: Row | None = None
    day: date | None = None
    for row in rows:
        local = row.at.astimezone(zone)
        first_of_day = local.date() != day
        own = row.author == viewer.id and not row.is_system
        yield Place(
            row=row,
            local=local,
            own=own,
            mentioned=viewer.id in row.mentions and not own and not row.deleted,
            continued=row is not unread and not first_of_day and _continues(row, before),
            first_of_day=first_of_day,
            first_unread=row is unread,
        )
        before, day = row, local.date()


def _continues(row: Row, before: Row | None) -> bool:
    return (
        before is not None
        and row.author == before.author
        and row.kind == before.kind
        and not row.is_system
        and not row.deleted
        and not before.deleted
        and timedelta(0) <= row.at - before.at <= GROUP
    )


def _first_unread(rows: Sequence[Row], *, viewer: Viewer) -> Row | None:
    """The first row that is news to the reader; None if it may lie before the rows given."""
    if viewer.read_seq is None or (viewer.older and rows and rows[0].seq > viewer.read_seq):
        return None
    for row in rows:
        if row.seq > viewer.read_seq and row.author != viewer.id and not row.deleted and not row.is_system:
            return row
    return None
