"""The page on which somebody sees whom they hide."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from chat.models import Hiding


def hidings_of(user: User) -> list[Hiding]:
    found = Hiding.objects.filter(user=user, until__gt=timezone.now()).select_related("hidden")
    return list(found.order_by("hidden__display_name"))


def hides(user: User, person_id: int) -> bool:
    return Hiding.objects.filter(user=user, hidden=person_id, until__gt=timezone.now()).exists()
