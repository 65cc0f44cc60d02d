"""What the database holds in the end: the truth that journals and screens are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.stacks import Stack, same_key

ROWS = """
SELECT seq, id, changed_seq, author_id, client_id, source, deleted_at IS NOT NULL,
    (SELECT count(*) FROM chat_reaction WHERE chat_reaction.message_id = chat_message.id)
FROM chat_message WHERE room_id = %s ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`key`: the client's, None for a line of the system."""

    seq: int
    id: int
    changed_seq: int
    author: int
    key: str | None
    source: str
    deleted: bool
    reactions: int


@dataclass(frozen=True)
class Record:
    """A room: its counter and its rows in order."""

    seq: int
    rows: list[Row]


async def read_record(stack: Stack, room: int) -> Record:
    seq = await read_seq(stack, room)
    rows = [
        Row(seq_, id_, changed, author, same_key(key) if key else None, source, bool(deleted), reactions)
        for seq_, id_, changed, author, key, source, deleted, reactions in await stack.query(ROWS, room)
    ]
    return Record(seq, rows)


async def read_seq(stack: Stack, room: int) -> int:
    return int((await stack.query("SELECT seq FROM chat_room WHERE id = %s", room))[0][0])


async def removed_at(stack: Stack, room: int, user: int) -> int | None:
    """The number of somebody's removal, None while they are a member."""
    rows = await stack.query(
        "SELECT until_seq FROM chat_membership WHERE room_id = %s AND user_id = %s AND state = 'removed'",
        room,
        user,
    )
    return int(rows[0][0]) if rows else None
