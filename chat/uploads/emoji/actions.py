"""Adding and removing emoji. Each act raises the errors of `chat.errors`."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import may_administer
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import CustomEmoji, Picture
from chat.uploads.emoji.rules import MOST, check_name
from chat.uploads.pictures.making import exchange, make_picture
from chat.wire import envelopes, events
from chat.wire.publish import tell_hubs_on_commit


def add_emoji(*, actor: User, name: str, file: UploadedFile[bytes] | None) -> CustomEmoji:
    """From now on `:name:` is this picture. Raises Forbidden, Invalid, RateLimited, DiskFull, Unavailable."""
    if not may_administer(actor):
        raise Forbidden
    name = check_name(name)
    taken = Invalid(_("There is an emoji of that name already."))
    if CustomEmoji.objects.filter(name=name).exists():
        raise taken
    if CustomEmoji.objects.count() >= MOST:
        raise Invalid(_("There are enough emoji here. Remove one first."))
    picture = make_picture(actor, file, Picture.Form.EMOJI)
    try:
        with transaction.atomic():
            emoji = CustomEmoji.objects.create(name=name, picture=picture.key, created_by=actor)
            exchange("", picture.key)
            _tell(name, gone=False)
            record("emoji_added", actor=actor, after={"name": name})
    except IntegrityError:  # somebody else was quicker
        raise taken from None
    return emoji


def remove_emoji(*, actor: User, name: str) -> None:
    """Messages that use it show its name again. Raises Forbidden or NotFound."""
    if not may_administer(actor):
        raise Forbidden
    with transaction.atomic():
        emoji = CustomEmoji.objects.select_for_update().filter(name=name).first()
        if emoji is None:
            raise NotFound
        emoji.delete()
        exchange(emoji.picture, "")
        _tell(name, gone=True)
        record("emoji_removed", actor=actor, before={"name": name})


def _tell(name: str, *, gone: bool) -> None:
    event = events.emoji_changed(name=name, gone=gone)
    tell_hubs_on_commit(envelopes.everyone(event=event))
