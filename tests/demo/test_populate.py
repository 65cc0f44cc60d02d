"""`manage.py populate`: a believable instance, every invariant kept."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Instance, User
from accounts.names import skeleton
from chat.models import Membership, Mention, Message, Reaction, RemovedMessage, Room
from chat.text import Person, render

pytestmark = pytest.mark.django_db

Kind, State = Message.Kind, Room.State


def populate(**options: Any) -> str:
    out = StringIO()
    small = {"users": 12, "rooms": 6, "directs": 4, "members": 6, "messages": 400, "seed": 7}
    call_command("populate", stdout=out, **{**small, **options})
    return out.getvalue()


def demo_rooms() -> list[Room]:
    return list(Room.objects.exclude(is_default=True))


def test_an_empty_instance_gets_an_owner_whose_password_is_shown_once() -> None:
    shown = populate()
    ana = User.objects.get(role="owner")
    assert Instance.current() is not None
    assert f"Sign in as {ana.handle} with the password" in shown
    assert ana.check_password(shown.split("with the password ")[1].split()[0])
    assert Membership.objects.filter(user=ana, room__in=demo_rooms()).count() >= 6


def test_an_instance_in_use_keeps_its_people_out_of_the_demo() -> None:
    populate()
    before = set(User.objects.values_list("pk", flat=True))
    rooms = set(Room.objects.values_list("pk", flat=True))
    assert "password" not in populate(seed=8)
    later = Membership.objects.exclude(room__in=rooms)
    assert later.exists()
    assert not later.filter(user__in=before).exists()
    assert not Membership.objects.filter(room__in=rooms).exclude(user__in=before).exists()


def test_everybody_asked_for_is_there_and_in_exactly_the_rooms_it_makes() -> None:
    populate()
    assert User.objects.exclude(role="owner").count() == 12
    people = Membership.objects.exclude(user__role="owner")
    assert not people.filter(room__is_default=True).exists()
    sizes = Counter(people.exclude(room__kind="direct").values_list("room_id", flat=True))
    assert set(sizes.values()) == {6}
    assert len(sizes) == 6


def test_exactly_so_many_messages_are_written() -> None:
    populate()
    assert Message.objects.filter(room__in=demo_rooms(), kind=Kind.TEXT).count() == 400


def test_numbers_have_no_gap_and_no_double() -> None:
    populate()
    for room in demo_rooms():
        messages = list(room.messages.order_by("seq"))
        births = [one.seq for one in messages]
        changes = [one.changed_seq for one in messages]
        assert len(set(births)) == len(births)
        assert len(set(changes)) == len(changes)
        assert max(changes, default=0) == room.seq
        assert all(one.seq <= one.changed_seq for one in messages)
        # Every number was a birth or a change; unchanged messages carry their birth.
        assert len(births) <= room.seq


def test_the_newest_living_message_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.demo.story.DELETIONS", 0.5)
    populate()
    for room in demo_rooms():
        living = room.messages.filter(deleted_at=None, kind=Kind.TEXT).order_by("-seq").first()
        assert room.last_seq == (living.seq if living else 0)


def test_read_positions_lie_within_the_room_and_own_messages_are_read() -> None:
    populate()
    for place in Membership.objects.filter(room__in=demo_rooms()).select_related("room"):
        assert place.since_seq <= place.read_seq <= place.room.seq
        own = place.room.messages.filter(author=place.user, kind=Kind.TEXT).order_by("-seq").first()
        assert own is None or own.seq <= place.read_seq


def test_somebody_has_something_unread() -> None:
    populate()
    assert any(one.read_seq < one.room.last_seq for one in Membership.objects.select_related("room"))


def test_html_is_what_the_renderer_makes() -> None:
    populate()
    people = {one.handle: Person(one.pk, one.handle, one.display_name) for one in User.objects.all()}
    for message in Message.objects.filter(deleted_at=None, kind=Kind.TEXT):
        rendered = render(message.source, people=people)
        assert message.html == rendered.html
        assert set(message.mentions.values_list("user_id", flat=True)) == set(rendered.mentions)


def test_tombstones_are_empty_and_what_others_removed_is_in_the_bin() -> None:
    populate(messages=1500)
    gone = Message.objects.exclude(deleted_at=None)
    assert gone.exists()
    assert not gone.exclude(source="", html="").exists()
    assert not Reaction.objects.filter(message__in=gone).exists()
    assert not Mention.objects.filter(message__in=gone).exists()
    binned = set(RemovedMessage.objects.values_list("message_id", flat=True))
    assert binned == {one.pk for one in gone if one.deleted_by_id != one.author_id}


def test_the_talk_spreads_over_two_weeks_in_order_and_never_into_the_future() -> None:
    populate()
    for room in demo_rooms():
        times = list(room.messages.order_by("seq").values_list("created_at", flat=True))
        assert times == sorted(times)
        assert all(moment <= timezone.now() for moment in times)
    days = set(Message.objects.filter(kind=Kind.TEXT).values_list("created_at__date", flat=True))
    assert len(days) >= 8


def test_it_has_something_of_everything() -> None:
    populate(messages=1500, rooms=10)
    texts = Message.objects.filter(kind=Kind.TEXT)
    assert Room.objects.filter(state=State.ARCHIVED).count() == 1
    assert Room.objects.filter(kind="direct").exists()
    assert Reaction.objects.exists()
    assert Mention.objects.exists()
    assert texts.exclude(edited_at=None).filter(revisions__isnull=False).exists()
    assert texts.exclude(reply_to=None).exists()
    assert texts.filter(html__contains='<pre tabindex="0">').exists()
    for script in (r"[一-鿿]", r"[ء-ي]"):
        assert texts.filter(source__regex=script).exists()


def test_handles_and_skeletons_are_well_formed_also_the_second_time() -> None:
    populate(users=60)
    populate(users=60)
    for person in User.objects.all():
        assert person.handle_skeleton == skeleton(person.handle)
        person.full_clean(exclude=["password", "email"])


def test_the_same_seed_tells_the_same_story() -> None:
    populate(seed=3)
    first = list(
        Message.objects.filter(kind=Kind.TEXT).order_by("created_at").values_list("source", flat=True)
    )
    known = set(Message.objects.values_list("pk", flat=True))
    owner = User.objects.get(role="owner")
    populate(seed=3, host=owner.handle)
    again = Message.objects.exclude(pk__in=known).filter(kind=Kind.TEXT).order_by("created_at")
    assert len(again) == len(first)


def test_cookies_sign_in_each_person(tmp_path: Path, client: Any) -> None:
    file = tmp_path / "cookies"
    populate(cookies=file)
    lines = file.read_text().splitlines()
    assert len(lines) == 12
    assert file.stat().st_mode & 0o077 == 0
    name, key = lines[0].split("=")
    session = SessionStore(key).load()
    person = User.objects.get(pk=session["_auth_user_id"])
    assert session["_auth_user_hash"] == person.get_session_auth_hash()
    client.cookies[name] = key
    assert client.get("/rooms/").status_code in (200, 302)


def test_nobody_by_that_name_is_said_plainly() -> None:
    with pytest.raises(CommandError, match="Nobody here is called ghost"):
        populate(host="ghost")
    with pytest.raises(CommandError, match="negative"):
        populate(users=-1)
