"""How often the database is asked for what happens most. Each budget is what stands there, and why it is not less."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from chat.messages.actions import react, send_message
from chat.models import Membership, Room
from chat.rooms.queries import directory_of
from chat.rooms.sidebar import sidebar_of
from chat.socket.auth import read_session
from chat.socket.reads import read_opening
from tests.base import browser_of, say
from tests.cast import Cast

ROOMS = 50
ELSEWHERE = "203.0.113.7"

# Memberships with rooms and what is unread, the people of the direct rooms.
SIDEBAR = 2
# Everything that a socket needs, however many rooms: the session's claim, the person that it holds for, the places;
# and the banned addresses.
OPENING = 4
# My rooms, the rooms with their member counts, where the last two weeks begin, messages per day, last words.
DIRECTORY = 5
# Before the lock: the key, the gate with its room, who is named. Under it: savepoint, the room's turn, the gate
# again, the insert, the mentions, the own position, release. A send without a mention asks one less each side.
SEND = 10
SEND_PLAIN = 8
# Session, person, instance, gate; banned addresses; the sidebar; messages, reactions, mentions, quotes, the number of
# members, who opened the room; what the reader saved here, whom they hide, whether the moderators told them something.
ROOM_PAGE = 4 + 1 + SIDEBAR + 6 + 3


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Bob in fifty rooms, each with something unread that names him, ten of them direct."""
    rooms = [Room(kind="open", name=f"Room {number}") for number in range(ROOMS - 13)]
    rooms += [Room(kind="direct", direct_key=str(number), created_by=cast.bob) for number in range(10)]
    Room.objects.bulk_create(rooms)
    Membership.objects.bulk_create(
        Membership(room=room, user=person) for room in rooms for person in (cast.bob, cast.mona)
    )
    for room in (*rooms[::12], rooms[-1]):
        say(cast.mona, room, "@bob look")
    return cast


def test_the_sidebar(many: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(SIDEBAR):
        sidebar = sidebar_of(many.bob)
    assert len(sidebar.rooms) + len(sidebar.directs) >= ROOMS - 1


def test_a_socket_opens(many: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(many.bob)
    cookie = f"{django_settings.SESSION_COOKIE_NAME}={browser.session.session_key}"
    with django_assert_num_queries(OPENING):
        claim = read_session({"headers": [(b"cookie", cookie.encode())]})
        assert claim is not None
        opening = read_opening(claim.user_id, claim.session, claim.mark, ELSEWHERE)
    assert opening is not None
    assert opening.user == many.bob
    assert opening.epoch
    assert len(opening.places) == ROOMS
    assert sum(place.mentions for place in opening.places) == 5


def test_a_socket_does_not_open_for_what_no_longer_holds(cast: Cast) -> None:
    browser = browser_of(cast.bob)
    key = str(browser.session.session_key)
    mark = cast.bob.get_session_auth_hash()
    assert read_opening(cast.bob.pk, key, mark, ELSEWHERE)
    assert read_opening(cast.bob.pk, key, "another", ELSEWHERE) is None
    assert read_opening(cast.bob.pk, "unknown", mark, ELSEWHERE) is None
    assert read_opening(0, key, mark, ELSEWHERE) is None
    Session.objects.filter(pk=key).update(expire_date=timezone.now())
    assert read_opening(cast.bob.pk, key, mark, ELSEWHERE) is None


def test_the_directory(many: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(DIRECTORY):
        assert len(directory_of(many.bob)) >= ROOMS - 13


@pytest.mark.parametrize(("text", "budget"), [("@mona look", SEND), ("Low tide.", SEND_PLAIN)])
def test_a_send(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, text: str, budget: int
) -> None:
    with django_assert_num_queries(budget):
        send_message(user=cast.bob, room_id=cast.workshop.pk, text=text, client_id=uuid.uuid4())


def test_a_repeated_send_asks_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = uuid.uuid4()
    send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key)
    with django_assert_num_queries(1):
        send_message(user=cast.bob, room_id=cast.workshop.pk, text="once", client_id=key)


def test_the_page_of_a_room(
    many: Cast, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.LIMITS_ON = False
    first = say(many.alice, many.workshop)
    for number in range(30):
        message = say(many.mona, many.workshop, f"{number} @bob @gus", reply_to=first.pk)
        if number % 5 == 0:
            react(user=many.gus, room_id=many.workshop.pk, message_id=message.pk, emoji="👍", present=True)
    browser = browser_of(many.bob)
    browser.get(f"/rooms/{many.workshop.pk}/")
    with django_assert_num_queries(ROOM_PAGE):
        browser.get(f"/rooms/{many.workshop.pk}/")
