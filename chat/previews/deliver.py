"""What no message shows any more leaves the storage by a task, after the commit that says so.

These tasks have a queue, and a worker, of their own: whoever waits for foreign servers keeps no mail waiting.
"""

from __future__ import annotations

from typing import Final

from django_tasks import task

from chat.previews import looking

QUEUE: Final = "previews"


def sweep_soon() -> None:
    """Queues the sweep in the transaction that made something superfluous."""
    sweep.enqueue()


@task(queue_name=QUEUE)
def sweep() -> None:
    """Deletes cards that no message has, from the storage first."""
    looking.sweep()
