"""Django's admin: finds things, shows a reader only what they may see, acts through the domain."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.messages.actions import delete_message
from chat.models import Membership, Message, RemovedMessage, Room
from tests.base import say
from tests.cast import Cast, place

BASE = "/admin/chat/"


@pytest.fixture
def office(cast: Cast) -> Client:
    """Alice's browser: she owns the instance and is in every room."""
    client = Client()
    client.force_login(cast.alice)
    return client


@pytest.fixture
def outsider(cast: Cast) -> Client:
    """An administrator who is in no room."""
    User.objects.filter(pk=cast.carol.pk).update(role=User.Role.ADMINISTRATOR)
    cast.carol.refresh_from_db()
    assert not Membership.objects.filter(user=cast.carol).exists()
    client = Client()
    client.force_login(cast.carol)
    return client


def act(client: Client, model: str, action: str, *rows: Any) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(f"{BASE}{model}/", data, follow=True).content.decode()


def page(client: Client, path: str) -> str:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_lists_find_rooms_memberships_and_messages(cast: Cast, office: Client) -> None:
    say(cast.bob, cast.lounge, "the kettle is on")
    assert "Lounge" in page(office, "room/?q=loun")
    assert "Lounge" not in page(office, "room/?q=works")
    assert "Trent" in page(office, "membership/?q=trent")
    assert "the kettle is on" in page(office, "message/?q=kettle")
    assert "the kettle is on" not in page(office, "message/?q=teapot")


@pytest.mark.parametrize(
    "path",
    [
        "room/?kind__exact=open&state__exact=active",
        "membership/?role__exact=owner&state__exact=active&room__kind__exact=open",
        "message/?kind__exact=text&deleted_at__isempty=1",
        "removedmessage/",
        "membership/add/",
    ],
)
def test_filters_and_forms_open(cast: Cast, office: Client, path: str) -> None:
    page(office, path)


def test_the_members_of_a_room_are_one_click_away(cast: Cast, office: Client) -> None:
    link = f"membership/?room__id__exact={cast.lounge.pk}"
    assert f"/admin/chat/{link}" in page(office, "room/")
    assert "Trent" in page(office, link)


def test_nothing_is_offered_that_would_go_past_the_actions(office: Client) -> None:
    index = office.get("/admin/").content.decode()
    assert "/admin/chat/room/" in index
    for path in ("auth/group", "account/emailaddress", "usersessions/usersession"):
        assert f"/admin/{path}/" not in index


@pytest.mark.parametrize("model", ["room", "membership", "message", "removedmessage"])
def test_members_are_not_let_in(cast: Cast, model: str) -> None:
    client = Client()
    client.force_login(cast.bob)
    assert client.get(f"{BASE}{model}/").status_code in (302, 403)


def test_an_administrator_sees_no_room_and_no_message_that_is_not_theirs(
    cast: Cast, outsider: Client
) -> None:
    message = say(cast.bob, cast.lounge, "between ourselves")
    say(cast.bob, cast.duo, "for alice alone")
    rooms = page(outsider, "room/")
    assert "Lounge" in rooms
    assert "Workshop" not in rooms
    assert cast.duo.pk not in outsider.get(f"{BASE}room/").context["cl"].queryset.values_list("pk", flat=True)
    assert not outsider.get(f"{BASE}message/").context["cl"].queryset.exists()
    assert outsider.get(f"{BASE}message/{message.pk}/change/").status_code == 302
    assert outsider.get(f"{BASE}room/{cast.workshop.pk}/change/").status_code == 302
    people = page(outsider, "membership/")
    assert "Workshop" not in people
    assert "Lounge" in people


def test_messages_are_deleted_by_the_action(cast: Cast, office: Client) -> None:
    message = say(cast.bob, cast.lounge, "rude words")
    shown = act(office, "message", "delete_chosen", message)
    message.refresh_from_db()
    assert "Done:" in shown
    assert (message.source, message.html) == ("", "")
    assert message.deleted_by == cast.alice
    assert message.changed_seq == message.seq + 1
    assert RemovedMessage.objects.get().source == "rude words"
    assert "rude words" in page(office, "removedmessage/")


