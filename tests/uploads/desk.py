"""What tests of files share: files that are there, and files sent as a browser sends them."""

from __future__ import annotations

import io
import json
import uuid
import warnings
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from chat.messages.actions import send_message
from chat.models import CustomEmoji, Message, Picture, Room, Upload
from chat.uploads import keeping, receiving
from chat.uploads.actions import begin_upload
from chat.uploads.finishing import finish


def place_file(user: User, room: Room, *, message: Message | None = None) -> Upload:
    """A picture by its row, whose three forms hold a few bytes: for tests of who may read it."""
    upload = Upload.objects.create(
        uploader=user, room=room, message=message, name="note.txt", size=4, stored_size=4, offset=4,
        state=Upload.State.READY, kind=Upload.Kind.IMAGE, media_type="image/png", width=1, height=1,
    )  # fmt: skip
    if message:
        Message.objects.filter(pk=message.pk).update(file_count=1)
    for form in keeping.FORMS:
        default_storage.save(keeping.name_of(upload, form), ContentFile(b"tide"))
    return upload


def place_picture(owner: User) -> Picture:
    """A face that its owner shows, of a few bytes."""
    picture = Picture.objects.create(owner=owner, form=Picture.Form.FACE, state=Picture.State.USED, size=4)
    default_storage.save(keeping.name_of(picture, "file"), ContentFile(b"tide"))
    User.objects.filter(pk=owner.pk).update(picture=picture.key)
    return picture


def place_emoji(owner: User, picture: Picture, name: str = "gull") -> Picture:
    """An emoji that shows this picture."""
    CustomEmoji.objects.create(name=name, picture=picture.key, created_by=owner)
    return picture


def put(user: User, room: Room, name: str, data: bytes) -> Upload:
    """A file that was sent, looked at and kept."""
    upload = begin_upload(user=user, room_id=room.pk, name=name, size=len(data))
    with receiving.held(upload) as file:
        receiving.write_piece(file, io.BytesIO(data), offset=0, most=len(data))
    Upload.objects.filter(pk=upload.pk).update(offset=len(data), state=Upload.State.PROCESSING)
    finish(upload.pk)
    upload.refresh_from_db()
    return upload


def begin(browser: Client, room: Room, name: str = "note.txt", size: object = 3) -> Any:
    """The answer to POST /uploads/."""
    asked = json.dumps({"room": room.pk, "name": name, "size": size, "type": "text/plain"})
    return browser.post("/uploads/", asked, content_type="application/json")


def send(browser: Client, upload_id: int, piece: bytes, offset: object = 0) -> Any:
    """The answer to one PATCH."""
    return browser.patch(
        f"/uploads/{upload_id}/",
        piece,
        headers={"Upload-Offset": str(offset)},
        content_type="application/octet-stream",
    )


def fetch(browser: Client, path: str, **headers: str) -> Any:
    """The answer with its whole `body`."""
    answer: Any = browser.get(
        path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    with warnings.catch_warnings():
        # Django's test client is synchronous; the servers are not.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")
        answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def send_with(
    user: User, room: Room, *uploads: Upload, text: str = "", key: uuid.UUID | None = None
) -> Message:
    """Sends a message with these files; the message as the database has it."""
    sent = send_message(
        user=user,
        room_id=room.pk,
        text=text,
        client_id=key or uuid.uuid4(),
        uploads=[one.pk for one in uploads],
    )
    return Message.objects.get(pk=sent.id)
