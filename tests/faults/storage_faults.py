"""What happens to the database, its disk and the clock, as acts on a trial under load."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from signal import SIGCONT, SIGSTOP, Signals

import psutil

from tests.faults.checker import Fault, Trial
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import until
from tests.faults.readers import Reader
from tests.faults.record import read_seq
from tests.faults.stacks import Stack
from tests.faults.web import NO_ANSWER, ask
from tests.faults.wire import Frame
from tests.services import PostgreSQL

DRAINED = 30.0
BUSY_TIMEOUT = 5.0  # seconds that SQLite waits for a lock
FINE = (200, 302)
LITTLE = 4_096  # bytes: less than one page of a write-ahead log


class Pages:
    """Somebody who looks at pages all the time: each is there, or 503 with Retry-After. Never 500."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.refused = 0
        self._tasks = [
            asyncio.create_task(self._look(path)) for path in (f"/rooms/{trial.room}/", "/accounts/login/")
        ]

    async def _look(self, path: str) -> None:
        cookie = self._trial.stack.town.people["person1"]["cookie"]
        place = 0
        while True:
            place += 1
            origin, port = self._trial.stack.door(place)
            with suppress(*NO_ANSWER):
                answer = await ask(origin, path, cookie=cookie, port=port, patience=20.0)
                later = answer.status == 503 and "retry-after" in answer.headers
                self.refused += later
                if answer.status not in FINE and not later:
                    self._trial.complaints.append(f"{path} answered {answer.status}")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._trial.note(pages_refused=self.refused)


def watched(fault: Fault) -> Fault:
    """The fault, with pages looked at meanwhile, until everything that was written meanwhile is through."""

    async def act(trial: Trial) -> None:
        pages = Pages(trial)
        try:
            await fault(trial)
            await drained(trial)
        finally:
            await pages.stop()

    return act


async def drained(trial: Trial) -> None:
    """What people wanted meanwhile is acknowledged."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    wanted = [intent for writer in trial.writers for intent in writer.journal]
    if not await until(lambda: all(intent.acked is not None for intent in wanted), QUIESCENCE):
        trial.complaints.append("what was written meanwhile is still not through")
    trial.within("drained_s", loop.time() - began, DRAINED)


# PostgreSQL


def restarted(postgresql: PostgreSQL, how: Signals, seconds: float) -> Fault:
    """F05: fast (SIGINT) or immediate (SIGQUIT), away for so long."""

    async def fault(_trial: Trial) -> None:
        await asyncio.to_thread(postgresql.end, how)
        await asyncio.sleep(seconds / PACE.scale)
        await asyncio.to_thread(postgresql.start)

    return fault


def paused(postgresql: PostgreSQL, seconds: float) -> Fault:
    """F05: every process of it stands still."""

    async def fault(_trial: Trial) -> None:
        with _standing_still(postgresql):
            await asyncio.sleep(seconds / PACE.scale)

    return fault


@contextmanager
def _standing_still(postgresql: PostgreSQL) -> Iterator[None]:
    assert postgresql.process
    root = psutil.Process(postgresql.process.pid)
    everyone = [root, *root.children(recursive=True)]
    try:
        for one in everyone:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(SIGSTOP)
        yield
    finally:
        for one in everyone:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(SIGCONT)


def refused(role: str, seconds: float) -> Fault:
    """F05: the user of the site gets no connection any more, and loses those that it had."""

    async def fault(trial: Trial) -> None:
        await trial.stack.query(f"ALTER ROLE {role} CONNECTION LIMIT 0")
        try:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
            await trial.stack.query(cut, role)
            await asyncio.sleep(seconds / PACE.scale)
        finally:
            await trial.stack.query(f"ALTER ROLE {role} CONNECTION LIMIT -1")

    return fault


# The channel layer


CAPACITY = 5  # announcements, of the site that this is tried on


def acknowledged(trial: Trial) -> int:
    return sum(writer.acknowledged for writer in trial.writers)


async def overflow(trial: Trial) -> None:
    """F18: a process takes nothing for a while, and its queue in Redis holds five."""
    process = psutil.Process(trial.stack.processes[1].pid)
    process.suspend()
    # Those of the other process fill its queue; what waits for the suspended one waits.
    goal = acknowledged(trial) + 3 * CAPACITY
    await until(lambda: acknowledged(trial) >= goal, 3.0)
    told = await until(lambda: "too slow to take them" in trial.stack.site.log(), QUIESCENCE)
    process.resume()
    if not told:
        trial.complaints.append("nothing was lost: there was no fault")


# The clock


JUMPS = ("+5m", "-5m", "+2d")


def faked(clock: Path) -> dict[str, str]:
    """What makes a program read its clock through a file: seconds, minutes or days beside the true time."""
    # Debian keeps one library per architecture.
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",  # seconds until the file is read again
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


async def jump(trial: Trial) -> None:
    """F11: the clock of one process is minutes ahead, behind, then days ahead."""
    stack = trial.stack
    process = stack.processes[1]
    clock = stack.site.folder / "clock"
    loop = asyncio.get_running_loop()
    clock.write_text("+0")
    await asyncio.to_thread(process.terminate)
    process.env = process.env | faked(clock)
    await asyncio.to_thread(process.start)
    await until(lambda: all(reader.is_settled for reader in trial.readers), QUIESCENCE)
    before = sum(len(reader.ends) for reader in trial.readers)
    for offset in JUMPS:
        clock.write_text(offset)
        await asyncio.sleep(1.5)  # until it is read
        began = loop.time()
        await write_on(trial, 2)
        trial.note(**{f"at {offset}": loop.time() - began})
    if cut := sum(len(reader.ends) for reader in trial.readers) - before:
        trial.complaints.append(f"{cut} links ended because a clock jumped")


async def write_on(trial: Trial, acts: int) -> None:
    """Returns when everybody has been acknowledged so often again, and all of that is seen."""
    goals = [writer.acknowledged + acts for writer in trial.writers]
    both = list(zip(trial.writers, goals, strict=True))
    if not await until(lambda: all(writer.acknowledged >= goal for writer, goal in both), QUIESCENCE):
        trial.complaints.append("writing did not come back")
    seq = await read_seq(trial.stack, trial.room)
    if not await until(lambda: all(reader.cursor >= seq for reader in trial.readers), QUIESCENCE):
        trial.complaints.append("not everybody saw what was written")


# SQLite


def database_of(stack: Stack) -> Path:
    return Path(stack.site.env["DATA_DIR"]) / "chat.sqlite3"


def locked(seconds: float) -> Fault:
    """F16: another program holds the lock for writing."""

    async def fault(trial: Trial) -> None:
        other = sqlite3.connect(
            database_of(trial.stack), timeout=20, isolation_level=None, check_same_thread=False
        )
        with closing(other):
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await asyncio.gather(asyncio.sleep(seconds), open_meanwhile(trial), type_meanwhile(trial))
            other.execute("ROLLBACK")

    return fault


async def open_meanwhile(trial: Trial) -> None:
    """Nobody can write; reading goes on, also for a tab that comes now."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    guest = Reader(trial.stack, trial.readers[0].name, 5000, room=trial.room)
    guest.start()
    opened = await until(lambda: guest.is_settled, QUIESCENCE)
    await guest.stop()
    trial.note(opened_s=loop.time() - began)
    if not opened or loop.time() - began > 2.0 * PACE.slack:
        trial.complaints.append("a new tab did not open")


