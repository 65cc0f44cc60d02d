"""Faults of processes and of links, as acts on a trial under load."""

from __future__ import annotations

import asyncio
import sys
from os import cpu_count

from tests.faults.checker import Fault, Trial
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import until
from tests.faults.proxy import Mode

EXIT_WITHIN = 25.0
BUSY = "while True: pass"
LOSING = ("cut", "swallow")


async def kill_again_and_again(trial: Trial) -> None:
    """F01: kill -9, from one process to the next, each started again a moment later."""
    processes = trial.stack.processes
    kills = PACE.kills if PACE.name == "full" or trial.stack.name == "daphne-postgresql" else 2
    for turn in range(kills):
        process = processes[turn % len(processes)]
        await asyncio.sleep(trial.readers[0].random.uniform(0.0, 0.3))
        await asyncio.to_thread(process.kill)
        await asyncio.to_thread(process.start)
    trial.note(kills=kills)


async def die_before_answering(trial: Trial) -> None:
    """F01: kill -9 of whichever process commits next, between its COMMIT and its answer."""
    stack = trial.stack
    await stack.mutate("dying")
    processes = stack.processes
    died = await until(
        lambda: any(one.popen and one.popen.poll() is not None for one in processes), QUIESCENCE
    )
    if not died:
        trial.complaints.append("no process died between COMMIT and answer")
    for process in processes:
        if process.popen and process.popen.poll() is not None:
            await asyncio.to_thread(process.start)


async def restart_one_after_the_other(trial: Trial) -> None:
    """F13: SIGTERM, wait for the end, start again, the next one."""
    loop = asyncio.get_running_loop()
    took = [0.0]
    for _round in range(PACE.rounds):
        for process in trial.stack.processes:
            began = loop.time()
            code = await asyncio.to_thread(process.terminate)
            took.append(loop.time() - began)
            if code:
                trial.complaints.append(f"a process ended with {code} after SIGTERM")
            await asyncio.to_thread(process.start)
    trial.note(rounds=PACE.rounds, exit_s=max(took))
    if max(took) > EXIT_WITHIN * PACE.slack:
        trial.complaints.append(f"a process took {max(took):.1f} s to end")


async def starve(trial: Trial) -> None:
    """F17: every core is busy with something else; then the kernel takes a process for its memory."""
    cores = cpu_count() or 1
    before = sum(len(reader.ends) for reader in trial.readers)
    busy = [await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY) for _ in range(2 * cores)]
    try:
        await asyncio.sleep(PACE.starving)
        if cut := sum(len(reader.ends) for reader in trial.readers) - before:
            trial.complaints.append(f"{cut} links ended although nothing but time was missing")
        await asyncio.to_thread(trial.stack.processes[-1].kill)
    finally:
        for one in busy:
            one.kill()
            await one.wait()
    await asyncio.to_thread(trial.stack.processes[-1].start)


def on_the_way(mode: Mode, *, count: int = 0, seconds: float = 2.0) -> Fault:
    """F15 and F21: for a while half of the links to browsers, and all that begin, behave like this."""

    async def fault(trial: Trial) -> None:
        stack = trial.stack
        proxies = [proxy for name, proxy in stack.proxies.items() if name.startswith("browser")]
        stack.through_proxies = True
        for proxy in proxies:
            proxy.count, proxy.mode = count, mode
        for member in (*trial.writers, *trial.readers):
            if member.line and member.random.random() < 0.5:
                member.line.cut()
        await asyncio.sleep(seconds)
        intents = [intent for writer in trial.writers for intent in writer.journal]
        if mode in LOSING and all(intent.tries == 1 for intent in intents):
            trial.complaints.append(f"{mode} made nobody repeat anything")
        for proxy in proxies:
            proxy.mode = "pass"
        stack.through_proxies = False

    return fault


async def storm(trial: Trial) -> None:
    """F10: everybody is cut at once and comes back at once."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for reader in trial.readers:
        reader.tries.clear()
        if reader.line:
            reader.line.cut()
    back = await until(
        lambda: all(reader.tries and reader.is_settled for reader in trial.readers), QUIESCENCE
    )
    trial.note(people=len(trial.readers), back_s=loop.time() - began)
    most = max((max(reader.tries, default=0) for reader in trial.readers), default=0)
    trial.note(most_tries=most)
    if not back or loop.time() - began > QUIESCENCE:
        trial.complaints.append("not everybody came back")
    if most > 4 * PACE.slack:
        trial.complaints.append(f"somebody needed {most} attempts")
