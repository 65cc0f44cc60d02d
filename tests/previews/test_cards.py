"""A card from the link that asks for it to its last day: who sees it, who takes it away, what goes with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from accounts.models import Instance
from chat.messages.actions import delete_message, edit_message
from chat.messages.deliver import empty_bin
from chat.messages.linking import deliver
from chat.messages.linking.actions import remove_preview, show_preview
from chat.messages.objects import message_item
from chat.messages.queries import last_page
from chat.models import AuditEntry, LinkPreview, Message, RemovedMessage
from chat.moderation.texts import actions as texts
from chat.previews import looking
from chat.socket.sync import read_part
from chat.uploads import keeping
from tests.base import browser_of, events_of, hearing, no_number_taken, refused, say
from tests.cast import Cast
from tests.previews.stubs import Abroad, moves, says
from tests.uploads.corpus import huge_png
from tests.uploads.desk import fetch

PAGE = '<title>x</title><meta property="og:title" content="Low &lt;b&gt; tide"><meta name=description content="Mud.">'


@pytest.fixture(autouse=True)
def _switched_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Instance.objects.update(link_previews=True)
    monkeypatch.setattr(settings, "LIMITS_ON", False)


def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (20, 90, 80)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def coast(world: Abroad) -> Abroad:
    """An internet with a page without a picture, and one whose picture lies on another host."""
    world.name(news=[world.OUTSIDE], pictures=[world.OUTSIDE])
    picture = f'<meta property="og:image" content="{world.url("/tide.jpg", "pictures")}">'
    world.web.pages = {
        "/plain": says(PAGE.encode()),
        "/page": says((PAGE + picture).encode()),
        "/tide.jpg": says(photograph(), "image/jpeg"),
    }
    return world


def linked(cast: Cast, world: Abroad, path: str = "/plain", text: str = "see {}") -> Message:
    """A message of bob's in the workshop with this link, once it was looked at."""
    message = say(cast.bob, cast.workshop, text.format(world.url(path)))
    look(message, world)
    message.refresh_from_db()
    return message


def look(message: Message, world: Abroad) -> None:
    deliver.look_now(message.pk, world.network())


def card_of(message: Message) -> LinkPreview | None:
    return LinkPreview.objects.filter(message=message).first()


def is_kept(preview: LinkPreview) -> bool:
    return default_storage.exists(keeping.name_of(preview, looking.FORM))


def queued() -> list[object]:
    """Whom the tasks that wait look at."""
    tasks = DBTaskResult.objects.filter(queue_name="previews", task_path__endswith=".look")
    return [one.args_kwargs["args"][0] for one in tasks]


def test_a_link_asks_for_its_card_only_where_the_switch_is_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["chat.example.org"])
    message = say(cast.bob, cast.duo, "in a conversation too: https://news.example.org/")
    assert queued() == [message.pk]
    for text in (
        "no link",
        "`https://news.example.org/`",
        "http://10.0.0.1/",
        "a@example.org",
        "https://chat.example.org/rooms/1/",
    ):
        say(cast.bob, cast.workshop, text)
    Instance.objects.update(link_previews=False)
    say(cast.bob, cast.workshop, "https://news.example.org/")
    assert queued() == [message.pk]


def test_nobody_pours_out_links_that_are_all_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIMITS_ON", True)
    monkeypatch.setattr("chat.limits.check_may_post", lambda _user: None)
    for number in range(25):
        say(cast.bob, cast.workshop, f"https://news.example.org/{number}")
    assert 20 <= len(queued()) < 25


