"""What moderators decide and what they decide on: reports, sanctions, rules, clean-ups."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import FOREVER, lasts
from chat.models.messages import Message
from chat.models.rooms import Room

LONGEST_REASON = 500
BIN_DAYS = 30


class HouseRules(models.Model):
    """The one row of what the whole instance decided about moderation.

    `version` is another number after every change of an automatic rule, also in a restored database, so that each
    process knows when to read the rules again; 0: there never was one.
    """

    class HideAfter(models.IntegerChoices):
        NEVER = 0, _("never by itself")
        FIRST = 1, _("at the first report")
        SECOND = 2, _("at the second report")
        THIRD = 3, _("at the third report")

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    version = models.BigIntegerField(default=0, editable=False)
    tell_reporters = models.BooleanField(_("reporters are told the outcome"), default=True)
    tell_authors = models.BooleanField(_("authors are told the outcome"), default=True)
    hide_after = models.PositiveSmallIntegerField(
        _("a reported text is hidden"), choices=HideAfter, default=HideAfter.NEVER
    )

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")

    @classmethod
    def current(cls) -> HouseRules:
        return cls.objects.first() or cls()


class Case(models.Model):
    """What was reported about one message, or about one person: everything that moderators look at together.

    `snapshot` is the text as it stood at the first report, kept until 30 days after the decision.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        TAKEN = "taken", _("taken")
        RESOLVED = "resolved", _("resolved")
        DISMISSED = "dismissed", _("dismissed")

    OPEN: ClassVar = (State.NEW, State.TAKEN)

    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases", verbose_name=_("about")
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room")
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    snapshot = models.TextField(_("as it stood"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, db_index=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    note = models.CharField(_("note for the record"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(state__in=["new", "taken"], message__isnull=False),
                name="one_open_case_per_message",
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=Q(state__in=["new", "taken"], message__isnull=True),
                name="one_open_case_per_person",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "opened_at"], name="queue_of_cases")]

    def __str__(self) -> str:
        return f"{self.pk} · {self.about}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def reasons(self) -> list[str]:
        """What its reports say is wrong, each once, in the order in which they came."""
        found = {report.reason: str(report.get_reason_display()) for report in self.reports.all()}
        return list(found.values())


class Report(models.Model):
    """What one member said about it. `reporter` None: an automatic rule."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam")
        HARASSMENT = "harassment", _("Harassment")
        INAPPROPRIATE = "inappropriate", _("Inappropriate")
        OTHER = "other", _("Something else")
        RULE = "rule", _("An automatic rule")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=13, choices=Reason)
    words = models.CharField(_("in their words"), max_length=LONGEST_REASON, blank=True)
    created_at = models.DateTimeField(_("reported"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "reporter"], name="one_report_each"),
        ]


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None, ends_at__gt=timezone.now())

    def of(self, person_id: int) -> Self:
        return self.filter(user_id=person_id)


class Sanction(models.Model):
    """A limit put on somebody, with its reason and its end. What is enforced are the times on User and Membership.

    `before` is what an undo brings back.
    """

    class Kind(models.TextChoices):
        WARN = "warn", _("warning")
        MUTE = "mute", _("mute")
        REMOVE = "remove", _("removal from a room")
        ROOM_BAN = "room_ban", _("ban from a room")
        SUSPEND = "suspend", _("suspension")
        BAN = "ban", _("ban")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sanctions", verbose_name=_("person")
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room")
    )
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), default=FOREVER)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    rule = models.ForeignKey(
        "chat.Rule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rule"),
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="sanctions")
    before = models.JSONField(default=dict, editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        indexes: ClassVar = [models.Index(fields=["user", "starts_at"], name="sanctions_of_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user}"

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and lasts(self.ends_at)

    @property
    def has_end(self) -> bool:
        return self.ends_at < FOREVER


class Notice(models.Model):
    """What the moderators tell one person: shown until it was read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices", verbose_name=_("for")
    )
    act = models.CharField(max_length=24)
    arguments = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=Q(seen_at=None), name="unread_notices"),
        ]


class Note(models.Model):
    """What moderators write down about a person, for one another."""

    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes", verbose_name=_("about")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    text = models.CharField(_("note"), max_length=LONGEST_REASON)
    created_at = models.DateTimeField(default=timezone.now)


class AddressBan(models.Model):
    """Addresses from which nobody comes in. `network` in CIDR, as Python's ipaddress writes it."""

    network = models.CharField(_("addresses"), max_length=43)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), default=FOREVER)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    class Meta:
        verbose_name = _("banned address")
        verbose_name_plural = _("banned addresses")

    def __str__(self) -> str:
        return self.network

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and lasts(self.ends_at)

    @property
    def has_end(self) -> bool:
        return self.ends_at < FOREVER


class Rule(models.Model):
    """An automatic rule: what it looks for, and what happens then."""

    class Kind(models.TextChoices):
        WORDS = "words", _("words")
        PATTERN = "pattern", _("a pattern")
        FLOOD = "flood", _("many messages in a short time")
        REPEAT = "repeat", _("the same text again")

    class Outcome(models.TextChoices):
        HOLD = "hold", _("hold for review")
        HIDE = "hide", _("hide and report")
        WARN = "warn", _("warn")
        MUTE = "mute", _("mute for a time")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("looks for"), max_length=7, choices=Kind)
    text = models.TextField(_("words or pattern"), max_length=2000, blank=True)
    count = models.PositiveSmallIntegerField(_("messages"), default=5)
    seconds = models.PositiveIntegerField(_("within seconds"), default=10)
    outcome = models.CharField(_("then"), max_length=4, choices=Outcome, default=Outcome.HOLD)
    mute_minutes = models.PositiveIntegerField(_("minutes"), default=10)
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room")
    )
    enabled = models.BooleanField(_("on"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("automatic rule")
        verbose_name_plural = _("automatic rules")

    def __str__(self) -> str:
        return self.name


class CleanUp(models.Model):
    """The removal of somebody's messages in one act, and its undoing: a task with its progress."""

    class Span(models.TextChoices):
        HOUR = "hour", _("of the last hour")
        DAY = "day", _("of the last day")
        ALL = "all", _("all of them")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNDOING = "undoing", _("coming back")
        UNDONE = "undone", _("undone")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    span = models.CharField(_("messages"), max_length=4, choices=Span)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(default=timezone.now)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("clean-up")
        verbose_name_plural = _("clean-ups")


class Hiding(models.Model):
    """Somebody wants to hear nothing of somebody else, for a time or for ever."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hidings")
    hidden = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(default=FOREVER)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "hidden"], name="hidden_once")]
        indexes: ClassVar = [models.Index(fields=["hidden"], name="hidden_by")]
