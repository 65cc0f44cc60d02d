"""One person as moderators see them: what stands now, and what was."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from chat.audit.actions import record
from chat.audit.queries import log_of_person
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import AuditEntry, Case, CleanUp, Membership, Message, Note, RemovedMessage, Room, Sanction
from chat.models.moderation import LONGEST_REASON
from chat.moderation.cleanups.queries import clean_ups_of
from chat.moderation.notices.actions import tell
from chat.moderation.policy import may_moderate, may_sanction
from chat.uploads.pictures.actions import put_face

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Dossier:
    """`messages`: the latest in open rooms and in those that the moderator is in."""

    person: User
    may_act: bool
    in_force: list[Sanction]
    earlier: list[Sanction]
    cases: list[Case]
    notes: list[Note]
    log: list[AuditEntry]
    clean_ups: list[CleanUp]
    messages: list[Message]
    removed: list[RemovedMessage]
    rooms: int
    message_count: int


def find_people(query: str) -> QuerySet[User]:
    """Those whose name or user name holds the words; without words, whom something holds now, or lately did."""
    people = User.objects.exclude(kind=User.Kind.SYSTEM)
    for word in query.split()[:5]:
        people = people.filter(Q(display_name__icontains=word) | Q(handle__icontains=word))
    if not query.strip():
        people = people.filter(Q(sanctions__isnull=False) | Q(cases__isnull=False)).distinct()
    counted = people.annotate(
        sanction_count=Count("sanctions", distinct=True), case_count=Count("cases", distinct=True)
    )
    return counted.order_by("display_name", "pk")[:100]


def access_dossier(user: User, person_id: int) -> Dossier:
    """Raises NotFound for who does not moderate the instance."""
    person = User.objects.exclude(kind=User.Kind.SYSTEM).filter(pk=person_id).first()
    if person is None or not may_moderate(user):
        raise NotFound
    sanctions = list(
        Sanction.objects.of(person.pk)
        .select_related("room", "created_by", "lifted_by", "rule")
        .order_by("-pk")[:100]
    )
    mine = Membership.objects.active().filter(user=user).values("room")
    seen = Q(room__kind=Room.Kind.OPEN) | Q(room__in=mine)
    wrote = Message.objects.filter(author=person).spoken()
    removed = RemovedMessage.objects.filter(message__author=person).exclude(message__deleted_at=None)
    seen_removed = Q(message__room__kind=Room.Kind.OPEN) | Q(message__room__in=mine)
    return Dossier(
        person=person,
        may_act=may_sanction(user, person),
        in_force=[one for one in sanctions if one.is_in_force],
        earlier=[one for one in sanctions if not one.is_in_force],
        cases=list(
            Case.objects.filter(about=person)
            .exclude(about=user)
            .select_related("room")
            .order_by("-pk")[:SHOWN]
        ),
        notes=list(Note.objects.filter(about=person).select_related("by").order_by("-pk")[:SHOWN]),
        log=log_of_person(person.pk, SHOWN),
        clean_ups=clean_ups_of(person),
        messages=list(wrote.living().filter(seen).select_related("room").order_by("-created_at")[:SHOWN]),
        removed=list(removed.filter(seen_removed).select_related("message__room").order_by("-pk")[:SHOWN]),
        rooms=Membership.objects.active().filter(user=person).count(),
        message_count=wrote.count(),
    )


def add_note(*, actor: User, person_id: int, text: str) -> Note:
    """What one moderator writes down for the others. Raises NotFound, Forbidden or Invalid."""
    if not may_moderate(actor):
        raise Forbidden
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    text = text.replace("\x00", "").strip()[:LONGEST_REASON]
    if not text:
        raise Invalid(_("Write something first."))
    with transaction.atomic():
        return Note.objects.create(about=person, by=actor, text=text)


def remove_picture(*, actor: User, person_id: int, reason: str = "") -> None:
    """Initials again in place of somebody's picture, who hears of it. Raises NotFound or Forbidden."""
    person = User.objects.filter(pk=person_id).first()
    if person is None or not may_moderate(actor):
        raise NotFound
    if not may_sanction(actor, person):
        raise Forbidden
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    with transaction.atomic():
        if put_face(person, ""):
            tell(person.pk, "picture_removed", reason=reason)
            record("picture_removed", actor=actor, target=person, reason=reason)
