"""Pictures of people: what is made of what was sent, who sees it, who takes it away, when it leaves the disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import FOREVER, User
from chat import limits
from chat.models import AuditEntry, Notice, Picture
from chat.uploads import keeping
from chat.uploads.pictures.deliver import sweep_now
from tests.base import Heard, browser_of, events_of, hearing, say
from tests.cast import Cast
from tests.uploads.corpus import SCRIPT, SECRET, hostile, moving
from tests.uploads.desk import fetch, place_picture

Form = Picture.Form


def photograph(size: tuple[int, int] = (600, 300), mode: str = "RGB") -> bytes:
    """Red on the left, blue in the middle square, red on the right."""
    image = Image.new(mode, size, "red")
    image.paste("blue", ((size[0] - size[1]) // 2, 0, (size[0] + size[1]) // 2, size[1]))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def show(browser: Client, data: bytes, name: str = "me.png") -> Any:
    """The answer to the form of Settings, for a program."""
    return browser.post(
        "/settings/picture/",
        {"picture": SimpleUploadedFile(name, data, "image/png")},
        headers={"Accept": "application/json"},
    )


def pictures_told(heard: Heard) -> set[str | None]:
    return {event["user"]["picture"] for event in events_of(heard) if event["type"] == "user.updated"}


def key_of(user: User) -> str:
    user.refresh_from_db()
    return user.picture


def test_a_photograph_is_cut_to_its_middle_and_seen_by_every_member(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    with hearing() as heard:
        assert show(bob, photograph()).status_code == 204
    address = f"/pictures/{key_of(cast.bob)}/"
    assert pictures_told(heard) == {address}
    answer = fetch(browser_of(cast.carol), address)
    with Image.open(io.BytesIO(answer.body)) as image:
        assert (image.format, image.size, image.mode) == ("WEBP", (256, 256), "RGB")
        red, _green, blue = image.getpixel((2, 128))  # type: ignore[misc]
        assert blue > red
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable, no-transform"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser_of(None).get(address).status_code == 302
    say(cast.bob, cast.lounge)
    page = bob.get(f"/rooms/{cast.lounge.pk}/").content.decode()
    # In the row, in the list's foot, in the composer, and in what rows are made from.
    assert page.count(f'<img src="{address}" alt="" loading="lazy">') >= 4


def test_what_has_holes_stands_on_white(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(out, "PNG")
    assert show(browser_of(cast.bob), out.getvalue()).status_code == 204
    with Image.open(default_storage.open(name_of(cast.bob))) as image:
        assert image.getpixel((9, 9)) == (255, 255, 255)


def name_of(user: User) -> str:
    return keeping.name_of(Picture.objects.filter(key=key_of(user))[0], "file")


def test_the_one_before_leaves_the_disk_and_so_does_what_is_removed(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOADS_RECEIVING = tmp_path
    bob = browser_of(cast.bob)
    show(bob, photograph())
    first = name_of(cast.bob)
    show(bob, moving("GIF", 3))
    second = name_of(cast.bob)
    assert sweep_now() == 1
    assert not default_storage.exists(first)
    assert default_storage.exists(second)
    with hearing() as heard:
        bob.post("/settings/picture/", {"remove": "1"})
    assert pictures_told(heard) == {None}
    assert key_of(cast.bob) == ""
    assert sweep_now() == 1
    assert not default_storage.exists(second)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "file", [one for one in hostile() if one.kind == "image"][:6], ids=lambda file: file.name[:20]
)
def test_A42_A44_of_a_hostile_picture_only_the_pixels_stay(cast: Cast, file: Any) -> None:
    assert show(browser_of(cast.bob), file.data, file.name).status_code == 204
    kept = default_storage.open(name_of(cast.bob)).read()
    assert not [one for one in (SECRET, SCRIPT, b"Exif", b"XMP ") if one in kept]


def test_A43_A45_what_is_no_picture_is_refused_and_leaves_nothing(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    others = [one for one in hostile() if one.kind != "image" and one.data]
    assert len(others) > 5
    for file in others:
        answer = show(bob, file.data, file.name)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), file.name
    assert show(bob, b"").status_code == 400
    assert show(bob, b"\x89PNG\r\n\x1a\n" + b"0" * (4 << 20)).status_code == 400
    assert bob.post("/settings/picture/", {"picture": "words"}).status_code == 302
    assert not Picture.objects.exists()


def test_who_sends_many_waits(cast: Cast, settings: Any) -> None:
    settings.LIMITS_ON = True
    bucket = limits._buckets[("picture", cast.bob.pk)] = limits.Bucket(0.2, 10.0)
    bob = browser_of(cast.bob)
    assert show(bob, photograph()).status_code == 204
    bucket.tokens = -100.0
    assert show(bob, photograph()).status_code == 429
    # Refused by its bytes, it is not decoded and costs nothing.
    assert show(bob, b"words").status_code == 400


def test_nobody_sees_the_picture_of_who_is_away(cast: Cast) -> None:
    picture = place_picture(cast.bob)
    message = say(User.objects.filter(pk=cast.bob.pk)[0], cast.lounge)
    carol = browser_of(cast.alice)
    for values in ({"banned_until": FOREVER}, {"banned_until": None, "state": User.State.CLOSED}):
        User.objects.filter(pk=cast.bob.pk).update(**values)
        assert carol.get(f"/pictures/{picture.key}/").status_code == 404
        page = carol.get(f"/rooms/{cast.lounge.pk}/").content.decode()
        assert f'data-id="{message.pk}"' in page
        assert picture.key not in page
    User.objects.filter(pk=cast.bob.pk).update(state=User.State.ACTIVE)
    assert carol.get(f"/pictures/{picture.key}/").status_code == 200


def test_a_moderator_takes_a_picture_away_and_says_why(cast: Cast) -> None:
    picture = place_picture(cast.bob)
    alice = browser_of(cast.alice)
    assert picture.key in alice.get(f"/moderation/people/{cast.bob.pk}/").content.decode()
    for _again in range(2):
        alice.post(f"/moderation/people/{cast.bob.pk}/picture/", {"reason": "Not a face"})
    assert key_of(cast.bob) == ""
    entry = AuditEntry.objects.filter(act="picture_removed").values_list("actor", "target", "reason")
    assert list(entry) == [(cast.alice.pk, cast.bob.pk, "Not a face")]
    assert Notice.objects.filter(user=cast.bob, act="picture_removed").count() == 1
    assert sweep_now() == 1
    # Nobody does it to who stands above them.
    place_picture(cast.alice)
    User.objects.filter(pk=cast.mona.pk).update(role=User.Role.MODERATOR)
    mona = browser_of(User.objects.filter(pk=cast.mona.pk)[0])
    assert mona.post(f"/moderation/people/{cast.alice.pk}/picture/").status_code == 403
    assert key_of(cast.alice)


def test_what_a_kill_left_half_made_is_swept(cast: Cast) -> None:
    picture = place_picture(cast.bob)
    Picture.objects.filter(pk=picture.pk).update(state=Picture.State.NEW)
    assert sweep_now() == 0
    Picture.objects.filter(pk=picture.pk).update(created_at="2020-01-01T00:00Z")
    assert sweep_now() == 1
