"""Runs a fault under load and says which promises did not hold. S1 to S8 are those of docs/protocol.md's promises."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.people import Canary, Reader, Writer, until
from tests.live.http import ask
from tests.live.town import Town

DUMP = """
import json
from chat.models import Message, Room
rows = Message.objects.filter(room_id={room}).order_by("seq")
values = rows.values_list("seq", "id", "author_id", "client_id", "source", "changed_seq")
told = [[str(value) if place == 3 else value for place, value in enumerate(row)] for row in values]
print(json.dumps({{"seq": Room.objects.get(pk={room}).seq, "rows": told}}))
"""


@dataclass(frozen=True)
class Load:
    """Seconds before, and after the fault; how many take part."""

    writers: int = 4
    readers: int = 8
    before: float = 1.0
    after: float = 3.0
    quiescence: float = 30.0


@dataclass
class Report:
    """`broken`: the promises that did not hold, in words; `measured`: figures."""

    broken: list[str]
    measured: dict[str, Any]


async def check(town: Town, fault: Callable[[Town], Awaitable[None]], load: Load) -> Report:
    """Writers write and readers read; the canary is removed, then the fault happens, then all must agree."""
    names = [name for name in town.people if name not in ("alice", "bob")]
    writers = [Writer(town, name, seed) for seed, name in enumerate(names[: load.writers])]
    readers = [Reader(town, names[n % len(names)], 100 + n) for n in range(load.readers)]
    canary = Canary(town, "bob", 7)
    for reader in (*readers, canary):
        reader.start()
    writing = [asyncio.create_task(writer.run()) for writer in writers]
    await asyncio.sleep(load.before)
    await _remove(town, canary)
    await fault(town)
    await asyncio.sleep(load.after)
    for writer in writers:
        writer.stopping = True
    await asyncio.wait_for(asyncio.gather(*writing), load.quiescence)
    truth = await _truth(town)
    expected = [(row[0], row[1]) for row in truth["rows"]]
    loop = asyncio.get_running_loop()
    began = loop.time()
    agreed = await until(lambda: all(reader.shown() == expected for reader in readers), load.quiescence)
    converged = loop.time() - began
    for reader in (*readers, canary):
        await reader.stop()
    broken = [*_judge(truth, writers, canary), *(fault for reader in readers for fault in reader.faults)]
    if not agreed:
        broken.append(f"S4: {_differences(readers, expected)}")
    sent = sum(len(writer.journal) for writer in writers)
    return Report(
        broken, {"messages": sent, "converged_s": round(converged, 2), "reconnects": _reconnects(readers)}
    )


async def _remove(town: Town, canary: Canary) -> None:
    path = f"/rooms/{town.workshop}/members/{town.id('bob')}/remove/"
    answer = await ask(town.site.origin, path, town.people["alice"]["cookie"], form={})
    assert answer.status == 302, answer.text[:200]
    code = (
        "from chat.models import Membership; "
        f"print(Membership.objects.get(room={town.workshop}, user={town.id('bob')}).until_seq)"
    )
    canary.removed_at = int((await asyncio.to_thread(town.site.python, code)).strip())


async def _truth(town: Town) -> dict[str, Any]:
    printed = await asyncio.to_thread(town.site.python, DUMP.format(room=town.workshop))
    truth: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return truth


def _judge(truth: dict[str, Any], writers: list[Writer], canary: Canary) -> list[str]:
    broken = []
    rows = {row[1]: row for row in truth["rows"]}
    keys = Counter((row[2], row[3]) for row in truth["rows"] if row[3] != "None")
    broken += [f"S2: {count} rows for one key" for count in keys.values() if count > 1]
    numbers = [row[5] for row in truth["rows"]]
    if sorted(numbers) != list(range(1, truth["seq"] + 1)):
        broken.append(f"S3: the numbers of {truth['seq']} changes are not gapless")
    for writer in writers:
        broken += _judge_writer(writer, rows)
    if heard := canary.heard_after_removal():
        broken.append(f"S7: who was removed at {canary.removed_at} heard {heard[:5]}")
    return broken


def _judge_writer(writer: Writer, rows: dict[int, list[Any]]) -> list[str]:
    broken = []
    places: list[int] = []
    for entry in writer.journal:
        if len(set(entry.answers)) > 1:
            broken.append(f"S6: one key was answered with {set(entry.answers)}")
        for id_, seq in entry.answers:
            row = rows.get(id_)
            if row is None or row[0] != seq or row[4] != entry.text:
                broken.append(f"S1: acknowledged {entry.text!r} is not stored as it was answered")
        places.extend(seq for _id, seq in entry.answers[:1])
    if places != sorted(places):
        broken.append(f"S5: the messages of {writer.name} are not in the order of their answers")
    return broken


def _differences(readers: list[Reader], expected: list[tuple[int, int]]) -> str:
    found = []
    for reader in readers:
        shown = reader.shown()
        if shown != expected:
            missing = sorted(set(expected) - set(shown))[:5]
            found.append(f"{reader.name} shows {len(shown)} of {len(expected)}, lacks {missing}")
    return "; ".join(found[:3])


def _reconnects(readers: list[Reader]) -> int:
    return sum(reader.connects - 1 for reader in readers)
