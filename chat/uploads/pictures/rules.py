"""What may be sent as a small picture. Pure."""

from __future__ import annotations

from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.errors import Invalid
from chat.models import Picture
from chat.uploads.rules import Kind, nature_of
from chat.uploads.sizes import PIECE

# Bytes of what is sent: a photograph for who shows their face; of an emoji each reader has many before their eyes.
MOST: Final = {Picture.Form.FACE: PIECE, Picture.Form.EMOJI: 262_144}
MOST_KEPT: Final = 262_144  # bytes of what is made of it
HEAD: Final = 64  # bytes that tell what a picture is
# What a form offers to choose from; the decoder decides.
ACCEPTED: Final = "image/png,image/jpeg,image/webp,image/gif"


def check_picture(file: UploadedFile[bytes] | None, form: Picture.Form) -> UploadedFile[bytes]:
    """What comes with a form. Raises Invalid before anything is decoded."""
    if file is None or not file.size:
        raise Invalid(_("Choose a picture first."))
    if file.size > MOST[form]:
        raise Invalid(_("This picture is too large: at most %(most)s.") % {"most": _in_words(MOST[form])})
    if nature_of(file.read(HEAD)).kind != Kind.IMAGE:
        raise no_picture()
    file.seek(0)
    return file


def no_picture() -> Invalid:
    return Invalid(_("This cannot be shown as a picture. PNG, JPEG, WebP and GIF can."))


def _in_words(size: int) -> str:
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} kB"
