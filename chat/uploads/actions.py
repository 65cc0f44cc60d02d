"""What people do with files before a message has them, and what messages do with theirs.

Every act raises the errors of `chat.errors`.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat import limits
from chat.access.gates import access_room, access_upload
from chat.access.permissions import Permission
from chat.access.speech import check_pace
from chat.errors import Conflict, DiskFull, Invalid, NotFound, OverQuota, TooLarge
from chat.models import Message, Upload
from chat.uploads import receiving
from chat.uploads.deliver import sweep_later, sweep_soon
from chat.uploads.finishing import finish_soon
from chat.uploads.queries import bytes_of, coming
from chat.uploads.rules import check_size, clean_name
from chat.uploads.sizes import PIECE

MOST_COMING = 50
# How long a look at a file may take before somebody else begins it anew: the process may be gone.
STALE_SECONDS = 30.0
State = Upload.State


def begin_upload(*, user: User, room_id: int, name: str, size: int) -> Upload:
    """Makes room for a file of `size` bytes, or refuses it before the first of them is sent."""
    check_size(size)
    access = access_room(user, room_id, Permission.POST)
    check_pace(access)
    limits.check_may_upload(user.pk)
    if size > settings.UPLOAD_LIMIT:
        raise TooLarge(_("This file is too large."), limit=settings.UPLOAD_LIMIT)
    if receiving.is_full(size):
        raise DiskFull
    with transaction.atomic():
        # One after the other: two at once would both fit into the same last place.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _check_quota(user, size)
        upload = Upload.objects.create(uploader=user, room_id=room_id, name=clean_name(name), size=size)
        sweep_later()
    return upload


def _check_quota(user: User, size: int) -> None:
    if coming(user.pk) >= MOST_COMING:
        raise OverQuota(_("Send or remove the files that you have chosen first."))
    if bytes_of(user.pk) + size > settings.UPLOADS_PER_PERSON:
        raise OverQuota(limit=settings.UPLOADS_PER_PERSON)
    if settings.UPLOADS_IN_ALL and bytes_of() + size > settings.UPLOADS_IN_ALL:
        raise OverQuota(_("There is no room left for files here."))


def receive_piece(*, user: User, upload_id: int, offset: int, piece: IO[bytes]) -> Upload:
    """Stores a piece that begins at `offset`; once it is acknowledged it is on the disk.

    Conflict, with the present `offset`, where it belongs elsewhere or another piece is just being written.
    """
    upload = access_upload(user, upload_id)
    access_room(user, upload.room_id, Permission.POST)
    limits.check_may_send_piece(user.pk)
    try:
        with receiving.held(upload) as file:
            upload.refresh_from_db()
            _write(upload, file, offset, piece)
    except receiving.Busy:
        raise Conflict(_("Another part of this file is on its way."), offset=upload.offset) from None
    if upload.state == State.PROCESSING:
        finish_soon(upload.pk)
        upload.refresh_from_db()
    return upload


def _write(upload: Upload, file: IO[bytes], offset: int, piece: IO[bytes]) -> None:
    if upload.state != State.RECEIVING or upload.offset != offset:
        raise Conflict(_("The file goes on elsewhere."), offset=upload.offset)
    if receiving.is_full(0):
        raise DiskFull
    most = min(PIECE, upload.size - offset)
    try:
        written = receiving.write_piece(file, piece, offset=offset, most=most)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        raise
    if written > most:
        raise TooLarge(_("That is more than was announced."), offset=offset)
    if not written:
        raise Invalid
    upload.offset += written
    upload.state = State.PROCESSING if upload.offset == upload.size else State.RECEIVING
    upload.changed_at = timezone.now()
    found = Upload.objects.filter(pk=upload.pk, state=State.RECEIVING)
    if not found.update(offset=upload.offset, state=upload.state, changed_at=upload.changed_at):
        raise NotFound


def look_at(*, user: User, upload_id: int) -> Upload:
    """How far one's own upload is. What a restart left half looked at is taken up again."""
    upload = access_upload(user, upload_id)
    if upload.state == State.PROCESSING:
        if (timezone.now() - upload.changed_at).total_seconds() > STALE_SECONDS:
            finish_soon(upload.pk)
        upload.refresh_from_db()
    return upload


def cancel_upload(*, user: User, upload_id: int) -> None:
    """One's own upload that no message has is given up."""
    upload = access_upload(user, upload_id)
    with transaction.atomic():
        if Upload.objects.unclaimed().filter(pk=upload.pk).update(state=State.GONE):
            sweep_soon()


def claim(message: Message, ids: Sequence[int]) -> list[Upload]:
    """Hangs the files on a message, in this order, inside the transaction that stores it.

    NotFound for any that is not its author's, not of its room, not ready or another message's.
    """
    if not ids:
        return []
    places = Case(*(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)))
    own = Upload.objects.ready().unclaimed().filter(uploader=message.author_id, room=message.room_id)
    if own.filter(pk__in=ids).update(message=message, position=places) != len(ids):
        raise NotFound
    return list(Upload.objects.filter(message=message).order_by("position"))


def release(message_ids: Iterable[int]) -> None:
    """The files of these messages are gone with the commit, and leave the disk after it."""
    found = Upload.objects.filter(message__in=list(message_ids))
    if found.update(message=None, state=State.GONE):
        sweep_soon()
