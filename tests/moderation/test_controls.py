"""Room controls: pace, lock, announcements, newcomers, and who appoints whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import FOREVER, User
from chat.messages.actions import edit_message, react
from chat.messages.lines import line_text
from chat.models import AuditEntry, Message
from chat.moderation.controls.actions import Controls, appoint, control_room
from chat.rooms.actions import add_member, remove_member
from tests.base import fresh, membership, no_number_taken, refused, say
from tests.cast import Cast


def control(cast: Cast, **values: object) -> None:
    control_room(user=cast.mona, room_id=cast.lounge.pk, controls=Controls(**values))  # type: ignore[arg-type]


def test_a_slow_room_lets_each_write_once_in_a_while_and_moderators_always(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    control(cast, slow_seconds=60)
    say(cast.bob, cast.lounge)
    with refused("slow_mode", cast.lounge) as caught:
        say(cast.bob, cast.lounge)
    assert 0 < caught.value.extra["retry_after"] <= 60
    say(cast.gus, cast.lounge)
    say(cast.mona, cast.lounge)
    say(cast.mona, cast.lounge)
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(seconds=61))
    say(cast.bob, cast.lounge)


def test_a_locked_room_is_read_and_a_lock_ends_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    message = say(cast.bob, cast.lounge)
    control(cast, locked_until=timezone.now() + timedelta(minutes=5))
    with refused("read_only", cast.lounge) as caught:
        say(cast.bob, cast.lounge)
    assert caught.value.extra["until"]
    with refused("read_only", cast.lounge):
        react(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, emoji="👍", present=True)
    say(cast.mona, cast.lounge)
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(minutes=6))
    say(cast.bob, cast.lounge)


def test_where_only_moderators_write_others_react(cast: Cast) -> None:
    message = say(cast.bob, cast.lounge)
    control(cast, posting="moderators")
    with refused("read_only", cast.lounge):
        say(cast.bob, cast.lounge)
    with refused("read_only", cast.lounge):
        edit_message(
            user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, base=message.seq, text="I say"
        )
    react(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, emoji="👍", present=True)


def test_links_and_mentions_of_newcomers_wait(cast: Cast) -> None:
    control(cast, newcomer_days=3)
    message = say(cast.bob, cast.lounge)
    for text in ("https://example.org/", "[a](https://example.org/)", "@mona look"):
        with refused("forbidden", cast.lounge):
            say(cast.bob, cast.lounge, text)
    with refused("forbidden", cast.lounge):  # nor by an edit
        edit_message(
            user=cast.bob,
            room_id=cast.lounge.pk,
            message_id=message.pk,
            base=message.seq,
            text="https://a.example",
        )
    say(cast.mona, cast.lounge, "https://example.org/")
    User.objects.filter(pk=cast.bob.pk).update(joined_at=timezone.now() - timedelta(days=3))
    say(cast.bob, cast.lounge, "https://example.org/ @mona")


def test_one_message_names_no_crowd(cast: Cast) -> None:
    control(cast, most_mentions=2)
    say(cast.bob, cast.lounge, "@mona @alice")
    with refused("forbidden", cast.lounge):
        say(cast.bob, cast.lounge, "@mona @alice @gus")
    say(cast.mona, cast.lounge, "@bob @alice @gus")


def test_every_change_is_a_line_of_the_room_and_an_entry_of_the_log(cast: Cast) -> None:
    control(cast, slow_seconds=30, locked_until=FOREVER, posting="moderators")
    lines = [line_text(one.arguments) for one in Message.objects.in_room(cast.lounge.pk).order_by("seq")]
    assert lines == [
        "Mona made this a room for announcements",
        "Mona closed the room for writing",
        "Mona set 30 seconds between two messages of one person",
    ]
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {
        "room_posting",
        "room_locked_until",
        "room_slow_seconds",
    }
    with no_number_taken(cast.lounge):
        control(cast, slow_seconds=30, locked_until=FOREVER, posting="moderators")


@pytest.mark.parametrize("who", ["bob", "trent", "gus", "carol"])
def test_members_control_nothing(cast: Cast, who: str) -> None:
    code = "not_found" if who == "carol" else "forbidden"
    with refused(code, cast.workshop):
        control_room(user=getattr(cast, who), room_id=cast.workshop.pk, controls=Controls(slow_seconds=30))


@pytest.mark.parametrize("values", [{"posting": "dogs"}, {"slow_seconds": -1}, {"newcomer_days": 9999}])
def test_what_no_room_can_be(cast: Cast, values: dict[str, object]) -> None:
    with refused("invalid", cast.lounge):
        control(cast, **values)


def test_owners_appoint_and_moderators_do_not(cast: Cast) -> None:
    appoint(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.bob.pk, role="moderator")
    assert membership(cast.workshop, cast.bob).role == "moderator"
    line = Message.objects.in_room(cast.workshop.pk).get(seq=fresh(cast.workshop).seq)
    assert line_text(line.arguments) == "Alice made Bob a moderator"
    assert AuditEntry.objects.get().after == {"role": "moderator"}
    for who in (cast.mona, cast.bob, cast.gus):
        with refused("forbidden", cast.workshop):
            appoint(user=who, room_id=cast.workshop.pk, user_id=cast.trent.pk, role="moderator")


def test_nobody_changes_their_own_rank_and_an_owner_stays(cast: Cast) -> None:
    admin = User.objects.get(pk=cast.mona.pk)
    admin.role = "administrator"
    admin.save()
    with refused("forbidden", cast.workshop):
        appoint(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.alice.pk, role="member")
    with refused("forbidden", cast.workshop):
        appoint(user=admin, room_id=cast.workshop.pk, user_id=cast.alice.pk, role="member")
    assert membership(cast.workshop, cast.alice).role == "owner"


def test_who_was_removed_comes_back_by_a_moderator_only(cast: Cast) -> None:
    remove_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.gus.pk)
    with refused("forbidden", cast.workshop):
        add_member(user=cast.bob, room_id=cast.workshop.pk, user_id=cast.gus.pk)
    add_member(user=cast.mona, room_id=cast.workshop.pk, user_id=cast.gus.pk)
    assert membership(cast.workshop, cast.gus).is_active
