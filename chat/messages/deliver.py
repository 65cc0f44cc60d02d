"""The bin is emptied by a task, 30 days after something went into it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from chat.models import Case, Message, RemovedMessage, Revision
from chat.models.moderation import BIN_DAYS
from chat.previews.actions import drop
from chat.uploads.actions import release

BATCH = 500


def empty_bin_later() -> None:
    """Queues the emptying for when what goes in now is due, in the transaction that puts it in."""
    # A minute later than due, so that nothing is left for want of a second.
    empty_bin.using(run_after=timezone.now() + timedelta(days=BIN_DAYS, minutes=1)).enqueue()


@task()
def empty_bin() -> None:
    """What was removed 30 days ago is gone for good: its versions, its files, the snapshots of its cases.

    What is only withheld waits for its moderator.
    """
    due = timezone.now() - timedelta(days=BIN_DAYS)
    removed = RemovedMessage.objects.filter(removed_at__lte=due).exclude(message__deleted_at=None)
    while ids := list(removed.values_list("message_id", flat=True)[:BATCH]):
        with transaction.atomic():
            release(ids)
            drop(ids)
            Message.objects.filter(pk__in=ids).update(file_count=0)
            Revision.objects.filter(message__in=ids).delete()
            Case.objects.filter(message__in=ids).update(snapshot="")
            RemovedMessage.objects.filter(message__in=ids).delete()
