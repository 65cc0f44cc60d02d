"""What nobody needs any more leaves the disk by a task: after the commit that says so, and after a crash too."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from chat.models import Upload
from chat.uploads import keeping, receiving

UNCLAIMED: Final = timedelta(days=1)


def sweep_soon() -> None:
    """Queues the sweep in the transaction that made something superfluous."""
    sweep.enqueue()


def sweep_later() -> None:
    """Queues it for when what begins now has been abandoned."""
    # A minute later than due, so that nothing is left for want of a second.
    sweep.using(run_after=timezone.now() + UNCLAIMED + timedelta(minutes=1)).enqueue()


@task()
def sweep() -> None:
    """Deletes what messages gave up and what nobody sent within a day, from the storage first."""
    sweep_now()


def sweep_now() -> int:
    """As the task; how many files went."""
    Upload.objects.abandoned(timezone.now() - UNCLAIMED).update(state=Upload.State.GONE)
    receiving.tidy()
    gone = 0
    for upload in Upload.objects.filter(state=Upload.State.GONE).iterator():
        receiving.forget(upload)
        keeping.forget(upload)
        upload.delete()
        gone += 1
    return gone
