"""The queue, one case, and who may see which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import rank
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.errors import ChatError, NotFound
from chat.models import Case, Membership, Message, Report, Room
from chat.moderation.policy import may_moderate
from chat.uploads.facts import file_facts
from chat.uploads.queries import files_on

EACH_SIDE = 3
MOST_LISTED = 100
RANKED = (Membership.Role.OWNER, Membership.Role.MODERATOR)


def cases_seen_by(user: User) -> QuerySet[Case]:
    """All for moderators of the instance, those of their rooms for rooms' moderators; never one's own."""
    found = Case.objects.select_related("about", "room", "message", "assignee", "closed_by").exclude(
        about=user
    )
    if may_moderate(user):
        return found
    return found.filter(room__in=rooms_moderated_by(user))


def rooms_moderated_by(user: User) -> QuerySet[Room]:
    """Rooms whose reports this person sees as a moderator of the room."""
    if not user.is_at_liberty:
        return Room.objects.none()
    ranked = Membership.objects.active().filter(user=user, role__in=RANKED)
    return Room.objects.exclude(kind=Room.Kind.DIRECT).filter(pk__in=ranked.values("room"))


def sees_moderation(user: User) -> bool:
    """Whether there is a moderation page for this person."""
    return may_moderate(user) or rooms_moderated_by(user).exists()


def queue_of(user: User, *, is_open: bool) -> list[Case]:
    """Oldest first while open, newest first when decided; each with its number of reports."""
    states = Q(state__in=Case.OPEN)
    found = cases_seen_by(user).filter(states if is_open else ~states).annotate(count=Count("reports"))
    found = found.prefetch_related("reports")
    return list(found.order_by("opened_at" if is_open else "-closed_at")[:MOST_LISTED])


def count_open(user: User) -> int:
    return cases_seen_by(user).filter(state__in=Case.OPEN).count()


def access_case(user: User, case_id: int) -> Case:
    """Raises NotFound, also for a case that this person may not see."""
    case = cases_seen_by(user).filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def watchers_of(case: Case) -> Iterable[User]:
    """Everybody who has this case in their queue."""
    staff = [role for role in User.Role if rank(role) >= rank(User.Role.MODERATOR)]
    ranked = Membership.objects.active().filter(room=case.room_id, role__in=RANKED).values("user")
    direct = case.room is not None and case.room.is_direct
    either = Q(role__in=staff) if direct or case.room is None else Q(role__in=staff) | Q(pk__in=ranked)
    return User.objects.active().filter(either).exclude(pk=case.about_id)


@dataclass(frozen=True, slots=True)
class Author:
    """How much the person concerned wrote, and when last: everywhere, or in the case's room."""

    messages: int
    last_wrote: datetime | None


def author_of(case: Case, *, everywhere: bool) -> Author:
    wrote = Message.objects.filter(author=case.about_id).spoken()
    if not everywhere:
        wrote = wrote.filter(room=case.room_id)
    found = wrote.aggregate(messages=Count("pk"), last_wrote=Max("created_at"))
    return Author(**found)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`message` None: about a person. `before` and `after` are empty where the viewer may not read the room.

    `files` are those that the viewer may read: of a withheld message all.
    """

    reports: list[Report]
    message: Message | None
    before: list[Message]
    after: list[Message]
    changed: bool
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def since(self) -> str:
        """What became of the reported text, in words."""
        if self.message is None:
            return ""
        if self.message.is_deleted:
            return _("Deleted since then.")
        if self.message.withheld:
            return _("Hidden from everyone.")
        return _("Edited since then.") if self.changed else _("Unchanged since then.")


def evidence_of(case: Case, user: User) -> Evidence:
    reports = list(case.reports.select_related("reporter").order_by("created_at"))
    message = case.message
    if message is None or case.room is None:
        return Evidence(reports, message, [], [], changed=False)
    changed = not message.is_empty and message.source != case.snapshot
    reads = _may_read(user, case.room.pk)
    shows_files = bool(message.withheld) or (reads and not message.is_deleted)
    files = [file_facts(one) for one in files_on(message)] if shows_files else []
    if case.room.is_direct or not reads:
        return Evidence(reports, message, [], [], changed, files)
    spoken = Message.objects.in_room(case.room.pk).spoken().living().with_author()
    before = list(spoken.before(message.seq).order_by("-seq")[:EACH_SIDE])[::-1]
    after = list(spoken.after(message.seq).order_by("seq")[:EACH_SIDE])
    return Evidence(reports, message, before, after, changed, files)


def _may_read(user: User, room_id: int) -> bool:
    try:
        access_room(user, room_id, Permission.READ)
    except ChatError:
        return False
    return True
