"""Emoji of this chat: made by administrators, written by everybody, text again when they are gone."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from chat.errors import Invalid
from chat.messages.actions import edit_message, react
from chat.messages.objects import message_item
from chat.messages.queries import last_page
from chat.models import AuditEntry, CustomEmoji, Message
from chat.text import own_emoji_count, render
from chat.uploads.emoji.rules import check_name
from chat.uploads.pictures.deliver import sweep_now
from tests.base import browser_of, hearing, refused, say
from tests.cast import Cast
from tests.uploads.corpus import PAGE, SCRIPT, hostile, moving
from tests.uploads.desk import fetch, place_emoji, place_picture

GULL = {"gull": "/pictures/0a/"}
IMG = '<img class="emoji" alt=":gull:" src="/pictures/0a/">'


def add(browser: Client, name: str, data: bytes) -> Any:
    """The answer to the form of Settings > Emoji, for a program."""
    return browser.post(
        "/settings/emoji/",
        {"name": name, "picture": SimpleUploadedFile("emoji", data, "image/gif")},
        headers={"Accept": "application/json"},
    )


@pytest.fixture
def key(cast: Cast) -> str:
    """Of the picture of `:gull:`."""
    return place_emoji(cast.alice, place_picture(cast.carol)).key


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("low tide :gull:", f"<p>low tide {IMG}</p>\n"),
        ("**:gull:**,:gull:。", f"<p><strong>{IMG}</strong>,{IMG}。</p>\n"),
        (":gull::gull:", f"<p>{IMG}:gull:</p>\n"),
        (":seal: :GULL: : gull: gull:", "<p>:seal: :GULL: : gull: gull:</p>\n"),
        ("`:gull:`", "<p><code>:gull:</code></p>\n"),
        (r"\:gull:", "<p>:gull:</p>\n"),
        ("x:gull: 12:gull:3", "<p>x:gull: 12:gull:3</p>\n"),
    ],
)
def test_a_known_name_is_a_picture_and_all_else_is_text(source: str, html: str) -> None:
    assert render(source, people={}, emoji=GULL).html == html


def test_it_reads_as_its_name_and_alone_it_is_large() -> None:
    rendered = render(":gull: :gull:", people={}, emoji=GULL)
    assert rendered.plain == ":gull: :gull:"
    assert own_emoji_count(rendered.html) == 2
    assert own_emoji_count(render("a :gull:", people={}, emoji=GULL).html) == 0
    assert own_emoji_count(render(":gull: " * 4, people={}, emoji=GULL).html) == 0


def test_as_many_as_a_text_can_hold_stay_text() -> None:
    assert "<img" not in render(":gull: " * 1_400, people={}, emoji={"gull": f"/pictures/{'0a' * 16}/"}).html


def test_an_administrator_adds_one_and_everybody_writes_it(cast: Cast) -> None:
    alice, bob = browser_of(cast.alice), browser_of(cast.bob)
    with hearing() as heard:
        assert add(alice, " :Gull: ", moving("GIF", 3, size=(200, 100), comment=PAGE)).status_code == 204
    assert '{"type":"emoji.changed","name":"gull","gone":false}' in [one.get("text") for _group, one in heard]
    listed = bob.get("/emoji/")
    [[name, address]] = listed.json()["emoji"]
    assert name == "gull"
    assert bob.get("/emoji/", headers={"If-None-Match": listed["ETag"]}).status_code == 304
    kept = fetch(bob, address).body
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, image.n_frames) == ("WEBP", (128, 64), 3)  # type: ignore[attr-defined]
    assert SCRIPT not in kept
    message = say(cast.bob, cast.lounge, "low tide :gull:")
    assert f'<img class="emoji" alt=":gull:" src="{address}">' in message_item(page(cast)[-1])["html"]
    assert bob.get("/emoji/gull/")["Location"] == address
    assert list(AuditEntry.objects.filter(act="emoji_added").values_list("after", flat=True)) == [
        {"name": "gull"}
    ]
    # A text from before the emoji stays what it was until it is written anew.
    edit_message(
        user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, base=message.changed_seq, text=":seal:"
    )
    assert "<img" not in Message.objects.filter(pk=message.pk)[0].html


def page(cast: Cast) -> list[Message]:
    return last_page(cast.lounge.pk, cast.bob.pk, 50).messages


def test_a_removed_one_is_its_text_again_and_leaves_the_disk(cast: Cast, key: str) -> None:
    say(cast.bob, cast.lounge, "low :gull: tide")
    name = f"{key[:2]}/{key}/file"
    assert default_storage.exists(name)
    with hearing() as heard:
        assert browser_of(cast.alice).post("/settings/emoji/gull/remove/").status_code == 302
    assert '{"type":"emoji.changed","name":"gull","gone":true}' in [one.get("text") for _group, one in heard]
    assert page(cast)[-1].html == "<p>low :gull: tide</p>\n"
    assert sweep_now() == 1
    assert not default_storage.exists(name)
    assert browser_of(cast.bob).get("/emoji/gull/").status_code == 404
    assert browser_of(cast.alice).post("/settings/emoji/gull/remove/").status_code == 404
    # Another one of that name does not change what was said before.
    place_emoji(cast.alice, place_picture(cast.erin))
    assert page(cast)[-1].html == "<p>low :gull: tide</p>\n"


def test_one_query_more_where_a_page_shows_any(cast: Cast, key: str, django_assert_num_queries: Any) -> None:
    say(cast.bob, cast.lounge, "low tide")
    with django_assert_num_queries(3):
        page(cast)
    for _each in range(3):
        say(cast.bob, cast.lounge, "low :gull:")
    with django_assert_num_queries(4):
        page(cast)


def test_it_is_a_reaction_while_there_is_one(cast: Cast, key: str) -> None:
    message = say(cast.bob, cast.lounge)

    def put(emoji: str, *, present: bool = True) -> None:
        react(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, emoji=emoji, present=present)

    put(":gull:")
    assert page(cast)[-1].reaction_list == [(":gull:", [cast.bob.pk])]
    shown = browser_of(cast.bob).get(f"/rooms/{cast.lounge.pk}/").content.decode()
    assert '<img class="emoji" src="/emoji/gull/" alt=":gull:"> <span>1</span>' in shown
    with refused("invalid"):
        put(":seal:")
    CustomEmoji.objects.all().delete()
    put(":gull:", present=False)
    with refused("invalid"):
        put(":gull:")
    assert page(cast)[-1].reaction_list == []


@pytest.mark.parametrize("name", ["", "g", "a b", "g" * 31, "gull/..", "海鸥", "smile", "+1", "<b>"])
def test_what_no_emoji_may_be_called(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


def test_A43_A45_hostile_pictures_and_names_twice_are_refused(cast: Cast, key: str) -> None:
    alice = browser_of(cast.alice)
    wanted = {"huge.png", "huge.gif", "script.gif", "half.png", "nothing.webp", "picture.tiff", "page.mp4"}
    files = [one for one in hostile() if one.name in wanted]
    assert len(files) == len(wanted)
    for file in files:
        assert add(alice, "seal", file.data).status_code == 400, file.name
    assert add(alice, "seal", b"GIF89a" + bytes(262_144)).status_code == 400
    assert add(alice, "gull", moving("GIF", 2)).status_code == 400
    assert list(CustomEmoji.objects.values_list("name", flat=True)) == ["gull"]
    assert sweep_now() == 0
