"""The workers of queued tasks: threads beside the server, or a process of their own (`manage.py work`)."""

import logging
import threading
import time
from typing import Any

from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks.signals import task_enqueued
from django_tasks_db.management.commands.db_worker import Worker

from chat.errors import DATABASE_AWAY
from chat.previews.deliver import QUEUE as PREVIEWS

logger = logging.getLogger(__name__)

POLL_INTERVAL = 5.0  # seconds; tasks of this process wake the worker at once
LAST_TASK_WITHIN = 10.0  # seconds a stop waits for the tasks that run


class _Lane:
    """One thread's share: runs what is due, waits, and goes on whatever a round ends with."""

    def __init__(self, *, queues: list[str], excluded: list[str]) -> None:
        self._queues = queues
        self._excluded = excluded
        self._stopped = threading.Event()
        self._due = threading.Event()
        self._worker = Worker(
            queue_names=queues,
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=excluded,
        )

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopped.is_set():
            self._due.clear()
            try:
                self._worker.run()
            except DATABASE_AWAY as error:
                logger.warning("The task worker waits for the database: %s", str(error).partition("\n")[0])
                close_old_connections()
            except Exception:
                logger.exception("The task worker failed; it tries again in %d s.", POLL_INTERVAL)
                close_old_connections()
            self._due.wait(POLL_INTERVAL)

    def stop(self) -> None:
        """Take no further task."""
        self._stopped.set()
        self._worker.running = False
        self._due.set()

    def wake(self, queue: str) -> None:
        if queue in self._queues or ("*" in self._queues and queue not in self._excluded):
            self._due.set()


class TaskHost:
    """Two lanes: what asks foreign servers waits for them, and nothing else waits for that."""

    def __init__(self) -> None:
        self._lanes = [
            _Lane(queues=["*"], excluded=[PREVIEWS]),
            _Lane(queues=[PREVIEWS], excluded=[]),
        ]
        self._threads = [
            threading.Thread(target=lane.run, name=f"tasks-{number}", daemon=True)
            for number, lane in enumerate(self._lanes)
        ]

    def start(self) -> None:
        """Work in threads of this process."""
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        task_enqueued.connect(self._wake)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no further task; wait for those that run, but not for ever."""
        for lane in self._lanes:
            lane.stop()
        deadline = time.monotonic() + LAST_TASK_WITHIN
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    def wait(self) -> None:
        """Returns once it was stopped."""
        for thread in self._threads:
            thread.join()

    def _wake(self, task_result: Any, **kwargs: object) -> None:
        for lane in self._lanes:
            lane.wake(task_result.task.queue_name)
