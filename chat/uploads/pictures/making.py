"""From what somebody sent to a picture that is kept; and its end."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from chat import limits
from chat.errors import DiskFull, Unavailable
from chat.models import Picture
from chat.uploads import keeping, receiving
from chat.uploads.finishing import develop_in_turn
from chat.uploads.pictures.deliver import sweep_soon
from chat.uploads.pictures.rules import MOST_KEPT, check_picture, no_picture

State = Picture.State


def make_picture(owner: User, file: UploadedFile[bytes] | None, form: Picture.Form) -> Picture:
    """Kept, and not in use yet. Outside of any transaction: decoding takes its time.

    Raises Invalid, RateLimited, DiskFull, Unavailable.
    """
    file = check_picture(file, form)
    limits.check_may_send_picture(owner.pk)
    if receiving.is_full(MOST_KEPT):
        raise DiskFull
    with receiving.workshop() as workshop:
        source = workshop / "source"
        with source.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        made = develop_in_turn(source, workshop, form)
        if made is None or (workshop / "file").stat().st_size > MOST_KEPT:
            raise no_picture()
        # The row first: what is kept and has none would never be found again.
        picture = Picture.objects.create(owner=owner, form=form, size=(workshop / "file").stat().st_size)
        try:
            keeping.keep(picture, "file", workshop / "file")
        except OSError as error:
            raise Unavailable from error
    return picture


def exchange(old: str, new: str) -> None:
    """Inside the transaction that writes down the new key; "" for none. The old one leaves the disk after it."""
    if new:
        Picture.objects.filter(key=new).update(state=State.USED)
    if old and Picture.objects.filter(key=old).update(state=State.GONE):
        sweep_soon()
