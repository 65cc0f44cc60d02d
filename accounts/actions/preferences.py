"""What people choose for themselves, kept and told to their other tabs; their status is told to everybody."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.preferences import as_facts, preferences_of
from accounts.signals import account_changed, preferences_changed


def change_preferences(user: User, **values: Any) -> None:
    """Writes the given ones, already clean, over what is stored by now."""
    with transaction.atomic():
        stored = User.objects.select_for_update().values_list("preferences", flat=True).get(pk=user.pk)
        user.preferences = {**stored, **values}
        user.save(update_fields=["preferences"])
        preferences_changed.send(User, user=user, preferences=as_facts(preferences_of(user)))


def change_status(user: User, *, text: str, until: datetime | None) -> None:
    """An empty text takes the status away."""
    with transaction.atomic():
        user.status_text, user.status_until = text, until if text else None
        user.save(update_fields=["status_text", "status_until"])
        account_changed.send(User, user=user)


def dismiss_hint(user: User, name: str) -> None:
    seen = preferences_of(user).hints_seen
    if name not in seen:
        change_preferences(user, hints_seen=[*seen, name])
