"""A file as facts: for its uploader while it comes, and for the row of its message."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from chat.models import Upload


def progress_facts(upload: Upload) -> dict[str, Any]:
    """How far it is: what the doors of uploads answer."""
    facts: dict[str, Any] = {
        "id": upload.pk,
        "name": upload.name,
        "size": upload.size,
        "offset": upload.offset,
        "state": upload.state,
        "kind": upload.kind,
    }
    if upload.state == Upload.State.READY:
        facts |= file_facts(upload)
    return facts


def file_facts(upload: Upload) -> dict[str, Any]:
    """What a row shows: `size` is that of the download; only pictures have pixels, and texts a preview as well."""
    is_image = upload.kind == Upload.Kind.IMAGE
    has_preview = is_image or upload.kind == Upload.Kind.TEXT
    address = _address(upload.pk)
    return {
        "id": upload.pk,
        "name": upload.name,
        "size": upload.stored_size,
        "kind": upload.kind,
        "width": upload.width,
        "height": upload.height,
        "url": address + quote(upload.name, safe=""),
        "preview_url": f"{address}preview/" if has_preview else None,
        "thumb_url": f"{address}thumb/" if is_image else None,
    }


def _address(upload_id: int) -> str:
    return _pattern().replace("/1/", f"/{upload_id}/")


@cache
def _pattern() -> str:
    return reverse("chat:file", args=[1, "x"]).removesuffix("x")
