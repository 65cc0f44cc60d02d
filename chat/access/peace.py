"""Who wants to hear nothing of whom, and who takes whose conversations. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from chat.models import Hiding, Membership, Room


def hidden_by(user_id: int) -> list[int]:
    """The people of whom this person wants to hear nothing now."""
    found = Hiding.objects.filter(user=user_id, until__gt=timezone.now())
    return list(found.order_by("hidden_id").values_list("hidden_id", flat=True))


def takes_conversations(user: User, people: Iterable[User]) -> bool:
    """Whether all of these people let this one open a conversation with them. Moderators always may."""
    if user.is_at_liberty and user.role in (User.Role.OWNER, User.Role.ADMINISTRATOR, User.Role.MODERATOR):
        return True
    people = list(people)
    if Hiding.objects.filter(user__in=people, hidden=user, until__gt=timezone.now()).exists():
        return False
    return all(_takes(person, user) for person in people)


def _takes(person: User, user: User) -> bool:
    if person.direct_from == User.DirectFrom.EVERYONE:
        return True
    if person.direct_from == User.DirectFrom.NOBODY:
        return False
    mine = Membership.objects.active().filter(user=user).exclude(room__kind=Room.Kind.DIRECT)
    return Membership.objects.active().filter(user=person, room__in=mine.values("room")).exists()