class Listener(Reader):
    """Hears who types. `typing`: how many frames of that came."""

    typing = 0

    def heard(self, frame: Frame) -> None:
        super().heard(frame)
        self.typing += frame["type"] == "typing"


async def type_meanwhile(trial: Trial) -> None:
    """Delivery does not wait for whoever waits for the lock."""
    loop = asyncio.get_running_loop()
    listener = Listener(trial.stack, trial.readers[0].name, 5001, room=trial.room)
    speaker = Reader(trial.stack, trial.readers[1].name, 5002, room=trial.room)
    for one in (listener, speaker):
        one.start()
    await until(lambda: listener.is_settled and speaker.is_settled, QUIESCENCE)
    began = loop.time()
    assert speaker.line
    speaker.line.send("typing", room=trial.room, active=True)
    heard = await until(lambda: listener.typing > 0, QUIESCENCE)
    took = loop.time() - began
    for one in (listener, speaker):
        await one.stop()
    trial.note(delivered_s=took)
    if not heard or took > 0.5 * PACE.slack:
        trial.complaints.append(f"delivery took {took:.1f} s while the database was locked")


async def back_up(trial: Trial) -> None:
    """F16: a backup under load, beside somebody who reads without end; it is proved at once."""
    database = database_of(trial.stack)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM chat_message").fetchone()
        made = await asyncio.to_thread(trial.stack.site.manage, "backup")
        proved = await asyncio.to_thread(trial.stack.site.manage, "prove_backup", made.strip())
    if "Proved: restored" not in proved:
        trial.complaints.append("the backup under load proves nothing")
    trial.note(wal_mib=database.with_name("chat.sqlite3-wal").stat().st_size / 2**20)


async def fill_the_disk(trial: Trial) -> None:
    """F06: no file of the server may grow beyond a little. Nothing is stored, nothing breaks, and it goes on."""
    process = trial.stack.processes[0]
    stored = "SELECT count(*) FROM chat_message"
    await asyncio.to_thread(_checkpoint, database_of(trial.stack))
    prlimit(process.pid, RLIMIT_FSIZE, (LITTLE, RLIM_INFINITY))
    try:
        await asyncio.sleep(0.5)  # what was under way is through or refused
        before = (await trial.stack.query(stored))[0][0]
        tried = sum(intent.tries for writer in trial.writers for intent in writer.journal)
        await until(
            lambda: sum(i.tries for writer in trial.writers for i in writer.journal) >= tried + 8, QUIESCENCE
        )
        if (await trial.stack.query(stored))[0][0] != before:
            trial.complaints.append("there was no fault: messages were still stored")
    finally:
        prlimit(process.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
    if (verdict := (await trial.stack.query("PRAGMA integrity_check"))[0][0]) != "ok":
        trial.complaints.append(f"the database is broken: {verdict}")


def _checkpoint(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=20)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