def test_what_cannot_be_done_is_said_and_the_rest_is_done(cast: Cast, office: Client) -> None:
    gone, stays = say(cast.bob, cast.lounge, "one"), say(cast.bob, cast.lounge, "two")
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=gone.pk)
    shown = act(office, "message", "delete_chosen", gone, stays)
    assert "That is not here, or not for you." in shown
    assert Message.objects.get(pk=stays.pk).is_deleted


def test_people_are_removed_by_the_action(cast: Cast, office: Client) -> None:
    membership = Membership.objects.get(room=cast.lounge, user=cast.bob)
    before = cast.lounge.acl_version
    act(office, "membership", "remove_chosen", membership)
    membership.refresh_from_db()
    cast.lounge.refresh_from_db()
    assert membership.state == Membership.State.REMOVED
    assert cast.lounge.acl_version == before + 1


def test_people_are_added_by_the_action(cast: Cast, office: Client) -> None:
    data = {"room": cast.workshop.pk, "user": cast.carol.pk}
    assert office.post(f"{BASE}membership/add/", data).status_code == 302
    assert Membership.objects.get(room=cast.workshop, user=cast.carol).is_active
    assert cast.workshop.messages.filter(arguments__act="added").exists()


def test_adding_where_one_may_not_is_refused_in_the_form(cast: Cast, outsider: Client) -> None:
    answer = outsider.post(f"{BASE}membership/add/", {"room": cast.lounge.pk, "user": cast.erin.pk})
    assert answer.status_code == 200
    assert (
        "That is not here, or not for you." in answer.content.decode()
        or "You may not" in answer.content.decode()
    )
    assert not cast.lounge.messages.exists()


def test_rooms_are_archived_and_reopened_by_the_action(cast: Cast, office: Client) -> None:
    act(office, "room", "archive_chosen", cast.workshop)
    cast.workshop.refresh_from_db()
    assert cast.workshop.state == Room.State.ARCHIVED
    act(office, "room", "reopen_chosen", cast.workshop)
    cast.workshop.refresh_from_db()
    assert cast.workshop.state == Room.State.ACTIVE
    assert "Everyone arrives in this room" in act(office, "room", "archive_chosen", cast.lounge)


def test_rooms_are_renamed_by_the_action(cast: Cast, office: Client) -> None:
    office.post(f"{BASE}room/{cast.workshop.pk}/change/", {"name": "Shed", "topic": "Tools"})
    cast.workshop.refresh_from_db()
    assert (cast.workshop.name, cast.workshop.topic) == ("Shed", "Tools")
    assert cast.workshop.messages.filter(arguments__act="renamed").exists()


@pytest.mark.parametrize("model", ["room", "message", "removedmessage"])
def test_nothing_is_added_by_hand(cast: Cast, office: Client, model: str) -> None:
    assert office.get(f"{BASE}{model}/add/").status_code == 403


def test_nothing_is_deleted_by_hand(cast: Cast, office: Client) -> None:
    message = say(cast.bob, cast.lounge, "stays")
    assert office.post(f"{BASE}message/{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert office.post(f"{BASE}room/{cast.lounge.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in page(office, "message/")
    assert Message.objects.filter(pk=message.pk, deleted_at=None).exists()


@pytest.mark.parametrize("model", ["room", "membership", "message", "removedmessage"])
def test_a_longer_list_takes_no_more_queries(cast: Cast, office: Client, settings: Any, model: str) -> None:
    settings.LIMITS_ON = False

    def fill() -> None:
        for number in range(10):
            say(cast.mona, cast.lounge, f"message {number}")
            delete_message(
                user=cast.alice, room_id=cast.lounge.pk, message_id=say(cast.bob, cast.lounge, "x").pk
            )
            place(Room.objects.create(kind="open", name=f"Room {number}", created_by=cast.bob), cast.mona)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(office, f"{model}/")
        return len(captured)

    fill()
    queries()  # the first page of a session also renews it
    few = queries()
    fill()
    assert queries() == few <= 10
