"""The in-process channel layer reaches one process only: a second server would split the people in two."""

import fcntl
import os
from pathlib import Path
from typing import IO

from chatsite.environment import Refused

_held: list[IO[str]] = []


def hold_server_lock(folder: Path) -> None:
    """Hold `folder`/server.lock until this process ends; raises Refused where another server holds it.

    Binds servers, never commands. Asking again in the same process is allowed.
    """
    if _held:
        return
    file = (folder / "server.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        other = file.read().strip() or "unknown"
        file.close()
        raise Refused(
            f"A server already runs on {folder} (process {other}); stop it, or set REDIS_URL on both "
            "so that several servers reach each other."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _held.append(file)


def release_server_lock() -> None:
    """Let go of the lock, for tests."""
    while _held:
        _held.pop().close()


def refuse_second_server() -> None:
    """For `chatsite.asgi`: end a server process where another one serves the same folder."""
    from django.conf import settings

    if settings.ENV.redis_url:
        return
    try:
        hold_server_lock(settings.DATA_DIR)
    except Refused as refusal:
        raise SystemExit(str(refusal)) from None
