"""What files there are, and how much they take."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from chat.models import Message, Upload

# More than one message can hold.
FILES_PAGE = 60


def attach_files(messages: Sequence[Message]) -> None:
    """Sets `file_list` of those that show files: one query, none where none does."""
    by_id = {one.pk: one for one in messages if one.file_count and not one.is_empty}
    if not by_id:
        return
    found: dict[int, list[Upload]] = {}
    for upload in Upload.objects.ready().filter(message__in=by_id).order_by("position"):
        found.setdefault(upload.message_id or 0, []).append(upload)
    for message_id, files in found.items():
        by_id[message_id].file_list = files


def files_on(message: Message) -> list[Upload]:
    """What hangs on one message, withheld or not. The caller has checked who reads."""
    return list(Upload.objects.ready().filter(message=message).order_by("position"))


def files_of(room_id: int, before: int | None = None) -> tuple[list[Upload], int | None]:
    """What living messages of a room show, the newest message first, and the number that asks for those before.

    Messages are never cut in two. The caller has checked who reads.
    """
    living = Message.objects.in_room(room_id).living()
    found = Upload.objects.ready().filter(message__in=living).select_related("message__author")
    if before is not None:
        found = found.filter(message__seq__lt=before)
    rows = list(found.order_by("-message__seq", "position")[: FILES_PAGE + 1])
    if len(rows) <= FILES_PAGE:
        return rows, None
    last = _place(rows[-1])
    whole = [row for row in rows if _place(row) != last]
    return whole, _place(whole[-1])


def _place(upload: Upload) -> int:
    return upload.message.seq if upload.message else 0


def bytes_of(user_id: int | None = None) -> int:
    """What one person's files take, or everybody's: as announced, also while they are still coming."""
    kept = Upload.objects.kept()
    if user_id is not None:
        kept = kept.filter(uploader=user_id)
    return int(kept.aggregate(total=Sum("size"))["total"] or 0)


def coming(user_id: int) -> int:
    """How many this person has begun and not sent."""
    return Upload.objects.kept().unclaimed().filter(uploader=user_id).count()
