"""What people upload: one row per file, from the first byte until it is gone from the storage."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import random_id
from chat.models.messages import Message
from chat.models.rooms import Room

LONGEST_NAME = 200


class UploadQuerySet(models.QuerySet["Upload"]):
    def kept(self) -> Self:
        """Those that still count against a quota: all but what only waits to be deleted."""
        return self.exclude(state=Upload.State.GONE)

    def ready(self) -> Self:
        return self.filter(state=Upload.State.READY)

    def unclaimed(self) -> Self:
        return self.filter(message=None)

    def abandoned(self, since: datetime) -> Self:
        """Those that nobody has sent since then."""
        return self.kept().unclaimed().filter(created_at__lte=since)


class Upload(models.Model):
    """A file on its way or kept. `offset` bytes of the announced `size` have arrived and are on disk.

    `stored_size` is what is served: a picture is encoded anew. Without a message it is seen by its uploader alone.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("receiving")
        PROCESSING = "processing", _("processing")
        READY = "ready", _("ready")
        GONE = "gone", _("gone")

    class Kind(models.TextChoices):
        IMAGE = "image", _("picture")
        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")
        TEXT = "text", _("text")
        FILE = "file", _("file")

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    # Where it lies in the storage: nothing of what a client said.
    key = models.CharField(max_length=64, unique=True, default=secrets.token_hex, editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads", verbose_name=_("from")
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="uploads", verbose_name=_("room"))
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads"
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    size = models.BigIntegerField(_("size"), editable=False)
    offset = models.BigIntegerField(default=0, editable=False)
    stored_size = models.BigIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVING)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.FILE)
    media_type = models.CharField(max_length=40, blank=True, editable=False)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"], condition=models.Q(message__isnull=True), name="unclaimed_uploads"
            ),
        ]

    def __str__(self) -> str:
        return self.name
