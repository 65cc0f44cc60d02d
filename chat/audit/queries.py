"""Looking things up in the log, and checking that nobody rewrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from chat.audit.chain import Break, first_break
from chat.models import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class Asked:
    """What the log is searched for; what is empty does not matter."""

    words: str = ""  # in the reason, or the name or user name of who acted or was acted on
    act: str = ""
    since: datetime | None = None
    before: int | None = None  # entries older than this number


def entries(asked: Asked) -> QuerySet[AuditEntry]:
    """The newest first."""
    found = AuditEntry.objects.select_related("actor", "target", "room").order_by("-number")
    for word in asked.words.split()[:5]:
        people = Q()
        for side in ("actor", "target"):
            people |= Q(**{f"{side}__display_name__icontains": word}) | Q(
                **{f"{side}__handle__icontains": word}
            )
        found = found.filter(people | Q(reason__icontains=word) | Q(room__name__icontains=word))
    if asked.act:
        found = found.filter(act=asked.act)
    if asked.since:
        found = found.filter(at__gte=asked.since)
    return found.filter(number__lt=asked.before) if asked.before else found


def acts_in_log() -> list[str]:
    """Every act that stands in the log, for the filter."""
    return sorted(AuditEntry.objects.values_list("act", flat=True).distinct())


def log_of_person(person_id: int, limit: int) -> list[AuditEntry]:
    found = AuditEntry.objects.select_related("actor", "room").filter(target=person_id)
    return list(found.order_by("-number")[:limit])


def verify() -> tuple[int, str, Break | None]:
    """(number of entries, hash of the last one, the first broken entry). Reads the log once, in pieces."""
    head = AuditHead.objects.first() or AuditHead()
    found = AuditEntry.objects.order_by("number").iterator(chunk_size=2000)
    return head.number, head.hash, first_break(found, length=head.number, head=head.hash)
