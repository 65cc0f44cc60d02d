"""What an entry's hash covers, and where a chain is broken. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from chat.models import AuditEntry
from chat.wire.encoding import moment

GENESIS = ""


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over everything that the entry says, its number, and the hash of the one before it."""
    said = [
        entry.number,
        moment(entry.at),
        entry.actor_id,
        entry.act,
        entry.target_id,
        entry.room_id,
        entry.message_id,
        entry.reason,
        entry.before,
        entry.after,
        entry.previous,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not hold: its number, and what is wrong with it."""

    number: int
    why: str


def first_break(entries: Iterable[AuditEntry], *, length: int, head: str) -> Break | None:
    """Walks the chain in order of number. `length` and `head`: what the last entry must be."""
    number, previous = 0, GENESIS
    for entry in entries:
        if entry.number != number + 1:
            return Break(number + 1, "is missing")
        if entry.previous != previous:
            return Break(entry.number, "does not continue the one before it")
        if hash_of(entry) != entry.hash:
            return Break(entry.number, "was changed")
        number, previous = entry.number, entry.hash
    if number != length:
        return Break(number + 1, "is missing")
    return None if previous == head else Break(number, "is not the one that was written last")
