"""Writing the log."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.audit.chain import hash_of
from chat.models import AuditEntry, AuditHead, Room


def record(
    act: str,
    *,
    actor: User | None,
    target: User | None = None,
    room: Room | int | None = None,
    message_id: int | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Adds one entry to the chain, inside the transaction of the act. `actor` None: a rule, or the machine's operator.

    Writers wait for one another at the head, so it comes last: nothing is locked after it. Never holds a text.
    """
    with transaction.atomic():
        AuditHead.objects.get_or_create(singleton=True)
        head = AuditHead.objects.select_for_update(no_key=True).get()
        entry = AuditEntry(
            number=head.number + 1,
            at=_milliseconds(),
            actor=actor,
            act=act,
            target=target,
            room_id=room.pk if isinstance(room, Room) else room,
            message_id=message_id,
            reason=reason,
            before=before or {},
            after=after or {},
            previous=head.hash,
        )
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        head.number, head.hash = entry.number, entry.hash
        head.save(update_fields=["number", "hash"])
    return entry


def _milliseconds() -> Any:
    """Now, no finer than the chain writes it: SQLite and PostgreSQL give the same back."""
    now = timezone.now().astimezone(UTC)
    return now - timedelta(microseconds=now.microsecond % 1000)
