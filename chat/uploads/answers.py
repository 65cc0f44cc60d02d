"""A file as an HTTP answer: whole, a range of it, nothing new, or left to the proxy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from chat.errors import NotFound, Unavailable
from chat.models import Upload
from chat.uploads import keeping
from chat.uploads.keeping import Kept
from chat.uploads.streaming import stream

# What may be shown in the browser: pictures that were encoded here, and what no browser runs.
INLINE: Final = (Upload.Kind.IMAGE, Upload.Kind.VIDEO, Upload.Kind.AUDIO)
POLICY: Final = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"
RANGE: Final = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


@dataclass(frozen=True, slots=True)
class Span:
    """`length` bytes from `start` on."""

    start: int
    length: int


def answer_file(request: HttpRequest, upload: Upload, form: str) -> HttpResponse:
    """The caller has asked whether this person may read it.

    Raises NotFound where the storage lost it, Unavailable where it does not answer.
    """
    with storage_errors():
        response = _sent(request, upload, form, upload.stored_size if form == "file" else None)
    return _guarded(response, _type_of(upload, form), disposition(upload, form))


def answer_picture(request: HttpRequest, kept: Kept, form: str, *, size: int | None = None) -> HttpResponse:
    """The same for a picture that was encoded here and has no name of its own. `size`: bytes, where they are known."""
    with storage_errors():
        response = _sent(request, kept, form, size)
    return _guarded(response, "image/webp", "inline")


@contextmanager
def storage_errors() -> Iterator[None]:
    """What the storage says, as a door says it."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound from None
    except OSError as error:
        raise Unavailable from error


def _guarded(response: HttpResponseBase, media_type: str, disposition: str) -> HttpResponse:
    response["Content-Type"] = media_type
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept for going back and forth, but asked for each time: who lost the right gets nothing.
    response["Cache-Control"] = "private, no-cache, no-transform"
    return cast(HttpResponse, response)


def _sent(request: HttpRequest, kept: Kept, form: str, size: int | None) -> HttpResponseBase:
    """By the proxy, or from here; `size` None: the storage knows it."""
    if not settings.FILES_ACCEL:
        return _answer(request, kept, form, keeping.size_of(kept, form) if size is None else size)
    response = HttpResponse()
    response["X-Accel-Redirect"] = settings.FILES_ACCEL + keeping.name_of(kept, form)
    return response


def _answer(request: HttpRequest, kept: Kept, form: str, size: int) -> HttpResponseBase:
    mark = f'"{kept.key}-{form}"'
    if mark in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _body(request, kept, form, size, mark)
    response["ETag"] = mark
    response["Accept-Ranges"] = "bytes"
    return response


def _body(request: HttpRequest, kept: Kept, form: str, size: int, mark: str) -> HttpResponseBase:
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", mark) != mark:
        asked = ""
    span = read_range(asked, size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Length": str(span.length)}
    status = 200
    if span.length != size:
        headers["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{size}"
        status = 206
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    read, close = keeping.open_at(kept, form, span.start, span.length)
    return StreamingHttpResponse(stream(read, close, span.length), status=status, headers=headers)


def read_range(asked: str, size: int) -> Span | None:
    """What of `size` bytes is asked for: all for what cannot be read, several ranges too; None: none there is."""
    found = RANGE.match(asked)
    if not found or not any(found.groups()):
        return Span(0, size)
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return Span(size - length, length) if length else None
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return Span(0, size)
    return Span(start, end - start + 1) if start < size else None


def _type_of(upload: Upload, form: str) -> str:
    if form != "file":
        return "image/webp"
    return "text/plain; charset=utf-8" if upload.kind == Upload.Kind.TEXT else upload.media_type


def disposition(upload: Upload, form: str) -> str:
    """RFC 6266: a plain name for old programs, the whole one for all others."""
    kind = "inline" if form != "file" or upload.kind in INLINE else "attachment"
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", upload.name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(upload.name, safe='')}"
