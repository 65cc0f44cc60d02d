"""Programs for the client's state machine: those of tests/vectors/sequence.json, and random ones."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from tests.faults.sequence import Outcome, Sequence

Case = dict[str, Any]
Step = dict[str, Any]

CASES: list[Case] = json.loads((Path(__file__).parent.parent / "vectors" / "sequence.json").read_text())[
    "cases"
]
INPUTS = {"do", "given"}


def expectations(case: Case) -> list[Step]:
    """What each step must say, of what the vector names."""
    return [{name: value for name, value in step.items() if name not in INPUTS} for step in case["steps"]]


def play(case: Case) -> list[Step]:
    """What each step says: `applied` numbers or ids, `hole`, `reset`, `after`, `cursor`, `syncing`."""
    line = Sequence(case["cursor"])
    return [_take(line, step) for step in case["steps"]]


def _take(line: Sequence, step: Step) -> Step:
    arguments = [step["given"]] if "given" in step else []
    said = getattr(line, step["do"])(*arguments)
    told: Step = {"cursor": line.cursor, "syncing": line.syncing}
    if isinstance(said, Outcome):
        applied = [one["seq"] if "seq" in one else one["id"] for one in said.apply]
        return {**told, "applied": applied, "hole": said.hole, "reset": said.reset}
    return told if said is None else {**told, "after": said}


def random_case(chance: random.Random) -> Case:
    """Thirty steps of a room whose hints come late, twice or never, and whose links break."""
    head = cursor = chance.randrange(5, 20)
    steps: list[Step] = []
    for _step in range(30):
        head += chance.randrange(3)
        steps.append(_random_step(chance, head))
    return {"name": "random", "cursor": cursor, "steps": steps}


def _random_step(chance: random.Random, head: int) -> Step:
    seq = max(1, head - chance.randrange(4))
    do = chance.choices(["receive", "batch", "start", "answer", "stop", "restart"], [10, 3, 2, 4, 1, 1])[0]
    if do == "batch":
        numbers = sorted(chance.sample(range(seq, seq + 6), chance.randrange(4)))
        return {
            "do": "receive",
            "given": {"from": seq - 1, "upto": seq + 5, "events": [{"seq": n} for n in numbers]},
        }
    if do == "answer":
        items = [{"id": chance.randrange(99)} for _ in range(chance.randrange(3))]
        return {"do": "answer", "given": {"items": items, "upto": seq, "complete": chance.random() < 0.7}}
    if do in ("start", "stop"):
        return {"do": do}
    return {"do": do, "given": seq if do == "restart" else {"seq": seq}}
