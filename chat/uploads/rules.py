"""What an upload may be called, and what its first bytes say it is. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from chat.errors import Invalid
from chat.models.uploads import LONGEST_NAME, Upload

MOST_PER_MESSAGE: Final = 10
HEAD: Final = 65_536  # bytes that are looked at
PLAIN: Final = "application/octet-stream"

Kind = Upload.Kind


@dataclass(frozen=True, slots=True)
class Nature:
    """What a file is by its bytes; the media type is one of ours, never the client's."""

    kind: str
    media_type: str


FILE: Final = Nature(Kind.FILE, PLAIN)
# Windows opens devices by these names, whatever follows the dot.
DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
MP4_VIDEO = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"dash",
)
# Bits of an MPEG audio frame: version, layer and rate that exist.
MPEG_LAYER_3 = re.compile(rb"^\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\x00-\x0f\xf0-\xff]")


def clean_name(name: str) -> str:
    """The last part of a path without controls, direction marks and leading dots; at most 200 characters."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    text = re.split(r"[/\\]", text)[-1]
    # Cc, Cf, Cs, Co, Cn: controls, direction and zero-width marks, what is no character.
    text = "".join(" " if sign.isspace() else sign for sign in text if _is_shown(sign))
    text = re.sub(r'[<>:"|?*]', "_", " ".join(text.split())).strip(" .")
    text = DEVICES.sub(lambda found: f"_{found[0]}", text)
    if len(text) > LONGEST_NAME:
        stem, dot, ending = text.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 12 else ""
        text = text[: LONGEST_NAME - len(ending)].rstrip(" .") + ending
    return text or "file"


def _is_shown(sign: str) -> bool:
    return sign.isspace() or not unicodedata.category(sign).startswith("C")


def check_size(size: int) -> None:
    """Raises Invalid for an empty file."""
    if size < 1:
        raise Invalid(_("This file is empty."))


def check_uploads(ids: list[int]) -> list[int]:
    """The files of one message in their order. Raises Invalid for too many, or one twice."""
    if len(ids) > MOST_PER_MESSAGE:
        raise Invalid(_("A message may have %(limit)s files.") % {"limit": MOST_PER_MESSAGE})
    if len(set(ids)) != len(ids):
        raise Invalid
    return ids


def nature_of(head: bytes) -> Nature:
    """By magic bytes alone. A picture is one only once it was decoded: this names the candidates."""
    return _picture(head) or _media(head) or (Nature(Kind.TEXT, "text/plain") if is_text(head) else FILE)


def _picture(head: bytes) -> Nature | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Nature(Kind.IMAGE, "image/jpeg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Nature(Kind.IMAGE, "image/png")
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Nature(Kind.IMAGE, "image/gif")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Nature(Kind.IMAGE, "image/webp")
    return None


def _media(head: bytes) -> Nature | None:
    if head[4:8] == b"ftyp":
        if head[8:12] == b"M4A ":
            return Nature(Kind.AUDIO, "audio/mp4")
        return Nature(Kind.VIDEO, "video/mp4") if head[8:12] in MP4_VIDEO else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Nature(Kind.VIDEO, "video/webm") if b"webm" in head[:64] else None
    if head.startswith(b"OggS"):
        return _ogg(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return Nature(Kind.AUDIO, "audio/wav")
    if head.startswith(b"fLaC"):
        return Nature(Kind.AUDIO, "audio/flac")
    if head.startswith(b"ID3") or MPEG_LAYER_3.match(head):
        return Nature(Kind.AUDIO, "audio/mpeg")
    return None


def _ogg(head: bytes) -> Nature:
    is_video = b"\x80theora" in head[:128]
    return Nature(Kind.VIDEO, "video/ogg") if is_video else Nature(Kind.AUDIO, "audio/ogg")


def is_text(head: bytes) -> bool:
    """Whether it reads as UTF-8 without control characters; the last character may be cut off."""
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if len(head) - error.start > 3 or error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode()
    return not any(sign < " " and sign not in "\t\n\r\f" for sign in text)
