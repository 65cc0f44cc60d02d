"""Files by HTTP: begun, sent in pieces, asked after, given up; and served to who may read them now."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import IO, Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from chat.access.gates import access_file
from chat.doors import door, wants_fragment
from chat.errors import Invalid, NotFound, TooLarge
from chat.models import Upload
from chat.uploads import actions, keeping
from chat.uploads.answers import answer_file, storage_errors
from chat.uploads.facts import file_facts, progress_facts
from chat.uploads.rules import HEAD
from chat.uploads.sizes import PIECE

LARGEST = 2**53
LONGEST_BODY = 16_384


@door("POST", json=True)
def begin(request: HttpRequest) -> HttpResponse:
    """`room`, `name` and `size` as JSON. The answer says where to go on, and how many bytes a piece may have."""
    asked = _read_json(request)
    name = asked.get("name")
    if not isinstance(name, str):
        raise Invalid(_("An upload needs a room, a name and a size."))
    upload = actions.begin_upload(
        user=cast(User, request.user), room_id=_number(asked, "room"), name=name, size=_number(asked, "size")
    )
    return JsonResponse({**progress_facts(upload), "piece": PIECE}, status=201)


def _read_json(request: HttpRequest) -> dict[str, Any]:
    """Raises Invalid, and TooLarge before much is read."""
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
        raise TooLarge
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid from error
    if not isinstance(asked, dict):
        raise Invalid
    return asked


def _number(asked: dict[str, Any], field: str) -> int:
    """Raises Invalid."""
    value = asked.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise Invalid(_("An upload needs a room, a name and a size."))
    return value


@door("GET", "PATCH", "DELETE", json=True)
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One's own upload: how far it is, its next piece, its end."""
    user = cast(User, request.user)
    if request.method == "DELETE":
        actions.cancel_upload(user=user, upload_id=upload_id)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method == "GET":
        return JsonResponse(progress_facts(actions.look_at(user=user, upload_id=upload_id)))
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= 16):
        raise Invalid(_("A piece needs its place in the file."))
    if int(request.headers.get("Content-Length") or 0) > PIECE:
        raise TooLarge(limit=PIECE)
    found = actions.receive_piece(
        user=user, upload_id=upload_id, offset=int(offset), piece=cast(IO[bytes], request)
    )
    return JsonResponse(progress_facts(found))


@door("GET", "HEAD")
def file(request: HttpRequest, upload_id: int, name: str) -> HttpResponse:
    """The file itself; its name stands in the address for who keeps it, and decides nothing."""
    return _serve(request, access_file(cast(User, request.user), upload_id), "file")


@door("GET", "HEAD")
def preview(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Of a picture one at most 1,600 pixels a side, of a text its beginning: a page, or a fragment for the script."""
    found = access_file(cast(User, request.user), upload_id)
    if found.kind != Upload.Kind.TEXT:
        return _serve(request, found, "preview")
    with storage_errors():
        html = keeping.read(found, "preview").decode()
    template = "chat/uploads/_text.html" if wants_fragment(request) else "chat/uploads/text.html"
    context = {
        "file": file_facts(found),
        "html": SafeString(html),
        "message": found.message,
        "shown": None if found.stored_size <= HEAD else HEAD,
    }
    return render(request, template, context)


@door("GET", "HEAD")
def thumb(request: HttpRequest, upload_id: int) -> HttpResponse:
    """A picture at most 400 pixels a side."""
    return _serve(request, access_file(cast(User, request.user), upload_id), "thumb")


def _serve(request: HttpRequest, found: Upload, form: str) -> HttpResponse:
    if form != "file" and found.width is None:
        raise NotFound
    return answer_file(request, found, form)
