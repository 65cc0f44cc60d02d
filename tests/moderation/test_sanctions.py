"""Sanctions: what they close, when they are over, who may put them on whom, and what taking back brings back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.actions import make_invitation
from accounts.models import FOREVER, Invitation, User
from chat.access.gates import access_room
from chat.access.permissions import Permission
from chat.audit.queries import verify
from chat.models import AuditEntry, Membership, Notice, Room, Sanction
from chat.moderation.sanctions.actions import impose, lift
from chat.rooms.actions import join_room
from tests.base import events_of, fresh, hearing, membership, refused, say
from tests.cast import Cast, add_person


def sanction(cast: Cast, kind: str, person: User, **values: Any) -> Sanction:
    values = {"actor": cast.alice, "reason": "shouting", **values}
    return impose(person_id=person.pk, kind=kind, **values)


def test_a_muted_person_reads_and_does_not_write_until_the_time_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(cast.bob, cast.lounge)
    sanction(cast, "mute", cast.bob, room_id=cast.lounge.pk, minutes=10)
    with refused("read_only", cast.lounge) as caught:
        say(cast.bob, cast.lounge)
    assert "muted" in str(caught.value.detail)
    assert caught.value.extra["until"]
    assert access_room(cast.bob, cast.lounge.pk).may(Permission.READ)
    say(cast.bob, cast.workshop)
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(minutes=11))
    assert say(cast.bob, cast.lounge).author == cast.bob


def test_a_mute_everywhere_closes_every_room(cast: Cast) -> None:
    sanction(cast, "mute", cast.bob, minutes=10)
    for room in (cast.lounge, cast.workshop, cast.duo):
        with refused("read_only", room):
            say(cast.bob, room)


def test_leaving_and_coming_back_lifts_no_mute(cast: Cast) -> None:
    sanction(cast, "mute", cast.bob, room_id=cast.lounge.pk)
    membership(cast.lounge, cast.bob)
    Membership.objects.filter(room=cast.lounge, user=cast.bob).update(state="left")
    join_room(user=cast.bob, room_id=cast.lounge.pk)
    with refused("read_only", cast.lounge):
        say(cast.bob, cast.lounge)


def test_a_ban_from_a_room_ends_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sanction(cast, "room_ban", cast.bob, room_id=cast.lounge.pk, minutes=60)
    with refused("not_found"):
        join_room(user=cast.bob, room_id=cast.lounge.pk)
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(minutes=61))
    join_room(user=cast.bob, room_id=cast.lounge.pk)
    assert membership(cast.lounge, cast.bob).is_active


def test_who_never_was_in_a_room_can_be_banned_from_it(cast: Cast) -> None:
    sanction(cast, "room_ban", cast.carol, room_id=cast.lounge.pk)
    with refused("not_found"):
        join_room(user=cast.carol, room_id=cast.lounge.pk)


def test_a_ban_ends_sessions_and_invitations_and_the_undo_brings_the_invitations_back(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(role="moderator")
    invitation = make_invitation(User.objects.get(pk=cast.bob.pk))
    UserSession.objects.create(user=cast.bob, session_key="x" * 32, ip="203.0.113.7", user_agent="t")
    acl = fresh(cast.lounge).acl_version
    with hearing() as heard:
        made = sanction(cast, "ban", cast.bob)
    assert not UserSession.objects.filter(user=cast.bob).exists()
    assert not Invitation.objects.live().filter(pk=invitation.pk).exists()
    assert not User.objects.get(pk=cast.bob.pk).is_active
    assert fresh(cast.lounge).acl_version == acl + 1
    assert [one for _group, one in heard if one["type"] == "user.ended" and one["code"] == 4401]

    lift(actor=cast.alice, sanction_id=made.pk)
    assert User.objects.get(pk=cast.bob.pk).is_active
    assert Invitation.objects.live().filter(pk=invitation.pk).exists()


def test_a_banned_person_is_no_listener(cast: Cast) -> None:
    sanction(cast, "ban", cast.bob)
    listening = Membership.objects.listening().filter(room=cast.lounge)
    assert cast.bob.pk not in listening.values_list("user_id", flat=True)
    assert cast.mona.pk in listening.values_list("user_id", flat=True)


def test_a_suspended_person_still_reads(cast: Cast) -> None:
    sanction(cast, "suspend", cast.bob, minutes=60)
    assert access_room(cast.bob, cast.lounge.pk).may(Permission.READ)
    with refused("read_only", cast.lounge):
        say(cast.bob, cast.lounge)


def test_the_undo_of_a_removal_brings_back_the_place(cast: Cast) -> None:
    before = Membership.objects.filter(room=cast.workshop, user=cast.mona).values().get()
    made = sanction(cast, "remove", cast.mona, room_id=cast.workshop.pk)
    assert membership(cast.workshop, cast.mona).role == "member"
    lift(actor=cast.alice, sanction_id=made.pk)
    after = Membership.objects.filter(room=cast.workshop, user=cast.mona).values().get()
    assert {**after, "changed_seq": 0} == {**before, "changed_seq": 0}


def test_of_two_mutes_the_later_one_counts_and_lifting_it_frees(cast: Cast) -> None:
    sanction(cast, "mute", cast.bob)
    second = sanction(cast, "mute", cast.bob, minutes=10)
    until = User.objects.get(pk=cast.bob.pk).muted_until
    assert until is not None
    assert until < FOREVER
    lift(actor=cast.alice, sanction_id=second.pk)
    assert User.objects.get(pk=cast.bob.pk).muted_until is None


WHO = """
actor  kind      target  where     allowed
mona   mute      bob     workshop  yes
mona   room_ban  bob     workshop  yes
mona   mute      alice   workshop  no
mona   mute      bob     -         no
mona   ban       bob     -         no
bob    mute      gus     workshop  no
alice  ban       mona    -         yes
alice  suspend   bob     -         yes
alice  mute      alice   -         no
carol  mute      bob     workshop  no
imod   ban       bob     -         yes
imod   ban       iadm    -         no
imod   mute      iadm    -         no
iadm   suspend   imod    -         yes
iadm   ban       alice   -         no
imod   mute      bob     workshop  no
"""


@pytest.mark.parametrize("row", WHO.strip().splitlines()[1:])
def test_only_those_below(cast: Cast, row: str) -> None:
    actor, kind, target, where, allowed = row.split()
    staff = {
        "imod": add_person("imod", role="moderator"),
        "iadm": add_person("iadm", role="administrator"),
    }
    who, whom = (staff.get(one) or getattr(cast, one) for one in (actor, target))
    room: Room | None = None if where == "-" else getattr(cast, where)
    values = {"actor": who, "room_id": room.pk if room else None}
    if allowed == "yes":
        assert sanction(cast, kind, whom, **values).user == whom
    else:
        with refused("not_found" if actor in ("carol", "imod") and room else "forbidden"):
            sanction(cast, kind, whom, **values)
        assert not Sanction.objects.exists()
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("mute", {"reason": "  "}),
        ("dance", {}),
        ("ban", {"room_id": 1}),
        ("remove", {}),
        ("mute", {"minutes": 0}),
        ("mute", {"minutes": 10**9}),
    ],
)
def test_what_is_no_sanction(cast: Cast, kind: str, values: dict[str, Any]) -> None:
    with refused("invalid"):
        sanction(cast, kind, cast.bob, **values)


def test_every_act_is_told_and_recorded(cast: Cast) -> None:
    with hearing() as heard:
        made = sanction(cast, "mute", cast.bob, room_id=cast.lounge.pk, minutes=10)
        lift(actor=cast.alice, sanction_id=made.pk, reason="a mistake")
    told = [one for one in events_of(heard) if one["type"] == "sanction.changed"]
    assert [(one["kind"], one["room"], one["lifted"]) for one in told] == [
        ("mute", cast.lounge.pk, False),
        ("mute", cast.lounge.pk, True),
    ]
    assert list(Notice.objects.filter(user=cast.bob).values_list("act", flat=True)) == ["mute", "mute_lifted"]
    acts = list(AuditEntry.objects.values_list("act", "actor", "target", "reason"))
    assert acts == [
        ("mute", cast.alice.pk, cast.bob.pk, "shouting"),
        ("mute_lifted", cast.alice.pk, cast.bob.pk, "a mistake"),
    ]
    assert verify()[2] is None


def test_a_repeated_undo_changes_nothing(cast: Cast) -> None:
    made = sanction(cast, "room_ban", cast.bob, room_id=cast.lounge.pk)
    lift(actor=cast.alice, sanction_id=made.pk)
    seq = fresh(cast.lounge).seq
    lift(actor=cast.alice, sanction_id=made.pk)
    assert fresh(cast.lounge).seq == seq
    assert membership(cast.lounge, cast.bob).is_active
