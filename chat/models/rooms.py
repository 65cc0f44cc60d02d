"""Rooms, who is in them, and the counter that orders everything in a room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, lasts, random_id
from chat.errors import NotFound


def has_own_clock() -> bool:
    """Whether the database tells the time: the clocks of servers that share it differ, and jump."""
    return connection.vendor == "postgresql"


class Turn(NamedTuple):
    """What a change gets when it takes its number: the room as it is under the lock."""

    seq: int
    acl: int
    state: str
    at: datetime


class RoomQuerySet(models.QuerySet["Room"]):
    def listed(self) -> Self:
        """Open and in use: what the directory shows to everyone."""
        return self.filter(kind=Room.Kind.OPEN, state=Room.State.ACTIVE)

    def changed_within(self, seconds: float) -> Self:
        """By the clock that `changed_at` is written with."""
        age = timedelta(seconds=seconds)
        return self.filter(changed_at__gte=Now() - age if has_own_clock() else timezone.now() - age)

    def lock(self, room_ids: Iterable[int]) -> list[Room]:
        """Locks these rooms until the transaction ends, in the one order in which everybody does."""
        return list(self.select_for_update(no_key=True).filter(pk__in=list(room_ids)).order_by("pk"))

    def take_turn(self, room_id: int, *, message: bool = False, revokes: bool = False) -> Turn:
        """Takes the room's next number and, with it, the room's row lock until the transaction ends.

        The first statement of every change: commit order and number order are then the same. `message`
        marks the number as the newest living message, `revokes` raises `acl_version`. Raises NotFound.
        """
        clock = "clock_timestamp()" if has_own_clock() else "%s"
        assignments = f"seq = seq + 1, changed_at = {clock}"
        assignments += ", last_seq = seq + 1" if message else ""
        assignments += ", acl_version = acl_version + 1" if revokes else ""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE chat_room SET {assignments} WHERE id = %s RETURNING seq, acl_version, state",  # noqa: S608
                [room_id] if has_own_clock() else [connection.ops.adapt_datetimefield_value(now), room_id],
            )
            row = cursor.fetchone()
        if row is None:
            raise NotFound
        return Turn(row[0], row[1], row[2], now)


class Room(models.Model):
    """A conversation. Open rooms are listed and joinable; reading needs joining."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        DIRECT = "direct", _("direct")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    class Posting(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        MODERATORS = "moderators", _("Moderators only: announcements")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    direct_key = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    posting = models.CharField(_("who writes"), max_length=10, choices=Posting, default=Posting.EVERYONE)
    locked_until = models.DateTimeField(_("closed for writing until"), null=True, blank=True)
    slow_seconds = models.PositiveIntegerField(_("seconds between two messages"), default=0)
    newcomer_days = models.PositiveSmallIntegerField(_("days before links and mentions"), default=0)
    most_mentions = models.PositiveSmallIntegerField(_("people that one message may name"), default=0)
    is_default = models.BooleanField(_("everyone joins at sign-up"), default=False)
    seq = models.BigIntegerField(default=0, editable=False)
    last_seq = models.BigIntegerField(default=0, editable=False)
    acl_version = models.BigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT

    @property
    def is_locked(self) -> bool:
        return lasts(self.locked_until)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=Membership.State.ACTIVE)

    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def note_post(self, membership_id: int, turn: Turn) -> None:
        """Who writes has read up to there. Plain: each send asks."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE chat_membership SET read_seq = %s, last_post_at = %s WHERE id = %s",
                [turn.seq, connection.ops.adapt_datetimefield_value(turn.at), membership_id],
            )

    def listening(self) -> Self:
        """Who may be told what is said: active members whose account is neither closed nor banned now."""
        unbanned = Q(user__banned_until=None) | Q(user__banned_until__lte=timezone.now())
        return self.active().filter(unbanned).exclude(user__state=User.State.CLOSED)


class Membership(models.Model):
    """A person's place in a room. The row stays after leaving: sync, history and the fence need it."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")
        READ_ONLY = "read_only", _("read only")

    class Level(models.TextChoices):
        ALL = "all", _("All messages")
        MENTIONS = "mentions", _("Mentions")
        NOTHING = "nothing", _("Nothing")
        HIDDEN = "hidden", _("Hidden")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        LEFT = "left", _("left")
        REMOVED = "removed", _("removed")
        BANNED = "banned", _("banned")

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("room")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    level = models.CharField(_("notify about"), max_length=8, choices=Level, default=Level.MENTIONS)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    pinned = models.BooleanField(_("pinned"), default=False)
    since_seq = models.BigIntegerField(default=0, editable=False)
    until_seq = models.BigIntegerField(null=True, blank=True, editable=False)
    read_seq = models.BigIntegerField(default=0, editable=False)
    changed_seq = models.BigIntegerField(default=0, editable=False)
    # Written by chat.moderation only; each is over by itself when its time has come.
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True, editable=False)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "user"], name="one_membership_per_person"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "state"], name="membership_of_person")]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_banned(self) -> bool:
        """For ever where no end is written."""
        return self.state == self.State.BANNED and (self.banned_until is None or lasts(self.banned_until))

    @property
    def is_muted(self) -> bool:
        return lasts(self.muted_until)
