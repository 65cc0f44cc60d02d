"""Messages and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import random_id
from chat.models.rooms import Room

if TYPE_CHECKING:
    from chat.models.previews import LinkPreview
    from chat.models.uploads import Upload


class MessageQuerySet(models.QuerySet["Message"]):
    def in_room(self, room_id: int) -> Self:
        return self.filter(room_id=room_id)

    def before(self, seq: int) -> Self:
        return self.filter(seq__lt=seq)

    def after(self, seq: int) -> Self:
        return self.filter(seq__gt=seq)

    def changed_after(self, seq: int) -> Self:
        return self.filter(changed_seq__gt=seq)

    def living(self) -> Self:
        """Those with a text that members see: neither deleted nor withheld."""
        return self.filter(deleted_at=None, withheld="")

    def spoken(self) -> Self:
        """What people and bots wrote, without the system's own lines."""
        return self.exclude(kind=Message.Kind.SYSTEM)

    def pinned(self) -> Self:
        return self.filter(pinned_at__isnull=False)

    def readable_by(self, user_id: int) -> Self:
        """Joined with the membership in one statement, so that reading cannot race a removal."""
        return self.filter(room__memberships__user_id=user_id, room__memberships__state="active")

    def with_author(self) -> Self:
        return self.select_related("author")

    def sent_as(self, author_id: int, client_id: UUID) -> tuple[int, int, str] | None:
        """(id, number, digest of the content) of what this person sent under this key. Plain: each send asks."""
        key = Message._meta.get_field("client_id").get_db_prep_value(client_id, connection)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, seq, client_digest FROM chat_message WHERE author_id = %s AND client_id = %s",
                [author_id, key],
            )
            found: tuple[int, int, str] | None = cursor.fetchone()
        return found


PIN_FIELDS = ["pinned_at", "pinned_by"]


class Message(models.Model):
    """One row of a room's record: a person's text, a bot's, or a line of the system.

    `seq` is the number of its birth and its place, `changed_seq` that of its last change.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        BOT = "bot", _("bot")
        SYSTEM = "system", _("system")

    class Withheld(models.TextChoices):
        """A text that lies in the bin while somebody decides: HIDDEN was seen before, HELD never was."""

        HIDDEN = "hidden", _("hidden while it is reviewed")
        HELD = "held", _("held until it is reviewed")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages", verbose_name=_("room"))
    seq = models.BigIntegerField(editable=False)
    changed_seq = models.BigIntegerField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages", verbose_name=_("author")
    )
    client_id = models.UUIDField(null=True, blank=True, editable=False)
    client_digest = models.CharField(max_length=64, blank=True, editable=False)
    withheld = models.CharField(_("withheld"), max_length=6, choices=Withheld, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    arguments = models.JSONField(default=dict, blank=True)
    source = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    render_version = models.PositiveSmallIntegerField(default=0, editable=False)
    # How many files hang on it: pages without files ask for none.
    file_count = models.PositiveSmallIntegerField(default=0, editable=False)
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True, editable=False)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
    )

    objects = MessageQuerySet.as_manager()

    # Attached by chat.messages.queries for rendering: (emoji, [ids of the people]) in order of first use.
    reaction_list: list[tuple[str, list[int]]]
    mention_ids: list[int]
    file_list: Sequence[Upload] = ()
    preview: LinkPreview | None = None

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_per_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="one_message_per_intent"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["room", "changed_seq"], name="message_changes"),
            models.Index(fields=["author", "created_at"], name="messages_of_author"),
            models.Index(
                fields=["room", "pinned_at"], name="pins_of_room", condition=Q(pinned_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.source[:60] or f"{self.kind} {self.pk}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_empty(self) -> bool:
        """Whether its row shows no text: it was deleted, or a moderator is deciding about it."""
        return self.is_deleted or bool(self.withheld)

    def unpin(self) -> None:
        """Not saved: whoever calls writes `PIN_FIELDS` with what else changes."""
        self.pinned_at = self.pinned_by = None


class Reaction(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    emoji = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="one_reaction_each"),
        ]


class Mention(models.Model):
    """A person named in a message; `seq` is the message's, so that unread mentions are one indexed count."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "user"], name="one_mention_each")]
        indexes: ClassVar = [models.Index(fields=["user", "room", "seq"], name="mentions_of_person")]


class Saved(models.Model):
    """A message that somebody keeps at hand for themselves; nobody else ever learns of it.

    Keys ascend, so that they are the order in which one's messages were saved.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "message"], name="saved_once")]
        indexes: ClassVar = [models.Index(fields=["user", "room"], name="saved_in_room")]


class Revision(models.Model):
    """What a message said before an edit."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="revisions")
    seq = models.BigIntegerField()
    source = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)


class RemovedMessage(models.Model):
    """The bin: what a moderator removed, kept for 30 days. An author's own deletion leaves nothing here.

    `hangings` is what hung on the message: `reactions` as [id, person, emoji], `mentions` as [id, person].
    Texts that are only withheld lie here too, so that no reader of messages can show one by mistake.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="removed")
    source = models.TextField()
    html = models.TextField()
    hangings = models.JSONField(default=dict, editable=False)
    clean_up = models.ForeignKey(
        "chat.CleanUp", on_delete=models.SET_NULL, null=True, blank=True, related_name="removed"
    )
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("removed by"),
    )
    removed_at = models.DateTimeField(_("removed"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("removed message")
        verbose_name_plural = _("removed messages")
