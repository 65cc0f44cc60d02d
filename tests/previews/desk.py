"""A card that is there, for tests of who may see it."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat.models import LinkPreview, Message
from chat.previews.looking import FORM
from chat.uploads.keeping import name_of


def place_preview(message: Message) -> LinkPreview:
    """By its row, whose picture holds a few bytes."""
    preview = LinkPreview.objects.create(
        message=message, state=LinkPreview.State.SHOWN, url="https://example.org/", host="example.org",
        title="Low tide", has_picture=True,
    )  # fmt: skip
    default_storage.save(name_of(preview, FORM), ContentFile(b"tide"))
    return preview
