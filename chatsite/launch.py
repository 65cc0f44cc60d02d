"""What `bin/run` starts: checks the place, prepares it, serves, prints the address once it answers."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import sys
import threading
import time
import traceback
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.error import URLError

from chatsite import descriptors, environment, preflight, single
from chatsite.datadir import prepare_folder
from chatsite.environment import Environment, Refused
from chatsite.serving import BACKLOG, SIGNALS, Served

if TYPE_CHECKING:
    from chatsite.tasks import TaskHost

PATIENCE = 30.0  # seconds until the site must have answered
END_WITHIN = 24.0  # seconds a stop may take before it is forced; supervisors kill soon after
END_AT_ONCE_WITHIN = 1.0  # the same after a second signal: long enough for the goodbyes


def main() -> int:
    """Run the site; returns the exit code."""
    os.umask(0o077)  # what people wrote is for this user alone, whoever made the data folder
    try:
        env, _ = environment.read(os.environ)
        descriptors.raise_limit()
        listener = occupy(env)
        # PORT=0: what the system chose is part of the origins that the settings are about to name.
        os.environ["PORT"] = str(listener.getsockname()[1])
        os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
        cautions = preflight.ask_redis(env)
        preflight.ask_postgresql(env)
        for line in [*cautions, *prepare()]:
            say(line)
        serve(env, listener)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        if os.environ.get("LOG_LEVEL") == "DEBUG" and refusal.__cause__ is not None:
            traceback.print_exception(refusal.__cause__)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def occupy(env: Environment) -> socket.socket:
    """Take the data folder and the port; raises Refused."""
    try:
        prepare_folder(env.data_dir)
        if not env.redis_url:
            single.hold_server_lock(env.data_dir)
    except OSError as error:
        raise Refused(
            f"The folder {env.data_dir} cannot be used ({error.strerror}); "
            "set DATA_DIR to a folder that this user may write."
        ) from None
    return preflight.listen(env.host, env.port)


def prepare() -> list[str]:
    """Bring database and static files up to date; returns lines for the operator."""
    import django
    from django.core.checks import ERROR, run_checks
    from django.db import DatabaseError

    django.setup()
    from django.conf import settings

    from chatsite import prepare as preparing

    lines = []
    for message in run_checks(tags=["chatsite"]):
        if message.level >= ERROR:
            raise Refused(f"{message.msg} ({message.id})")
        lines.append(f"Warning: {message.msg} ({message.id})")
    with preparing.alone(settings.DATA_DIR):
        try:
            lines += preparing.migrate()
        except DatabaseError as error:
            reason = str(error).splitlines()[0]
            raise Refused(
                f"The database could not be brought up to date ({reason}); restore the newest copy from "
                f"{settings.DATA_DIR / 'backups'} and report what you see with LOG_LEVEL=DEBUG."
            ) from error
        if preparing.collect_static():
            lines.append("Prepared the static files.")
    return lines


def serve(env: Environment, listener: socket.socket) -> None:
    """Serve until stopped by a signal."""
    server = importlib.import_module(f"chatsite.serving.{env.server}")
    asgi = importlib.import_module("chatsite.asgi")
    tasks = _host_tasks(env)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    threading.Thread(target=announce, args=(env, listener.getsockname()), daemon=True).start()

    async def drain() -> None:
        _end_within(END_WITHIN)
        _hurry_at_next_signal(asgi.hurry)
        if tasks is not None:
            # Beside the goodbyes: the task that runs has its own time to end.
            threading.Thread(target=tasks.stop, daemon=True).start()
        await asgi.drain()

    server.serve(Served(asgi.application, listener, drain))
    if tasks is not None:
        tasks.stop()


def _host_tasks(env: Environment) -> TaskHost | None:
    if env.worker == "off":
        return None
    from chatsite.tasks import TaskHost

    host = TaskHost()
    host.start()
    return host


def _end_within(seconds: float) -> None:
    """A thread or socket that never ends must not keep a stopped server alive."""
    timer = threading.Timer(seconds, os._exit, args=(0,))
    timer.daemon = True
    timer.start()


def _hurry_at_next_signal(hurry: Callable[[], None]) -> None:
    """Whoever asks twice waits for nothing: goodbyes go out at once, what still runs is cut."""

    def end() -> None:
        say("Stopping at once.")
        _end_within(END_AT_ONCE_WITHIN)
        hurry()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, end)


def announce(env: Environment, bound: tuple[str, int]) -> None:
    """Wait until the site answers, then print how to reach it; the last line is the address alone."""
    host, port = bound[0], bound[1]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    own = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if not answers(own):
        print(
            f"The site does not answer at {own} after {PATIENCE:.0f} s; look at the lines above.",
            file=sys.stderr,
        )
        return
    for line in _reach(env, port):
        say(line)
    say(f"Listening at {own}; Ctrl-C stops it.")
    say(env.public_origins[0] if env.public_origins else own)


def answers(address: str) -> bool:
    """Whether `address`/up answers 200 before PATIENCE ends."""
    request = urllib.request.Request(f"{address}/up", headers={"Host": "localhost"})  # noqa: S310
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (URLError, OSError):
            time.sleep(0.03)
    return False


def _reach(env: Environment, port: int) -> list[str]:
    """How others reach this site, or what to set where they cannot yet."""
    origins = env.public_origins or environment.own_origins(env.host, port)[3:]
    if origins:
        return [f"People reach it at {', '.join(origins)}."]
    change = f"PUBLIC_ORIGINS=http://{_lan_address()}:{port},http://localhost:{port}"
    if env.host not in {"0.0.0.0", "::"}:  # noqa: S104
        change = f"HOST=0.0.0.0 {change}"
    return ["Only this machine can use it. For others in your network start it with", f"  {change} bin/run"]


def _lan_address() -> str:
    """This machine's address towards the network; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


if __name__ == "__main__":
    sys.exit(main())
