import signal
from typing import Any

from django.core.management.base import BaseCommand

from chatsite.tasks import TaskHost


class Command(BaseCommand):
    """Runs queued tasks until stopped."""

    help = "Run queued tasks in a process of its own; start the servers with WORKER=off then."

    def handle(self, *args: Any, **options: Any) -> None:
        host = TaskHost()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: host.stop())
        self.stdout.write("Waiting for tasks; Ctrl-C stops.")
        host.start()
        host.wait()
