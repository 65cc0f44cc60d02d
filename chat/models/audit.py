"""The audit log: a chain in which each entry holds the hash of the one before it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.rooms import Room


class AuditEntry(models.Model):
    """One act of a moderator, an administrator or a rule (`actor` None). Never the text of a message."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    act = models.CharField(_("did"), max_length=40, db_index=True)
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("to whom"),
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("room")
    )
    message_id = models.BigIntegerField(_("message"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    previous = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.act}"


class AuditHead(models.Model):
    """The one row at which writers of the log wait for one another; it also tells when the tail was cut off."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")
