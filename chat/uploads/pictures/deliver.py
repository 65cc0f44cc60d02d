"""Pictures that nothing shows any more leave the storage by a task, after the commit that says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

from chat.models import Picture
from chat.uploads import keeping

UNUSED: Final = timedelta(hours=1)


def sweep_soon() -> None:
    """Queues the sweep in the transaction that made one superfluous."""
    sweep.enqueue()


@task()
def sweep() -> None:
    """From the storage first, then the row."""
    sweep_now()


def sweep_now() -> int:
    """As the task; how many went."""
    gone = 0
    for picture in Picture.objects.superfluous(timezone.now() - UNUSED).iterator():
        keeping.forget(picture)
        picture.delete()
        gone += 1
    return gone
