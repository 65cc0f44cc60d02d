"""Which promises did not hold, in words. S1 to S8 are numbered as in docs/reliability.md."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from tests.faults.readers import Canary, Reader, Shown
from tests.faults.record import Record, Row
from tests.faults.writers import Intent, Writer

MOST_TOLD = 3  # examples of one kind


def judge(
    record: Record,
    *,
    base: int,
    removals: int,
    writers: Sequence[Writer],
    readers: Sequence[Reader],
    canaries: Sequence[Canary],
) -> list[str]:
    """`base`: the room's number before the phase; `removals`: changes to the room during it that nobody wrote."""
    intents = [intent for writer in writers for intent in writer.journal]
    broken = [*_judge_keys(record, writers), *_judge_numbers(record, base + removals, intents)]
    for writer in writers:
        broken += _judge_writer(writer, {row.id: row for row in record.rows})
    births = [row.seq for row in record.rows]
    for reader in readers:
        broken += reader.faults[:MOST_TOLD]
        broken += _judge_moments(reader, births)
    for canary in canaries:
        if heard := canary.heard_after_removal():
            broken.append(f"S7: {canary.name}, removed at {canary.removed_at}, heard {heard[:MOST_TOLD]}")
    return broken


def _judge_keys(record: Record, writers: Sequence[Writer]) -> list[str]:
    keys = Counter((row.author, row.key) for row in record.rows if row.key)
    broken = [f"S2: {count} rows for one key" for count in keys.values() if count > 1][:MOST_TOLD]
    for writer in writers:
        for intent in writer.journal:
            stored = keys[(writer.user_id, intent.key)] if intent.act == "send" else 1
            if intent.acked is not None and stored != 1:
                broken.append(f"S6: {stored} rows for {intent.text.strip()!r}, which was acknowledged")
    return broken[: 2 * MOST_TOLD]


def _judge_numbers(record: Record, base: int, intents: list[Intent]) -> list[str]:
    broken = []
    for name in ("seq", "changed_seq"):
        numbers = Counter(getattr(row, name) for row in record.rows)
        if doubled := [number for number, count in numbers.items() if count > 1]:
            broken.append(f"S3: {name} {doubled[:MOST_TOLD]} belong to more than one message")
        if numbers and max(numbers) > record.seq:
            broken.append(f"S3: {max(numbers)} was given although the room stands at {record.seq}")
    acknowledged = sum(1 for intent in intents if intent.acked is not None)
    unsure = len(intents) - acknowledged
    if not base + acknowledged <= record.seq <= base + acknowledged + unsure:
        broken.append(
            f"S3: the room went from {base} to {record.seq} by {acknowledged} acknowledged changes "
            f"and {unsure} that got no answer"
        )
    return broken


def _judge_writer(writer: Writer, rows: dict[int, Row]) -> list[str]:
    broken = [f"S6: {writer.name}: {refusal}" for refusal in writer.refused[:MOST_TOLD]]
    broken += [f"S6: {writer.name} was answered HTTP {status}" for status in set(writer.statuses)]
    places = []
    last: dict[int, Intent] = {}
    for intent in writer.journal:
        if len(set(intent.answers)) > 1:
            broken.append(f"S6: {writer.name}: one key was answered with {sorted(set(intent.answers))}")
        if intent.acked is None:
            continue
        id_, seq = intent.answers[0]
        if intent.act != "react":
            last[id_] = intent
        if intent.act == "send":
            places.append(seq)
            if id_ not in rows or rows[id_].seq != seq:
                broken.append(f"S1: acknowledged {intent.text.strip()!r} is not stored as it was answered")
        elif intent.act == "react" and id_ in rows and not (rows[id_].reactions or rows[id_].deleted):
            broken.append(f"S1: an acknowledged reaction to {rows[id_].seq} is not stored")
    broken += [f"S1: {fault}" for id_, intent in last.items() if (fault := _differs(rows.get(id_), intent))]
    if places != sorted(places):
        broken.append(f"S5: the messages of {writer.name} are not in the order of their answers")
    return broken[: 2 * MOST_TOLD]


def _differs(row: Row | None, last: Intent) -> str:
    """What the last acknowledged act on a message says against its row."""
    if row is None:
        return f"{last.act} of a message that is not there"
    if last.act == "delete":
        return "" if row.deleted else f"{row.seq} was deleted and stands"
    return (
        "" if row.source == last.text.strip() else f"{row.seq} holds another text than the last acknowledged"
    )


def _judge_moments(reader: Reader, births: list[int]) -> list[str]:
    """At every moment at which the page claimed to be complete, it showed all that was born up to there."""
    start = bisect_left(births, reader.floor)
    for cursor, shown in reader.settled:
        if shown != (due := bisect_right(births, cursor) - start):
            return [f"S8: {reader.name} showed {shown} of {due} rows at {cursor}"]
    return []


class Shower(Protocol):
    """Whatever shows a room's rows by id, from `floor` on."""

    @property
    def rows(self) -> dict[int, Shown]: ...
    @property
    def floor(self) -> int: ...
    @property
    def cursor(self) -> int: ...


def differences(reader: Shower, record: Record) -> str:
    """How what somebody shows differs from the record; empty when it does not."""
    due = {row.id: row for row in record.rows if row.seq >= reader.floor}
    if missing := due.keys() - reader.rows.keys():
        return f"lacks {sorted(due[id_].seq for id_ in missing)[:MOST_TOLD]} at cursor {reader.cursor}"
    if excess := reader.rows.keys() - due.keys():
        return f"shows {[reader.rows[id_].seq for id_ in excess][:MOST_TOLD]}, which nobody wrote"
    for id_, row in due.items():
        shown = reader.rows[id_]
        facts = (row.seq, row.changed_seq, row.deleted, row.reactions)
        if (shown.seq, shown.changed_seq, shown.deleted, shown.reactions) != facts:
            return f"shows {row.seq} as of {shown.changed_seq}, not of {row.changed_seq}"
        if row.key and not row.deleted and row.source not in shown.html:
            return f"shows another text for {row.seq}"
    return ""