def test_a_card_comes_as_a_change_with_a_picture_of_ours(cast: Cast, coast: Abroad) -> None:
    message = say(cast.bob, cast.workshop, f"see {coast.url('/page')}")
    head = message.seq
    with hearing() as heard:
        look(message, coast)
    [event] = events_of(heard)
    facts = event["message"]["preview"]
    assert (event["type"], event["seq"], event["message"]["edited_at"]) == ("message.updated", head + 1, None)
    picture = facts["picture_url"]
    assert facts == {
        "url": coast.url("/page"), "host": "news.example.org", "title": "Low <b> tide", "words": "Mud.",
        "picture_url": picture,
    }  # fmt: skip
    assert "Low &lt;b&gt; tide" in event["html"]
    assert "pictures.example.org" not in event["html"]
    answer = fetch(browser_of(cast.mona), picture)
    assert Image.open(io.BytesIO(answer.body)).size == (400, 267)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert fetch(browser_of(cast.carol), picture).status_code == 404
    [item] = read_part(cast.gus, cast.workshop.pk, head, first=True).frame["items"]
    assert (item["html"], item["message"]) == (event["html"], event["message"])
    assert picture in browser_of(cast.mona).get(f"/rooms/{cast.workshop.pk}/").content.decode()


def test_A52_fifty_links_are_one_page_and_one_picture(cast: Cast, coast: Abroad) -> None:
    linked(cast, coast, "/page", "{} " + " ".join(coast.url(f"/{number}") for number in range(49)))
    assert coast.web.hits == ["/page", "/tide.jpg"]


def test_A50_A51_a_message_that_leads_inside_stays_without_a_card(cast: Cast, coast: Abroad) -> None:
    coast.name(inside=[coast.INSIDE], metadata=["169.254.169.254"])
    coast.web.pages["/turn"] = moves(coast.url(host="inside"))
    inside = coast.url("/tide.jpg", "inside")
    coast.web.pages["/picture"] = says(
        f'<title>Tide</title><meta property="og:image" content="{inside}">'.encode()
    )
    for link in (
        coast.url(host="inside"),
        coast.url(host="metadata"),
        coast.url("/turn"),
        coast.url("/none"),
    ):
        message = say(cast.bob, cast.workshop, link)
        with no_number_taken(cast.workshop):
            look(message, coast)
    bare = card_of(linked(cast, coast, "/picture"))
    assert bare is not None
    assert not bare.has_picture
    assert coast.canary.hits == []


@pytest.mark.parametrize("picture", [b"GIF89a/*", huge_png(50_000, 50_000)])
def test_what_is_no_picture_that_we_show_leaves_the_card_without(
    cast: Cast, coast: Abroad, picture: bytes
) -> None:
    coast.web.pages["/tide.jpg"] = says(picture, "image/png")
    card = card_of(linked(cast, coast, "/page"))
    assert card is not None
    assert (card.title, card.has_picture, is_kept(card)) == ("Low <b> tide", False, False)
    assert fetch(browser_of(cast.bob), f"/previews/{card.pk}/").status_code == 404


def test_the_same_address_is_asked_once_in_ten_minutes_and_each_message_has_its_own_card(
    cast: Cast, coast: Abroad
) -> None:
    first, second = linked(cast, coast, "/page"), linked(cast, coast, "/page")
    assert coast.web.hits == ["/page", "/tide.jpg"]
    delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=first.pk)
    looking.sweep()
    card = card_of(second)
    assert card is not None
    assert is_kept(card)
    LinkPreview.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    linked(cast, coast, "/page")
    assert coast.web.hits == ["/page", "/tide.jpg"] * 2


def test_its_author_and_moderators_take_a_card_away_for_good(cast: Cast, coast: Abroad) -> None:
    for person, entries in ((cast.bob, 0), (cast.mona, 1)):
        message = linked(cast, coast)
        with refused("forbidden", cast.workshop):
            remove_preview(user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk)
        with hearing() as heard:
            remove_preview(user=person, room_id=cast.workshop.pk, message_id=message.pk)
        [event] = events_of(heard)
        assert (event["type"], event["message"]["preview"]) == ("message.updated", None)
        assert coast.url("/plain") in event["html"]
        assert "Low" not in event["html"]
        with no_number_taken(cast.workshop):
            remove_preview(user=person, room_id=cast.workshop.pk, message_id=message.pk)
            look(message, coast)
        edit(message, f"still {coast.url('/plain')}")
        look(message, coast)
        assert last_page(cast.workshop.pk, cast.mona.pk, 1).messages[0].preview is None
        assert AuditEntry.objects.filter(act="preview_removed").count() == entries
    looking.sweep()
    assert not LinkPreview.objects.exclude(title="").exists()


