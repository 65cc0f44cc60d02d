"""The worker of queued tasks: a thread beside the server, or a process of its own (`manage.py work`)."""

import logging
import threading

from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks.signals import task_enqueued
from django_tasks_db.management.commands.db_worker import Worker

from chat.errors import DATABASE_AWAY

logger = logging.getLogger(__name__)

POLL_INTERVAL = 5.0  # seconds; tasks of this process wake the worker at once
LAST_TASK_WITHIN = 10.0  # seconds a stop waits for the task that runs


class TaskHost:
    """Runs what is due, waits, and goes on whatever a round ends with."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._due = threading.Event()
        self._worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread of this process."""
        task_enqueued.connect(self._wake)
        self._thread = threading.Thread(target=self.run, name="tasks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no further task; wait for the one that runs, but not for ever."""
        self._stopped.set()
        self._worker.running = False
        self._due.set()
        if self._thread is not None:
            self._thread.join(LAST_TASK_WITHIN)

    def run(self) -> None:
        """Work until stopped."""
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
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

    def _wake(self, **kwargs: object) -> None:
        self._due.set()
