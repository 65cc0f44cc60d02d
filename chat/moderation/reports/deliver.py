"""What a decided case still says is forgotten after a time."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from chat.models import Case
from chat.models.moderation import BIN_DAYS


def forget_later(case: Case) -> None:
    """Queues the emptying of the snapshot, in the transaction that closes the case."""
    due = timezone.now() + timedelta(days=BIN_DAYS)
    forget_snapshots.using(run_after=due).enqueue()


@task()
def forget_snapshots() -> None:
    """Empties the texts of cases that were closed 30 days ago; who reported what and why stays."""
    due = timezone.now() - timedelta(days=BIN_DAYS)
    Case.objects.filter(closed_at__lte=due).exclude(snapshot="").update(snapshot="")