def edit(message: Message, text: str) -> None:
    message.refresh_from_db()
    edit_message(
        user=message.author,
        room_id=message.room_id,
        message_id=message.pk,
        base=message.changed_seq,
        text=text,
    )
    message.refresh_from_db()


def test_an_edit_that_drops_the_link_drops_the_card_and_another_link_gets_its_own(
    cast: Cast, coast: Abroad
) -> None:
    message = linked(cast, coast, "/page")
    first = card_of(message)
    assert first is not None
    edit(message, f"again {coast.url('/page')}")
    assert card_of(message) == first
    edit(message, f"rather {coast.url('/plain')}")
    assert message_item(last_page(cast.workshop.pk, cast.bob.pk, 1).messages[0])["message"]["preview"] is None
    assert queued() == [message.pk] * 2
    assert fetch(browser_of(cast.bob), f"/previews/{first.pk}/").status_code == 404
    looking.sweep()
    assert not is_kept(first)
    look(message, coast)
    second = card_of(message)
    assert second is not None
    assert second.url == coast.url("/plain")
    edit(message, "nothing to see")
    assert card_of(message) is None


@pytest.mark.parametrize("change", ["edited", "deleted", "hidden", "late", "looked at twice"])
def test_a_card_that_comes_too_late_is_thrown_away(cast: Cast, coast: Abroad, change: str) -> None:
    message = say(cast.bob, cast.workshop, f"see {coast.url('/plain')}")
    coming = looking.look(coast.url("/plain"), coast.network())
    if change == "edited":
        edit(message, "never mind")
    elif change == "deleted":
        delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk)
    elif change == "hidden":
        texts.hide(message, by=cast.mona)
    elif change == "looked at twice":
        look(message, coast)
    else:
        Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        with no_number_taken(cast.workshop):
            look(message, coast)
        LinkPreview.objects.update(made_at=timezone.now() - timedelta(hours=2))
    if change != "late":
        with no_number_taken(cast.workshop):
            show_preview(coming, room_id=cast.workshop.pk, message_id=message.pk)
    assert looking.sweep() == 1
    assert not LinkPreview.objects.filter(pk=coming.pk).exists()


def _delete(cast: Cast, message: Message) -> None:
    delete_message(user=cast.bob, room_id=message.room_id, message_id=message.pk)


def _empty_bin(cast: Cast, message: Message) -> None:
    delete_message(user=cast.mona, room_id=message.room_id, message_id=message.pk)
    RemovedMessage.objects.update(removed_at=timezone.now() - timedelta(days=31))
    empty_bin.call()


@pytest.mark.parametrize("end", [_delete, _empty_bin])
def test_what_is_deleted_for_good_takes_card_and_picture_along(
    cast: Cast, coast: Abroad, end: Callable[[Cast, Message], None]
) -> None:
    message = linked(cast, coast, "/page")
    card = card_of(message)
    assert card is not None
    assert is_kept(card)
    end(cast, message)
    assert DBTaskResult.objects.filter(task_path__endswith="previews.deliver.sweep").exists()
    assert looking.sweep() == 1
    assert not is_kept(card)
    assert not LinkPreview.objects.exists()


def test_what_is_withheld_hides_its_card_and_brings_it_back(cast: Cast, coast: Abroad) -> None:
    message = linked(cast, coast, "/page")
    card = card_of(message)
    assert card is not None
    path = f"/previews/{card.pk}/"
    texts.hide(message, by=cast.mona)
    assert fetch(browser_of(cast.bob), path).status_code == 404
    looking.sweep()
    with hearing() as heard:
        texts.show(message)
    assert events_of(heard)[0]["message"]["preview"]["picture_url"] == path
    assert fetch(browser_of(cast.bob), path).status_code == 200
