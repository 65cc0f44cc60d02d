"""What happens to Redis, and to the way there, as acts on a trial under load."""

from __future__ import annotations

import asyncio
from signal import SIGCONT, SIGSTOP

from tests.faults.checker import Fault, Trial
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import until
from tests.faults.readers import Reader
from tests.faults.record import read_seq
from tests.services import Redis

QUICK = 1.0
SLOW = 30.0
KILLS = 20  # seconds
HEADS = 30.0  # what is promised while a layer is down: found by comparing heads
PUSHED_AGAIN = 30.0
GROUP_EXPIRY = 9  # seconds, of the site that this is tried on; its heads are compared every three


def redis_of(trial: Trial) -> Redis:
    assert trial.stack.redis
    return trial.stack.redis


def away(seconds: float) -> Fault:
    """F02: ends without a trace of its data, and comes back so much later."""

    async def fault(trial: Trial) -> None:
        await asyncio.to_thread(redis_of(trial).end)
        await chat_on(trial, seconds)
        await asyncio.to_thread(redis_of(trial).start)
        await pushed_again(trial)

    return fault


def paused(seconds: float) -> Fault:
    """F03: takes connections and answers nothing."""

    async def fault(trial: Trial) -> None:
        redis_of(trial).signal(SIGSTOP)
        await chat_on(trial, seconds)
        redis_of(trial).signal(SIGCONT)
        await pushed_again(trial)

    return fault


def stalled(seconds: float) -> Fault:
    """F04: the cable to Redis is pulled; both ends believe in the link."""

    async def fault(trial: Trial) -> None:
        proxy = trial.stack.proxies["redis"]
        proxy.mode = "stall"
        await chat_on(trial, seconds)
        proxy.mode = "pass"
        await pushed_again(trial)

    return fault


async def flush(trial: Trial) -> None:
    """F02b: Redis answers as always and knows nobody any more."""
    redis_of(trial).command_line("flushall")
    await pushed_again(trial)


async def kill_links(trial: Trial) -> None:
    """F02b: every connection is cut, again and again."""
    for _second in range(max(3, round(KILLS / PACE.scale))):
        redis_of(trial).command_line("client", "kill", "type", "normal")
        await asyncio.sleep(1.0 / PACE.slack)
    await pushed_again(trial)


async def fill_up(trial: Trial) -> None:
    """F02b: too little memory, so that Redis throws away what it likes."""
    redis = redis_of(trial)
    redis.command_line("config", "set", "maxmemory", "1mb", "maxmemory-policy", "allkeys-random")
    for number in range(10):
        redis.command_line("set", f"filler:{number}", "x" * 100_000)
    await chat_on(trial, 2 * QUICK)
    redis.command_line("flushall")
    redis.command_line("config", "set", "maxmemory", "0", "maxmemory-policy", "noeviction")
    await pushed_again(trial)


async def outlive_groups(trial: Trial) -> None:
    """F19: everybody stays connected beyond the age at which Redis forgets who listens to what."""
    await asyncio.sleep(GROUP_EXPIRY + 1)
    await pushed_again(trial)


async def chat_on(trial: Trial, seconds: float) -> None:
    """Redis is away: what is said arrives all the same, and a new tab opens at once."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    guest = Reader(trial.stack, trial.readers[0].name, 5000, room=trial.room)
    guest.start()
    try:
        opened = await until(lambda: guest.is_settled, QUIESCENCE)
        took = loop.time() - began
        trial.note(opened_s=took)
        if not opened or took > 2.0 * PACE.slack:
            trial.complaints.append(f"a new tab took {took:.1f} s to open")
        asked = loop.time()
        goal = await read_seq(trial.stack, trial.room)
        await until(lambda: all(reader.cursor >= goal for reader in (*trial.readers, guest)), QUIESCENCE)
        trial.within("late_s", loop.time() - asked, HEADS)
    finally:
        await guest.stop()
    await asyncio.sleep(max(0.0, seconds / PACE.scale - (loop.time() - began)))


async def pushed_again(trial: Trial) -> None:
    """Delivery is live: a new message reaches everybody as itself, and nobody had to come back for it."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    def lives() -> bool:
        fresh = [
            intent.key
            for writer in trial.writers
            for intent in writer.journal
            if intent.act == "send" and intent.began > began and intent.acked is not None
        ]
        return any(all(key in reader.arrivals for reader in trial.readers) for key in fresh)

    if not await until(lives, QUIESCENCE):
        trial.complaints.append("messages are no longer pushed")
    trial.within("pushed_again_s", loop.time() - began, PUSHED_AGAIN)
