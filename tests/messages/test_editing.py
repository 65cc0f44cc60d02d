"""message.edit: one's own text, kept as a revision; a stale base is a conflict that shows the present text."""

from __future__ import annotations

import pytest

from accounts.models import User
from chat.messages.actions import delete_message, edit_message, react
from chat.models import Membership, Mention, Message
from chat.rooms.actions import archive_room
from tests.base import events_of, fresh, hearing, no_number_taken, refused, say
from tests.cast import Cast


def edit(user: User, message: Message, text: str, *, base: int | None = None) -> None:
    edit_message(
        user=user,
        room_id=message.room_id,
        message_id=message.pk,
        base=message.changed_seq if base is None else base,
        text=text,
    )
    message.refresh_from_db()


def test_an_edit_replaces_the_text_keeps_the_place_and_takes_a_number(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "frist")
    with hearing() as heard:
        edit(cast.bob, message, "**first**")
    assert (message.seq, message.changed_seq, message.source) == (2, 3, "**first**")
    assert "<strong>" in message.html
    assert message.edited_at is not None
    assert fresh(cast.workshop).last_seq == 2  # an edit leaves nothing unread
    (event,) = events_of(heard)
    assert (event["type"], event["seq"], event["message"]["seq"]) == ("message.updated", 3, 2)


def test_what_it_said_before_is_kept_with_the_number_of_the_edit(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "one")
    edit(cast.bob, message, "two")
    edit(cast.bob, message, "three")
    assert list(message.revisions.order_by("seq").values_list("seq", "source")) == [(3, "one"), (4, "two")]


@pytest.mark.parametrize("who", ["carol", "erin"])
def test_outside_the_room_there_is_no_message_to_edit(cast: Cast, who: str) -> None:
    message = say(cast.bob, cast.workshop)
    outsider = getattr(cast, who)
    assert not Membership.objects.active().filter(room=cast.workshop, user=outsider).exists()
    with refused("not_found", cast.workshop):
        edit(outsider, message, "mine now")


@pytest.mark.parametrize("who", ["alice", "mona", "gus", "robo"])
def test_nobody_edits_what_another_wrote(cast: Cast, who: str) -> None:
    message = say(cast.bob, cast.workshop)
    with refused("forbidden", cast.workshop):
        edit(getattr(cast, who), message, "mine now")


def test_an_author_who_may_now_only_read_edits_no_more(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    Membership.objects.filter(room=cast.workshop, user=cast.bob).update(role="read_only")
    with refused("read_only", cast.workshop):
        edit(cast.bob, message, "still mine")


def test_an_author_who_left_edits_no_more(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    Membership.objects.filter(room=cast.workshop, user=cast.bob).update(state="left")
    with refused("not_found", cast.workshop):
        edit(cast.bob, message, "still mine")


def test_nothing_is_edited_in_an_archived_room(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    archive_room(user=cast.alice, room_id=cast.workshop.pk, archived=True)
    with refused("read_only", cast.workshop):
        edit(cast.bob, message, "too late")


def test_a_message_is_not_reached_through_another_room(cast: Cast) -> None:
    message = say(cast.bob, cast.duo)
    with refused("not_found", cast.workshop):
        edit_message(
            user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk, base=message.seq, text="moved"
        )


def test_lines_of_the_system_are_nobodys_to_edit(cast: Cast) -> None:
    line = Message.objects.get(room=cast.workshop, kind="system")
    assert line.author == cast.alice
    with refused("forbidden", cast.workshop):
        edit(cast.alice, line, "I did nothing")


def test_a_stale_base_is_a_conflict_with_the_present_text(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "one")
    edit(cast.bob, message, "two, from the other tab")
    with refused("conflict", cast.workshop) as caught:
        edit(cast.bob, message, "two, from this tab", base=message.seq)
    assert caught.value.extra["current"] == {"source": "two, from the other tab", "changed_seq": 3}
    edit(cast.bob, message, "merged", base=3)
    assert message.source == "merged"


def test_a_reaction_in_between_is_no_conflict(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "one")
    base = message.changed_seq
    react(user=cast.mona, room_id=cast.workshop.pk, message_id=message.pk, emoji="👍", present=True)
    edit(cast.bob, message, "two", base=base)
    assert message.source == "two"
    assert message.reactions.count() == 1


def test_the_same_text_changes_nothing_even_when_it_is_stale(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "one")
    edit(cast.bob, message, "two")
    with no_number_taken(cast.workshop):
        edit(cast.bob, message, "two", base=2)  # the answer to the first was lost, and it is repeated
    assert message.revisions.count() == 1


def test_a_deleted_message_is_not_edited(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    delete_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk)
    with refused("not_found", cast.workshop):
        edit(cast.bob, message, "back from the dead")


def test_mentions_follow_the_text(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "@mona @gus")
    edit(cast.bob, message, "@gus @alice @carol")
    rows = Mention.objects.filter(message=message).values_list("user__handle", "seq")
    assert sorted(rows) == [("alice", message.seq), ("gus", message.seq)]


@pytest.mark.parametrize(
    ("text", "code"), [("", "invalid"), ("  ", "invalid"), ("\ud800", "invalid"), ("x" * 10_001, "too_large")]
)
def test_texts_that_cannot_be_stored_are_refused(cast: Cast, text: str, code: str) -> None:
    message = say(cast.bob, cast.workshop, "one")
    with refused(code, cast.workshop):
        edit(cast.bob, message, text)


@pytest.mark.parametrize("base", [0, 2**53])
def test_a_base_that_never_was_harms_nobody(cast: Cast, base: int) -> None:
    message = say(cast.bob, cast.workshop, "one")
    edit(cast.bob, message, "two", base=base)
    assert message.changed_seq == 3


def test_an_edit_says_whom_it_names_for_the_first_time(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop, "@mona look")
    with hearing() as heard:
        edit(cast.bob, message, "@mona and @gus look")
        edit(cast.bob, message, "@mona and @gus, look here")
    assert [event.get("newly_mentioned") for event in events_of(heard)] == [[cast.gus.pk], None]
