"""Starts Python programs from a process that has imported the packages already: a site in half of the time.

What runs is the same as with `python -m MODULE`: a process, a session and an environment of its own, our sources read
anew. Only packages wait here that read neither settings nor environment when they are imported; none of ours do.

`python -m tests.nursery` reads requests from the socket that is its standard input, and ends with it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TypedDict

from tests.services import PATIENCE, ROOT

PACKAGES = (
    "autobahn.twisted.websocket", "channels.generic.websocket", "channels_redis.core", "daphne.http_protocol",
    "daphne.ws_protocol", "django.contrib.admin.options", "django.contrib.staticfiles.finders",
    "django.contrib.staticfiles.storage", "django.core.management", "django.core.serializers.json",
    "django.db.backends.postgresql.base", "django.db.backends.sqlite3.base", "django.db.migrations.executor",
    "django.template.defaulttags", "django.template.loader_tags", "django.test", "django.views.generic",
    "emoji", "hypercorn.asyncio", "markdown_it", "psycopg", "pydantic.json_schema", "pydantic.types",
    "redis.asyncio.sentinel", "segno", "twisted.internet.endpoints", "twisted.internet.tcp",
    "twisted.web.http", "uvicorn.lifespan.off", "uvicorn.protocols.http.h11_impl", "websockets.server",
)  # fmt: skip
LARGEST = 1 << 18  # bytes of a request
# What only counts when a program is executed anew.
OF_THE_START = ("LD_", "PYTHON")


class Request(TypedDict):
    module: str
    words: list[str]
    env: dict[str, str]


class Child:
    """A process of the nursery, with what the tests use of `subprocess.Popen`."""

    def __init__(self, args: Sequence[str], pid: int, ended: int) -> None:
        self.args, self.pid = args, pid
        self.returncode: int | None = None
        self._ended = ended  # a pipe that holds the exit code in the end
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal; raises subprocess.TimeoutExpired."""
        with self._lock:
            if self.returncode is None:
                if not select.select([self._ended], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(self.args, timeout or 0)
                # Nothing to read: the nursery was killed, and nobody knows any more.
                self.returncode = int(os.read(self._ended, 16) or -signal.SIGKILL)
                os.close(self._ended)
            return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Program = Child | subprocess.Popen[bytes]


def start(
    command: Sequence[str], *, env: Mapping[str, str], stdout: int, stderr: int, cold: bool = False
) -> Program:
    """`command` in ROOT, without input; from the nursery where it is a Python module, unless `cold`."""
    if cold or tuple(command[:2]) != (sys.executable, "-m") or _changes_the_start(env):
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
        )
    reading, writing = os.pipe()
    request = Request(module=command[2], words=list(command[3:]), env=dict(env))
    try:
        return Child(command, _nursery().ask(request, [stdout, stderr, writing]), reading)
    finally:
        os.close(writing)


def finish(
    command: Sequence[str], *, env: Mapping[str, str], patience: float = PATIENCE
) -> tuple[int, str, str]:
    """Start `command` and wait for its end; returns exit code, standard output and errors."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        program = start(command, env=env, stdout=out.fileno(), stderr=err.fileno())
        try:
            code = program.wait(patience)
        finally:
            program.kill()
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


def _changes_the_start(env: Mapping[str, str]) -> bool:
    names = {name for name in {**env, **os.environ} if name.startswith(OF_THE_START)}
    return any(env.get(name) != os.environ.get(name) for name in names)


class Nursery:
    """The process that waits, and the way to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery"],
                cwd=ROOT,
                stdin=theirs.fileno(),
                start_new_session=True,
            )

    def ask(self, request: Request, descriptors: list[int]) -> int:
        """Process id of a new child, which has these: standard output, errors, and where its end is told."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)
            return int(self._socket.recv(16))

    def close(self) -> None:
        """End it, and with it every child that still runs."""
        self._socket.close()
        self._process.wait(20)


@cache
def _nursery() -> Nursery:
    made = Nursery()
    atexit.register(made.close)
    return made


# What follows runs in the nursery.


class Keeper:
    """Bears children on request and tells of their ends."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._endings: dict[int, int] = {}  # process id → where its end is told
        self._wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def keep(self) -> Request | None:
        """Returns in each child, with what it is to become; and in the nursery when nobody asks any more."""
        asked = self._asked.fileno()
        while True:
            ready, _, _ = select.select([asked, self._wake], [], [])
            if self._wake in ready:
                os.read(self._wake, 512)
                self._bury()
            if asked in ready:
                message, descriptors, _, _ = socket.recv_fds(self._asked, LARGEST, 3)
                if not message:
                    self._end()
                    return None
                if self._bear(*descriptors) == 0:
                    request: Request = json.loads(message)
                    return request

    def _bear(self, stdout: int, stderr: int, ending: int) -> int:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDONLY)
            for number, descriptor in enumerate((null, stdout, stderr)):
                os.dup2(descriptor, number)
            self._asked.detach()
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        else:
            self._endings[child] = ending
            os.close(stdout)
            os.close(stderr)
            self._asked.send(str(child).encode())
        return child

    def _bury(self) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                ending = self._endings.pop(found[0])
                with suppress(BrokenPipeError):
                    os.write(ending, str(os.waitstatus_to_exitcode(found[1])).encode())
                os.close(ending)

    def _end(self) -> None:
        for child in self._endings:
            os.kill(child, signal.SIGKILL)


def _become(request: Request) -> None:
    """As `python -m` does; the caller then ends as any program ends."""
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = [request["module"], *request["words"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


def _wait_for_children() -> Request | None:
    for package in PACKAGES:
        importlib.import_module(package)
    assert "twisted.internet.reactor" not in sys.modules, "its descriptors would be everybody's"
    gc.collect()
    gc.freeze()  # the pages that all share stay shared
    return Keeper(socket.socket(fileno=os.dup(0))).keep()


if __name__ == "__main__" and (request := _wait_for_children()) is not None:
    _become(request)
