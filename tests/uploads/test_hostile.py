"""Attackers 42 to 49, by number. The files are those of tests/uploads/corpus.py."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from chat.messages.actions import delete_message
from chat.models import Upload
from chat.rooms.actions import remove_member
from chat.uploads import keeping
from chat.uploads.rules import clean_name
from tests.base import browser_of, refused, say
from tests.cast import Cast
from tests.uploads.corpus import PAGE, SCRIPT, SECRET, Hostile, hostile, moving
from tests.uploads.desk import begin, fetch, put, send, send_with

QUICK = 30.0  # seconds for any of them, on a machine that has other things to do


def forms_of(upload: Upload) -> dict[str, bytes]:
    """Everything that is kept of a file."""
    found = {}
    for form in keeping.FORMS:
        if default_storage.exists(keeping.name_of(upload, form)):
            found[form] = default_storage.open(keeping.name_of(upload, form)).read()
    return found


@pytest.mark.parametrize("file", hostile(), ids=lambda file: ascii(file.name)[:30])
def test_A42_A43_A44_A45_each_hostile_file_has_its_fate(cast: Cast, file: Hostile) -> None:
    began = time.monotonic()
    upload = put(cast.bob, cast.lounge, file.name, file.data)
    assert time.monotonic() - began < QUICK
    assert (upload.kind, upload.name) == (file.kind, file.shown or file.name)
    answer = fetch(browser_of(cast.bob), f"/files/{upload.pk}/x")
    assert answer["Content-Type"] == file.served
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    inline = file.kind in ("image", "video", "audio")
    assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer["Content-Disposition"].isascii()
    if file.kind == "image":
        kept = forms_of(upload)
        assert set(kept) == set(keeping.FORMS)
        assert not [
            form for form, data in kept.items() if SECRET in data or SCRIPT in data or b"Exif" in data
        ]
    else:
        assert answer.body == file.data
        kept = forms_of(upload)
        assert set(kept) == ({"file", "preview"} if file.kind == "text" else {"file"})
        assert not re.search(rb"<(?!/?span)", kept.get("preview", b""))


def test_A44_a_photograph_is_turned_as_it_was_held(cast: Cast) -> None:
    photograph = next(one for one in hostile() if one.name == "gps.jpg")
    upload = put(cast.bob, cast.lounge, photograph.name, photograph.data)
    assert (upload.width, upload.height) == (4, 8)
    for data in forms_of(upload).values():
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (4, 8)
        assert not picture.getexif()


def test_what_moves_goes_on_moving_within_limits(cast: Cast) -> None:
    for form in ("GIF", "WEBP"):
        kept = forms_of(put(cast.bob, cast.lounge, "wave", moving(form, 3, comment=PAGE)))
        frames = {name: getattr(Image.open(io.BytesIO(data)), "n_frames", 1) for name, data in kept.items()}
        assert frames == {"file": 3, "preview": 3, "thumb": 1}
    many = forms_of(put(cast.bob, cast.lounge, "many.gif", moving("GIF", 300)))
    assert Image.open(io.BytesIO(many["preview"])).n_frames == 1  # type: ignore[attr-defined]


def test_large_pictures_are_shown_smaller(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(out, "PNG")
    upload = put(cast.bob, cast.lounge, "sea.png", out.getvalue())
    sizes = {form: Image.open(io.BytesIO(data)).size for form, data in forms_of(upload).items()}
    assert sizes == {"file": (2000, 1000), "preview": (1600, 800), "thumb": (400, 200)}


@pytest.mark.parametrize("name", ["CON", "com1.txt", "a/", "...", "\ud800", "é" * 300, "a\u0000b"])
def test_A45_a_cleaned_name_is_clean(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned == clean_name(cleaned)
    assert 0 < len(cleaned) <= 200
    assert cleaned.lower() not in ("con", "com1.txt")
    assert not set(cleaned) & set('/\\\0"<>')


def test_A46_what_was_announced_is_all_that_is_taken(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    upload = begin(bob, cast.lounge, size=3).json()["id"]
    assert send(bob, upload, b"four").status_code == 413
    assert send(bob, upload, b"", 0).status_code == 400
    assert send(bob, upload, b"abc", 1).json()["offset"] == 0
    assert send(bob, upload, b"ab").json()["offset"] == 2
    assert send(bob, upload, b"cd", 2).status_code == 413


def test_A46_empty_odd_and_too_large_is_refused_early(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    assert begin(bob, cast.lounge, size=0).json()["code"] == "invalid"
    too_large = begin(bob, cast.lounge, size=10**9)
    assert (too_large.status_code, too_large.json()["limit"]) == (413, 100_000_000)
    for size in (-1, 2**60, "3", None, True, 1.5, [3]):
        assert begin(bob, cast.lounge, size=size).status_code == 400
    for body in ("[]", "{", "[" * 10_000, "null"):
        assert bob.post("/uploads/", body, content_type="application/json").status_code == 400
    assert not Upload.objects.exists()


def gone(cast: Cast, message: int) -> None:
    delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message)


def binned(cast: Cast, message: int) -> None:
    delete_message(user=cast.mona, room_id=cast.workshop.pk, message_id=message)


def removed(cast: Cast, _message: int) -> None:
    remove_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.trent.pk)


@pytest.mark.parametrize("end", [gone, binned, removed])
def test_A47_an_address_is_worth_nothing_once_the_right_is_gone(
    cast: Cast, end: Callable[[Cast, int], None]
) -> None:
    upload = put(
        cast.bob, cast.workshop, "map.png", next(one for one in hostile() if one.kind == "image").data
    )
    message = send_with(cast.bob, cast.workshop, upload)
    reader = browser_of(cast.trent)
    paths = [f"/files/{upload.pk}/map.png", f"/files/{upload.pk}/preview/", f"/files/{upload.pk}/thumb/"]
    marks = [fetch(reader, path)["ETag"] for path in paths]
    end(cast, message.pk)
    for path, mark in zip(paths, marks, strict=True):
        assert fetch(reader, path).status_code == 404
        assert fetch(reader, path, Range="bytes=0-1").status_code == 404
        assert fetch(reader, path, If_None_Match=mark).status_code == 404
        assert reader.head(path).status_code == 404
    reader.logout()
    assert reader.get(paths[0], headers={"Accept": "application/json"}).status_code == 401


def test_A48_nobody_hangs_up_what_is_not_theirs(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "map.txt", b"tide")
    with refused("not_found", cast.lounge):
        send_with(cast.mona, cast.lounge, upload)
    with refused("not_found", cast.workshop):
        send_with(cast.bob, cast.workshop, upload)
    send_with(cast.bob, cast.lounge, upload)
    with refused("not_found", cast.lounge):
        send_with(cast.bob, cast.lounge, upload)
    say(cast.bob, cast.lounge)


def test_A48_a_draft_is_seen_by_its_uploader_alone(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "map.txt", b"tide")
    assert fetch(browser_of(cast.bob), f"/files/{upload.pk}/x").status_code == 200
    for path in (f"/files/{upload.pk}/x", f"/uploads/{upload.pk}/"):
        assert browser_of(cast.mona).get(path).status_code == 404
    assert send(browser_of(cast.mona), upload.pk, b"x").status_code == 404
    assert browser_of(cast.mona).delete(f"/uploads/{upload.pk}/").status_code == 404


ELSEWHERE = ("..%2f..%2fsecret.key", "%2e%2e/secret.key", "..%5csecret.key", "..%252fx", "x/../../y")


@pytest.mark.parametrize("path", ELSEWHERE)
def test_A49_no_path_leads_elsewhere(cast: Cast, path: str) -> None:
    upload = put(cast.bob, cast.lounge, "map.txt", b"tide")
    answer = fetch(browser_of(cast.bob), f"/files/{upload.pk}/{path}")
    assert answer.status_code == 404 or answer.body == b"tide"
