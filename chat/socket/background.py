"""Tasks that belong to nobody's connection."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from chat.errors import ChatError
from chat.socket.complaints import log_failure


class Background:
    """Keeps its tasks from the collector, and logs what fails in them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        # A refusal of what has no answer, as typing, is nobody's failure.
        if error and not isinstance(error, ChatError):
            log_failure(f"hub: {getattr(task.get_coro(), '__qualname__', 'a task')}", error)
