"""Database work of sockets, on a few threads of its own: it must not wait behind HTTP, nor delivery behind it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import DatabaseSyncToAsync

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 6
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="socket")


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs synchronous database work once, off the event loop."""
    call = DatabaseSyncToAsync(function, thread_sensitive=False, executor=_pool)
    result: R = await call(*args, **kwargs)
    return result
