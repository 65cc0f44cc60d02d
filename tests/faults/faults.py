"""Faults of processes, as acts on a trial under load."""

from __future__ import annotations

import asyncio

from tests.faults.checker import Trial
from tests.faults.pace import PACE


async def kill_again_and_again(trial: Trial) -> None:
    """F01: kill -9, from one process to the next, each started again a moment later."""
    for turn in range(PACE.kills):
        process = trial.stack.processes[turn % len(trial.stack.processes)]
        await asyncio.sleep(trial.readers[0].random.uniform(0.0, 0.3))
        await asyncio.to_thread(process.kill)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(process.start)
