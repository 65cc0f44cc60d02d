"""Cards of links: what a page that a message links to said of itself when it was looked at."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import random_id
from chat.models.messages import Message

LONGEST_URL = 2048
LONGEST_TITLE, LONGEST_WORDS, LONGEST_HOST = 120, 300, 253  # characters
# A card that nothing hangs on after this time was left by a process that died.
STALE = timedelta(hours=1)
# Within this time the same address is not asked again.
FRESH = timedelta(minutes=10)


class LinkPreviewQuerySet(models.QuerySet["LinkPreview"]):
    def shown(self) -> Self:
        return self.filter(state=LinkPreview.State.SHOWN)

    def recent(self, url: str, now: datetime) -> Self:
        """Shown cards of this very address, young enough to be taken again."""
        return self.shown().filter(digest=digest_of(url), made_at__gt=now - FRESH)

    def spare(self, now: datetime) -> Self:
        """Those that no message has and none will have."""
        forgotten = Q(state=LinkPreview.State.COMING, made_at__lte=now - STALE)
        return self.filter(Q(state=LinkPreview.State.GONE) | forgotten)


def digest_of(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


class LinkPreview(models.Model):
    """The card of one message's first link. It exists before its message has it, so that no picture is ever lost.

    `host` is where the page really came from. REMOVED: somebody took the card away, and the link stays without one.
    """

    class State(models.TextChoices):
        COMING = "coming"
        SHOWN = "shown"
        REMOVED = "removed"
        GONE = "gone"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    # Where its picture lies in the storage.
    key = models.CharField(max_length=64, unique=True, default=secrets.token_hex, editable=False)
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.COMING)
    url = models.CharField(max_length=LONGEST_URL)
    digest = models.CharField(max_length=64, editable=False)
    host = models.CharField(max_length=LONGEST_HOST)
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    has_picture = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LinkPreviewQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["digest", "made_at"], name="previews_of_address"),
            models.Index(fields=["made_at"], condition=Q(message__isnull=True), name="spare_previews"),
        ]

    def __str__(self) -> str:
        return self.title or self.url
