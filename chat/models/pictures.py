"""Small pictures, of people and emoji: one row each, from before it is kept until it is gone."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, random_id


def fresh_key() -> str:
    """128 bits: rows of messages carry it, each time."""
    return secrets.token_hex(16)


class PictureQuerySet(models.QuerySet["Picture"]):
    def shown(self) -> Self:
        """In use; not the faces of who is banned or deactivated."""
        away = Q(owner__state=User.State.CLOSED) | Q(owner__banned_until__gt=timezone.now())
        return self.filter(state=Picture.State.USED).exclude(away, form=Picture.Form.FACE)

    def superfluous(self, since: datetime) -> Self:
        """Let go of; or made before then, and never used: the process that made it is gone."""
        forgotten = Q(state=Picture.State.NEW, created_at__lte=since)
        return self.filter(Q(state=Picture.State.GONE) | forgotten)


class Picture(models.Model):
    """The key, made anew each time, names these bytes for ever: what shows it, keeps the key."""

    class State(models.TextChoices):
        NEW = "new"
        USED = "used"
        GONE = "gone"

    class Form(models.TextChoices):
        """As the darkroom knows them."""

        FACE = "face"
        EMOJI = "emoji"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    key = models.CharField(max_length=64, unique=True, default=fresh_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pictures")
    form = models.CharField(max_length=5, choices=Form)
    state = models.CharField(max_length=4, choices=State, default=State.NEW)
    size = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"], condition=~models.Q(state="used"), name="pictures_on_their_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.key[:8]}"


class CustomEmoji(models.Model):
    """`picture` is the key of one; `name` is written between colons."""

    name = models.CharField(max_length=32, unique=True)
    picture = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f":{self.name}:"
