"""A Redis and a PostgreSQL of the tests' own: free ports, temporary folders, nothing left behind.

Standard library only: `bin/test` uses it before anything is installed.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGTERM, Signals

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds until a service must answer


_reserved: list[socket.socket] = []


def free_port() -> int:
    """A TCP port for this process alone, also while nothing listens on it.

    The system gives none of them to outgoing connections, and a name in the kernel keeps other tests off.
    """
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = secrets.choice(range(10_000, min(first_given, 32_768)))
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0chat-tests-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
        else:
            _reserved.append(mark)
            return port


class Service:
    """One server process with a temporary folder; `url` is where it answers."""

    url: str
    owner: int | None = None  # user id that runs it, where that is not us
    group: int | None = None

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"chat-{name}-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start, also again after kill() or terminate(), on the same port; returns once it answers."""
        with (self.folder / "log").open("ab") as log:
            # A session of its own: Ctrl-C is for the tests, which then stop it in order.
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, start_new_session=True,
                user=self.owner, group=self.group, extra_groups=None if self.owner is None else [],
            )  # fmt: skip
        until(self._listens, f"{self.command()[0]} did not start; see {self.folder}/log")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def signal(self, number: Signals) -> None:
        """Send a signal to the running process (SIGSTOP and SIGCONT pause and resume)."""
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, number: Signals = SIGTERM) -> None:
        """End the process and wait for it; start() begins anew."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(SIGCONT)
            self.process.send_signal(number)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self) -> None:
        """End it and remove its folder."""
        self.end(SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Service):
    """Without persistence, as a channel layer is meant to run."""

    def __init__(self) -> None:
        super().__init__("redis")
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [
            find("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--dir", str(self.folder), "--maxmemory-policy", "noeviction",
        ]  # fmt: skip

    def command_line(self, *words: str) -> str:
        """What redis-cli answers."""
        asked = [find("redis-cli"), "-p", str(self.port), *words]
        return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


class PostgreSQL(Service):
    """A cluster with one superuser `chat`. In `kept` it is found again; without it, it ends with this object."""

    def __init__(self, kept: Path | None = None) -> None:
        super().__init__("postgresql")
        self.url = f"postgresql://chat@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = _first_user("postgres", "nobody")
            self.owner, self.group = user.pw_uid, user.pw_gid
            for folder in filter(None, (self.folder, kept)):
                os.chown(folder, self.owner, self.group)
        self.cluster = (kept or self.folder) / "cluster"
        if not self.cluster.exists():
            self._make()

    def _make(self) -> None:
        initdb = [
            find("initdb"), "-D", str(self.cluster), "-U", "chat", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        ]  # fmt: skip
        subprocess.run(
            initdb, check=True, stdout=subprocess.DEVNULL, cwd=self.folder,
            user=self.owner, group=self.group, extra_groups=None if self.owner is None else [],
        )  # fmt: skip

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "fsync": "off",  # the cluster does not outlive the tests
        }
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [find("postgres"), "-D", str(self.cluster), *flags]


def _first_user(*names: str) -> pwd.struct_passwd:
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in names if name in known)


def find(program: str) -> str:
    """Path of a server program; Debian keeps PostgreSQL's outside PATH, newest version last."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0])
    )
    for folder in reversed(folders):
        if (folder / program).exists():
            return str(folder / program)
    found = shutil.which(program)
    if found is None:
        raise FileNotFoundError(f"{program} is not installed")
    return found


def until(holds: Callable[[], bool], complaint: str, patience: float = PATIENCE) -> None:
    """Wait until `holds()`; raises TimeoutError(complaint)."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(0.02)
