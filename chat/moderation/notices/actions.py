"""Telling, and having read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.models import Notice
from chat.wire import envelopes, events
from chat.wire.publish import publish_on_commit


def tell(user_id: int, act: str, **arguments: Any) -> None:
    """Inside the transaction of the act. `act` is a key of chat.moderation.notices.words."""
    Notice.objects.create(user_id=user_id, act=act, arguments=arguments)
    publish_on_commit(user_id, envelopes.user_event(user=user_id, event=events.notice_created()))


def mark_seen(*, user: User) -> None:
    """Everything that was told so far counts as read, in all tabs."""
    with transaction.atomic():
        if Notice.objects.filter(user=user, seen_at=None).update(seen_at=timezone.now()):
            publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=events.notice_created()))
