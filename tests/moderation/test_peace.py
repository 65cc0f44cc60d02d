"""Personal peace: hiding people, and saying who may open a conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat.access.peace import hidden_by
from chat.models import Mention
from chat.moderation.peace.actions import hide_person, show_person, take_conversations
from chat.rooms.actions import open_direct
from tests.base import events_of, hearing, membership, refused, say
from tests.cast import Cast


def test_who_is_hidden_names_one_without_being_heard(cast: Cast) -> None:
    with hearing() as heard:
        hide_person(user=cast.mona, person_id=cast.bob.pk)
    assert [one["hidden"] for one in events_of(heard)] == [[cast.bob.pk]]
    assert {group for group, _one in heard} == {f"user.{cast.mona.pk}"}
    message = say(cast.bob, cast.lounge, "@mona @alice look")
    assert list(Mention.objects.values_list("user", flat=True)) == [cast.alice.pk]
    assert message.html.count('class="mention"') == 2
    show_person(user=cast.mona, person_id=cast.bob.pk)
    say(cast.bob, cast.lounge, "@mona look")
    assert Mention.objects.filter(user=cast.mona).exists()


def test_a_hiding_ends_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hide_person(user=cast.mona, person_id=cast.bob.pk, minutes=60)
    assert hidden_by(cast.mona.pk) == [cast.bob.pk]
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(minutes=61))
    assert hidden_by(cast.mona.pk) == []


def test_who_is_hidden_opens_no_conversation_and_the_old_one_falls_silent(cast: Cast) -> None:
    hide_person(user=cast.alice, person_id=cast.bob.pk)
    assert membership(cast.duo, cast.alice).level == "hidden"
    hide_person(user=cast.carol, person_id=cast.bob.pk)
    with refused("forbidden"):
        open_direct(user=cast.bob, people=[cast.carol.pk])
    open_direct(user=cast.carol, people=[cast.bob.pk])
    show_person(user=cast.alice, person_id=cast.bob.pk)
    assert membership(cast.duo, cast.alice).level == "mentions"


@pytest.mark.parametrize(
    ("wish", "bob", "carol"), [("everyone", True, True), ("shared", True, False), ("nobody", False, False)]
)
def test_who_may_open_a_conversation(cast: Cast, wish: str, bob: bool, carol: bool) -> None:
    take_conversations(user=cast.mona, direct_from=wish)
    for person, allowed in ((cast.bob, bob), (cast.carol, carol), (cast.alice, True)):
        if allowed:
            open_direct(user=person, people=[cast.mona.pk])
        else:
            with refused("forbidden"):
                open_direct(user=person, people=[cast.mona.pk])


def test_what_is_no_wish(cast: Cast) -> None:
    with refused("invalid"):
        take_conversations(user=cast.mona, direct_from="cats")
    with refused("invalid"):
        hide_person(user=cast.mona, person_id=cast.mona.pk)
    with refused("not_found"):
        show_person(user=cast.mona, person_id=cast.bob.pk)
    assert User.objects.get(pk=cast.mona.pk).direct_from == "everyone"
