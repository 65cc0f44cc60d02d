"""Banned addresses: nobody comes in or changes anything from there, and their sessions end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import FOREVER
from chat.moderation.addresses.actions import ban_addresses, lift_address_ban
from chat.moderation.addresses.queries import network_of, shared_by, shut_out
from chat.wire.groups import HUBS
from tests.base import browser_of, hearing, refused
from tests.cast import Cast, add_person

HOME = "198.51.100.9"


def ban(cast: Cast, network: str = "203.0.113.0/24", minutes: int | None = 60) -> int:
    made = ban_addresses(actor=cast.alice, network=network, reason="spam", minutes=minutes, own_address=HOME)
    return made.pk


def sign_in(address: str) -> int:
    return Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": "bob", "password": "x"}).status_code


def test_a_banned_address_is_a_closed_door_until_the_ban_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ban(cast)
    assert sign_in("203.0.113.7") == 403
    assert sign_in("::ffff:203.0.113.7") == 403
    assert sign_in("203.0.114.7") == 200
    browser = browser_of(cast.bob)
    assert (
        browser.post(f"/rooms/{cast.lounge.pk}/pin/", {"pinned": "1"}, REMOTE_ADDR="203.0.113.7").status_code
        == 403
    )
    page = browser.get("/rooms/", REMOTE_ADDR="203.0.113.7")
    assert (page.status_code, "closed to your address" in page.content.decode()) == (403, True)
    asked = browser.get("/people/", REMOTE_ADDR="203.0.113.7", headers={"accept": "application/json"})
    assert (asked.status_code, asked.json()["code"]) == (403, "forbidden")
    assert browser.get("/rooms/", REMOTE_ADDR="203.0.114.7").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(minutes=61))
    assert sign_in("203.0.113.7") == 200


def test_whoever_could_lift_the_ban_comes_in_and_everybody_may_sign_out(cast: Cast) -> None:
    ban(cast)
    moderator = add_person("imod", role="moderator")
    assert browser_of(moderator).get("/moderation/", REMOTE_ADDR="203.0.113.7").status_code == 200
    moderator.suspended_until = FOREVER
    moderator.save()
    assert browser_of(moderator).get("/rooms/", REMOTE_ADDR="203.0.113.7").status_code == 403
    browser = browser_of(cast.bob)
    assert browser.post("/accounts/logout/", REMOTE_ADDR="203.0.113.7").status_code == 302
    assert browser.get("/rooms/").status_code == 302


def test_of_those_inside_the_ban_names_whom_it_meets(cast: Cast) -> None:
    inside, outside = "203.0.113.7", "203.0.114.7"
    everybody = {(place, person.pk) for place in (inside, outside) for person in (cast.alice, cast.bob)}
    assert shut_out(everybody) == set()
    with hearing() as heard:
        ban(cast)
    assert shut_out(everybody) == {(inside, cast.bob.pk)}
    (told,) = [envelope for group, envelope in heard if group == HUBS]
    assert told == {"type": "addresses.banned", "network": "203.0.113.0/24", "spared": [cast.alice.pk]}


def test_sessions_from_there_end_but_not_those_of_who_stands_above(cast: Cast) -> None:
    for person, ip in ((cast.bob, "203.0.113.7"), (cast.bob, HOME), (cast.alice, "203.0.113.8")):
        UserSession.objects.create(user=person, session_key=f"{person.pk}-{ip}"[:40], ip=ip, user_agent="t")
    assert shared_by("203.0.113.0/24").people == [cast.alice, cast.bob]
    ban(cast)
    assert sorted(UserSession.objects.values_list("ip", flat=True)) == [HOME, "203.0.113.8"]


def test_a_lifted_ban_lets_in(cast: Cast) -> None:
    number = ban(cast, minutes=None)
    assert sign_in("203.0.113.7") == 403
    lift_address_ban(actor=cast.alice, ban_id=number)
    assert sign_in("203.0.113.7") == 200


@pytest.mark.parametrize(
    "text", ["", "everybody", "0.0.0.0/0", "10.0.0.0/7", "::/0", "203.0.113.7/33", f"{HOME}/30"]
)
def test_what_is_no_network(cast: Cast, text: str) -> None:
    with refused("invalid"):
        ban(cast, text)


def test_only_moderators_of_the_instance(cast: Cast) -> None:
    with refused("forbidden"):
        ban_addresses(actor=cast.mona, network="203.0.113.7", reason="x", minutes=1, own_address=HOME)
    assert network_of("203.0.113.7") == "203.0.113.7/32"
