"""What is forbidden looks like what does not exist: the same status and the same bytes, by every door."""

from __future__ import annotations

import json
import re

import pytest

from accounts.models import User
from chat.models import Message, Room
from chat.rooms.actions import remove_member
from tests.access.people import Stage, build_stage, outsiders_of_rank
from tests.access.test_matrix import ROOM_DOORS, SEND, Door, address, filled
from tests.base import browser_of, say
from tests.cast import Cast, place

UNKNOWN = 4_503_599_627_370_497


def answer_of(door: Door, stage: Stage, user: User | None, *, room: int) -> tuple[int, str]:
    """Status and body, without what differs each time by design and without the number that was asked for."""
    browser = browser_of(user)
    if door.method == "GET":
        answer = browser.get(address(door, stage, room=room))
    else:
        form = "" if door.data == "-" else stage.fill(filled(door.data))
        path = address(door, stage, room=room)
        answer = browser.post(path, form, content_type="application/x-www-form-urlencoded")
    return answer.status_code, anonymous(answer.content).replace(str(room), "ROOM")


def anonymous(content: bytes) -> str:
    body = content.decode()
    return re.sub(r'(nonce|name="(?:csrfmiddlewaretoken|client_id)" value)="[^"]*"', "", body)


@pytest.mark.parametrize("door", ROOM_DOORS, ids=str)
def test_a_foreign_room_and_an_unknown_one_are_the_same(cast: Cast, door: Door) -> None:
    stage = build_stage(cast)
    for user in (cast.carol, cast.erin, None):
        foreign = answer_of(door, stage, user, room=cast.workshop.pk)
        assert foreign == answer_of(door, stage, user, room=UNKNOWN)
        assert cast.workshop.name not in foreign[1]


@pytest.mark.parametrize("door", ROOM_DOORS, ids=str)
def test_no_rank_of_the_instance_looks_into_a_room_without_being_in_it(cast: Cast, door: Door) -> None:
    stage = build_stage(cast)
    statuses = {answer_of(door, stage, user, room=cast.workshop.pk)[0] for user in outsiders_of_rank(cast)}
    assert statuses == {404}


@pytest.mark.parametrize(
    "path",
    [
        "rooms/{room}/messages/{message}/source/",
        "rooms/{room}/quotes/?ids={message}",
        "rooms/{room}/messages/{message}/",
    ],
)
def test_a_message_is_not_seen_through_another_room(cast: Cast, path: str) -> None:
    mine_elsewhere = say(cast.bob, cast.duo, "between the two of us")
    browser, answers = browser_of(cast.bob), []
    for message in (mine_elsewhere.pk, UNKNOWN):
        answer = browser.get("/" + path.format(room=cast.workshop.pk, message=message))
        answers.append((answer.status_code, anonymous(answer.content).replace(str(message), "MESSAGE")))
        assert "between the two" not in answers[-1][1]
    assert answers[0] == answers[1]


def test_a_reply_cannot_draw_a_quote_out_of_another_room(cast: Cast) -> None:
    secret = say(cast.alice, cast.duo, "the secret word")
    form = {"text": "what?", "client_id": SEND[-36:], "reply_to": str(secret.pk)}
    answers = []
    for target in (secret.pk, UNKNOWN):
        answer = browser_of(cast.bob).post(
            f"/rooms/{cast.workshop.pk}/messages/",
            {**form, "reply_to": str(target)},
            headers={"accept": "application/json"},
        )
        answers.append((answer.status_code, answer.content))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert not Message.objects.filter(reply_to__isnull=False).exists()


def test_a_permalink_to_a_deleted_a_foreign_or_an_unknown_message_is_the_same_notice(cast: Cast) -> None:
    foreign = say(cast.alice, cast.duo)
    deleted = Message.objects.get(room=cast.workshop)
    Message.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)
    pages = []
    for number in (foreign.pk, deleted.pk, UNKNOWN):
        answer = browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/messages/{number}/")
        assert answer.status_code == 200
        notice = re.findall(r"not here, or not for you", answer.content.decode())
        pages.append(len(notice))
    assert pages[0] == pages[1] == pages[2] >= 1


@pytest.mark.parametrize("query", ["ids=1", "ids=", "ids=a,b,-1,%00", "ids=" + "9" * 5000, "ids=²"])
def test_quotes_of_nothing_are_nothing(cast: Cast, query: str) -> None:
    answer = browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/quotes/?{query}")
    assert json.loads(answer.content) == {"quotes": {}}


def test_pages_and_lists_of_an_ex_member_name_nothing_of_the_room(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "the plan of the dock")
    remove_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.bob.pk)
    browser = browser_of(cast.bob)
    for path in ("/rooms/", "/sidebar/", f"/rooms/{cast.lounge.pk}/", "/people/?q="):
        page = browser.get(path).content.decode()
        assert str(cast.workshop.pk) not in page
        assert "Workshop" not in page


# --- an open room: seen by all who may join it, read by nobody who has not


OPEN = """
route              method outsider left banned guest
/                  GET    200      200  404    404
/join/             POST   302      302  404    404
/history/          GET    404      404  404    404
/panel/            GET    404      404  404    404
/settings/         GET    404      404  404    404
/quotes/           GET    404      404  404    404
/leave/            POST   404      404  404    404
/messages/         POST   404      404  404    404
"""


@pytest.mark.parametrize("row", OPEN.strip().splitlines()[1:], ids=str.split)
def test_an_open_room_shows_its_door_and_nothing_behind_it(cast: Cast, row: str) -> None:
    place(cast.lounge, cast.carol, state="banned")
    cast.lounge.memberships.filter(user=cast.erin).update(state="left")
    cast.lounge.memberships.filter(user=cast.gus).delete()
    say(cast.alice, cast.lounge, "what was said inside")
    cast.lounge.memberships.filter(user=cast.mona).delete()
    people = {"outsider": cast.mona, "left": cast.erin, "banned": cast.carol, "guest": cast.gus}
    path, method, *expected = row.split()
    found = []
    for person in people.values():
        browser = browser_of(person)
        url = f"/rooms/{cast.lounge.pk}{path}"
        send = {"text": "hello", "client_id": SEND[-36:]}
        answer = browser.get(url) if method == "GET" else browser.post(url, send)
        assert "what was said inside" not in answer.content.decode()
        found.append(answer.status_code)
    assert found == [int(code) for code in expected]


def test_an_archived_open_room_is_gone_for_who_is_not_in_it(cast: Cast) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(state="archived")
    assert browser_of(cast.carol).get(f"/rooms/{cast.lounge.pk}/").status_code == 404
    assert browser_of(cast.bob).get(f"/rooms/{cast.lounge.pk}/").status_code == 200
