"""What the product is compared with, each started as its own papers show it, on the server's core.

Installed on demand into `.bench/` from the registries; what cannot be is told in words and left out.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.tools import BUILT, ROOT, Missing, compiled, memory_of, on_server_core
from tests.services import Redis, free_port, until

HERE = Path(__file__).resolve().parent
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;
{modules}
events {{ worker_connections 20000; }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ return 200; }}
    location /chat {{ nchan_pubsub websocket; nchan_channel_id $arg_room; nchan_message_buffer_length 100; }}
  }}
}}
"""


@dataclass(frozen=True)
class Peer:
    """A running peer: `options` are what the load generator needs to reach it."""

    pid: int
    options: dict[str, Any]

    @property
    def memory(self) -> int:
        return memory_of(self.pid)


Start = Callable[[int], contextlib.AbstractContextManager[Peer]]


@contextmanager
def loop(rooms: int) -> Iterator[Peer]:
    """A loop in C that calls send() once per delivery: the limit."""
    if rooms > 1:
        raise Missing("rooms: the loop in C has none")
    port = free_port()
    with running([str(compiled(HERE / "loop.c")), str(port)], port) as pid:
        yield Peer(pid, {"port": port})


@contextmanager
def socketio(rooms: int) -> Iterator[Peer]:
    """socket.io 4 with the Redis adapter."""
    folder = BUILT / "socketio"
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Missing("node and npm, for socket.io")
    if not (folder / "node_modules" / "socket.io").exists():
        shutil.copytree(HERE / "socketio", folder, dirs_exist_ok=True)
        _install([npm, "install", "--silent", "--no-audit", "--no-fund"], folder, "socket.io from npm")
    shutil.copy2(HERE / "socketio" / "server.js", folder)
    with _redis() as redis, _rooms(rooms) as names:
        port = free_port()
        with running([node, str(folder / "server.js"), str(port), redis], port) as pid:
            options = {
                "port": port,
                "path": "/socket.io/?EIO=4&transport=websocket&room={room}",
                "first": "40",
                "ready": "40{",
                "send": '42["say","{text}"]',
                "rooms": names,
            }
            yield Peer(pid, options)


@contextmanager
def tutorial(rooms: int) -> Iterator[Peer]:
    """Channels as its tutorial shows it, on Daphne with the Redis layer."""
    with _redis() as redis, _rooms(rooms) as names:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-p",
            str(port),
            "-v",
            "0",
            "bench.peers.tutorial:application",
        ]
        with running(command, port, env={"REDIS_URL": redis}) as pid:
            options = {
                "port": port,
                "path": "/ws/chat/{room}/",
                "send": '{"message":"{text}"}',
                "rooms": names,
            }
            yield Peer(pid, options)


@contextmanager
def nchan(rooms: int) -> Iterator[Peer]:
    """nginx with nchan."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    module = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
    if not module.exists() or not Path(nginx).exists():
        _apt("libnginx-mod-nchan", "nginx-core")
    if not module.exists():
        raise Missing("nginx with nchan (Debian: apt install libnginx-mod-nchan)")
    with _rooms(rooms) as names, tempfile.TemporaryDirectory(prefix="chat-nchan-") as folder:
        port = free_port()
        conf = Path(folder) / "conf"
        conf.write_text(NGINX.format(folder=folder, port=port, modules=f"load_module {module};"))
        with running([nginx, "-c", str(conf), "-p", folder], port) as pid:
            worker = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
            yield Peer(worker, {"port": port, "path": "/chat?room={room}", "rooms": names})


@contextmanager
def running(command: list[str], port: int, env: dict[str, str] | None = None) -> Iterator[int]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            on_server_core(command), cwd=ROOT, env=os.environ | (env or {}), stdout=log, stderr=log
        )
        try:
            until(lambda: _answers(port) or process.poll() is not None, f"{command[0]} did not start", 40)
            if process.poll() is not None:
                log.seek(0)
                raise Missing(f"a {Path(command[0]).name} that starts: {log.read().decode()[-300:]}")
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _redis() -> Iterator[str]:
    """Beside the peer, on the load's cores, as the product's own stores are."""
    try:
        redis = Redis()
    except FileNotFoundError as error:
        raise Missing(str(error)) from error
    redis.start()
    try:
        yield redis.url
    finally:
        redis.close()


@contextmanager
def _rooms(count: int) -> Iterator[Path]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chat-bench-")))
        (folder / "rooms").write_text("".join(f"{n}\n" for n in range(count)))
        yield folder / "rooms"


def _install(command: list[str], folder: Path, what: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{what}: {done.stderr.strip()[-300:]}")


def _apt(*packages: str) -> None:
    """As bin/test installs what it needs: by root on Debian and Ubuntu, else the caller says what is missing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.path.insert(0, str(ROOT / "bin"))
        ours = importlib.import_module("_packages")
        with ours._services_asleep():
            ours._apt("update", "-qq")
            ours._apt("install", "-y", "-qq", "--no-install-recommends", *packages)
