"""What is in force, and what stands against oneself."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from chat.models import Notice, Sanction

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is told about themselves."""

    sanctions: list[Sanction]
    notices: list[Notice]


def sanctions_listed(*, in_force: bool) -> list[Sanction]:
    """The newest first. Warnings and removals are over at once."""
    related = ("user", "room", "created_by", "lifted_by", "rule")
    found = (
        Sanction.objects.in_force()
        if in_force
        else Sanction.objects.exclude(pk__in=Sanction.objects.in_force())
    )
    return list(found.select_related(*related).order_by("-pk")[:MOST_LISTED])


def standing_of(user: User) -> Standing:
    sanctions = Sanction.objects.in_force().filter(user=user).select_related("room")
    notices = Notice.objects.filter(user=user).order_by("-pk")[:50]
    return Standing(list(sanctions.order_by("-pk")), list(notices))


def count_unread(user_id: int) -> int:
    return Notice.objects.filter(user=user_id, seen_at=None).count()
