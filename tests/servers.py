"""Starts the real site as real processes, for tests from outside.

with running_site(server="uvicorn", stores="postgresql", processes=2) as site:
    site.origins[0]                     # "http://127.0.0.1:43211"
    site.processes[0].kill()            # kill -9; .terminate() for SIGTERM; .start() again on the same port
    site.manage("populate", "--users", "3")
    site.python("print(1)")             # inside Django, with the site's own settings
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.nursery import Program, finish, start
from tests.services import PATIENCE, free_port, until
from tests.stores import clean_environment, database_copy, redis_url, template_folder

ServerName = Literal["daphne", "uvicorn", "hypercorn"]
Stores = Literal["sqlite", "postgresql"]
SERVERS: tuple[ServerName, ...] = ("daphne", "uvicorn", "hypercorn")

# The protocol's intervals, ten times faster; what judges the network keeps room for a busy machine.
SCALED = {
    "CHAT_HEADS_INTERVAL": "3",
    "CHAT_HEADS_INTERVAL_DEGRADED": "0.5",
    "CHAT_PING_INTERVAL": "2.5",
    "CHAT_PONG_TIMEOUT": "10",
    "CHAT_PROBE_INTERVAL": "1",
    "CHAT_WINDOW_GRACE": "3",
}


@dataclass
class Process:
    """One server process; `origin` is where it answers. `cold`: every package is imported anew, as for an operator."""

    env: dict[str, str]
    log: Path
    command: tuple[str, ...] = (sys.executable, "-m", "chatsite.launch")
    port: int = field(default_factory=free_port)
    cold: bool = False
    popen: Program | None = None
    reading: threading.Thread | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.popen is not None
        return self.popen.pid

    def start(self) -> None:
        """Start, also again after an end; returns once it answers."""
        lines: list[str] = []
        self.lines = lines
        reading, writing = os.pipe()
        try:
            with self.log.open("a") as log:
                self.popen = start(
                    self.command, env=self.env | {"PORT": str(self.port)},
                    stdout=writing, stderr=log.fileno(), cold=self.cold,
                )  # fmt: skip
        finally:
            os.close(writing)
        self.reading = threading.Thread(target=self._read, args=(reading, lines), daemon=True)
        self.reading.start()
        until(self._answers_or_ended, f"the site did not start; see {self.log}")
        if not self._answers():
            raise RuntimeError(f"the site ended at once:\n{self.log.read_text()}")

    def _read(self, descriptor: int, lines: list[str]) -> None:
        with os.fdopen(descriptor) as shown:
            for line in shown:
                with self.log.open("a") as log:
                    log.write(line)
                lines.append(line.rstrip("\n"))

    def _answers(self) -> bool:
        return len(self.lines) > 1 and self.lines[-2].startswith("Listening at ")

    def _answers_or_ended(self) -> bool:
        assert self.popen is not None
        return self._answers() or self.popen.poll() is not None

    def terminate(self) -> int:
        """SIGTERM, as a supervisor stops it; returns the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """SIGKILL, as a crash; returns the exit code."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        assert self.popen is not None
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        try:
            return self.wait(40)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise

    def wait(self, patience: float) -> int:
        """The exit code, once it has ended and all that it printed is in `lines`."""
        assert self.popen is not None
        assert self.reading is not None
        code = self.popen.wait(patience)
        self.reading.join(PATIENCE)
        return code


@dataclass
class Site:
    """One instance of the product: one or more processes over one database."""

    folder: Path
    env: dict[str, str]
    processes: list[Process]

    @property
    def origins(self) -> list[str]:
        return [process.origin for process in self.processes]

    @property
    def origin(self) -> str:
        return self.processes[0].origin

    def manage(self, *arguments: str) -> str:
        """Run manage.py beside the servers; returns its standard output."""
        code, shown, complaint = self.ask(*arguments)
        if code:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{shown}{complaint}")
        return shown

    def ask(self, *arguments: str) -> tuple[int, str, str]:
        """Run manage.py beside the servers; returns exit code, standard output and errors."""
        return finish((sys.executable, "-m", "manage", *arguments), env=self.env)

    def python(self, code: str) -> str:
        """Run code inside Django beside the servers; returns what it printed."""
        return self.manage("shell", "-v", "0", "-c", code)

    def log(self) -> str:
        """All that the processes printed."""
        return "".join(process.log.read_text() for process in self.processes if process.log.exists())


@contextmanager
def running_site(
    *,
    server: ServerName = "daphne",
    stores: Stores = "sqlite",
    processes: int = 1,
    start: bool = True,
    given: Mapping[str, str] | None = None,
    **env: str,
) -> Iterator[Site]:
    """A site on free ports in a folder of its own; `given` and `env` add environment variables."""
    env = {**(given or {}), **env}
    if stores == "sqlite" and processes > 1 and "REDIS_URL" not in env:
        raise ValueError("the in-process layer reaches one process only")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="chat-site-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = clean_environment() | SCALED | {"DATA_DIR": str(folder / "data"), "SERVER": server}
        shutil.copytree(template_folder(), folder / "data", copy_function=_link_or_copy)
        if stores == "postgresql":
            environment |= {"REDIS_URL": redis_url(), "REDIS_PREFIX": f"t{secrets.token_hex(4)}"}
            environment |= {"DATABASE_URL": stack.enter_context(database_copy())}
        environment |= env
        site = Site(
            folder, environment, [Process(environment, folder / f"log-{n}") for n in range(processes)]
        )
        stack.callback(_end_all, site)
        if start:
            for process in site.processes:
                process.start()
        yield site


def _end_all(site: Site) -> None:
    for process in site.processes:
        if process.popen is not None:
            process.kill()


def _link_or_copy(source: str, target: str) -> str:
    """Databases and secrets are copied; prepared static files, which nobody changes, are linked."""
    if "/static/" not in source or source.endswith(".sources"):
        return shutil.copy2(source, target)
    os.link(source, target)
    return target
