"""People's own pictures: shown, and taken away again. Each act raises the errors of `chat.errors`."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from accounts.signals import account_changed
from chat.errors import Forbidden
from chat.models import Picture
from chat.uploads.pictures.making import exchange, make_picture


def show_face(*, user: User, file: UploadedFile[bytes] | None) -> None:
    """Everybody sees this picture of the person from now on. Not for who may not speak: a picture says something."""
    if not user.is_at_liberty:
        raise Forbidden
    picture = make_picture(user, file, Picture.Form.FACE)
    with transaction.atomic():
        put_face(user, picture.key)


def drop_face(*, user: User) -> None:
    """Initials again. Without a picture nothing happens."""
    with transaction.atomic():
        put_face(user, "")


def put_face(user: User, key: str) -> bool:
    """Writes and tells, inside the caller's transaction; who acts was checked. False where nothing changes."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if person.picture == key:
        return False
    exchange(person.picture, key)
    user.picture = person.picture = key
    person.save(update_fields=["picture"])
    account_changed.send(User, user=person)
    return True
