"""What a clean-up would take, before it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import Invitation, User
from chat.errors import Invalid, NotFound
from chat.models import CleanUp, Message, RemovedMessage
from chat.models.messages import MessageQuerySet
from chat.moderation.policy import may_moderate

SPANS = {CleanUp.Span.HOUR: timedelta(hours=1), CleanUp.Span.DAY: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts only: the texts are not shown."""

    messages: int
    rooms: int
    sessions: int
    invitations: int
    addresses: list[str]


def since_of(span: str) -> datetime | None:
    """The moment from which a span reaches back; None: from the beginning. Raises Invalid."""
    if span not in CleanUp.Span.values:
        raise Invalid
    back = SPANS.get(CleanUp.Span(span))
    return timezone.now() - back if back else None


def texts_of(person_id: int, since: datetime | None, until: datetime | None = None) -> MessageQuerySet:
    """What a clean-up removes: all that is there to see, in all rooms."""
    found = Message.objects.living().spoken().filter(author=person_id)
    found = found.filter(created_at__gte=since) if since else found
    return found.filter(created_at__lte=until) if until else found


def preview_of(person: User, span: str) -> Preview:
    texts = texts_of(person.pk, since_of(span))
    sessions = UserSession.objects.filter(user=person)
    return Preview(
        messages=texts.count(),
        rooms=texts.values("room").distinct().count(),
        sessions=sessions.count(),
        invitations=Invitation.objects.live().filter(created_by=person).count(),
        addresses=sorted(set(sessions.values_list("ip", flat=True))),
    )


def access_clean_up(user: User, clean_up_id: int) -> CleanUp:
    """Moderators of the instance see all of them. Raises NotFound."""
    found = CleanUp.objects.select_related("person", "by").filter(pk=clean_up_id).first()
    if found is None or not may_moderate(user):
        raise NotFound
    return found


def clean_ups_of(person: User) -> list[CleanUp]:
    return list(CleanUp.objects.filter(person=person).select_related("by").order_by("-pk")[:20])


def author_of_removed(user: User, message_id: int) -> int:
    """Whose text in the bin this is. Raises NotFound, also for who does not moderate the instance."""
    kept = RemovedMessage.objects.filter(message=message_id).values_list("message__author", flat=True).first()
    if kept is None or not may_moderate(user):
        raise NotFound
    return kept
