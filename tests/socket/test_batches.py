"""What the hub fills a hole with: whole changes, in order, and never so much that it closes those who read it."""

from __future__ import annotations

import json

from django.conf import settings
from pytest_django import Settings

from chat.messages.actions import edit_message
from chat.models import Message
from chat.socket.reads import read_gap
from tests.base import say
from tests.cast import Cast


def test_a_hole_is_filled_in_parts_that_no_window_chokes_on(cast: Cast, settings: Settings) -> None:
    settings.LIMITS_ON = False
    for _each in range(12):
        say(cast.bob, cast.workshop, "\n\n".join(["**x** `y`"] * 800))
    after, seen = 1, []
    while after < 13:
        gap = read_gap(cast.workshop.pk, after, [cast.bob.pk])
        assert gap.text is not None
        batch = json.loads(gap.text)
        assert batch["from"] == after
        assert batch["upto"] == gap.upto > after
        assert gap.head == 13
        assert len(batch["events"]) == 1 or len(gap.text) <= settings.CHAT.answer_bytes + 1_000
        seen += [event["seq"] for event in batch["events"]]
        after = gap.upto
    assert seen == list(range(2, 14))


def test_a_small_hole_is_one_part_with_who_may_have_it(cast: Cast) -> None:
    say(cast.bob, cast.workshop)
    say(cast.bob, cast.workshop)
    gap = read_gap(cast.workshop.pk, 1, [cast.bob.pk, cast.carol.pk, cast.erin.pk])
    assert gap.text is not None
    assert len(gap.text) < settings.CHAT.answer_bytes
    assert (gap.upto, gap.head) == (3, 3)
    assert (gap.rights.acl, gap.rights.members) == (1, {cast.bob.pk})


def test_a_hole_says_whom_an_edit_in_it_named_for_the_first_time(cast: Cast) -> None:
    """By what the text was before the hole; of a message that is new in the hole, everybody hears anyway."""
    old, plain = say(cast.bob, cast.workshop, "@mona look"), say(cast.bob, cast.workshop, "as it was")
    after = plain.seq
    new = say(cast.bob, cast.workshop, "a new one")
    for message, text in (
        (old, "@gus look"),
        (old, "@mona and @gus `@alice` look"),
        (new, "@gus, a new one"),
    ):
        base = Message.objects.get(pk=message.pk).changed_seq
        edit_message(user=cast.bob, room_id=cast.workshop.pk, message_id=message.pk, base=base, text=text)
    gap = read_gap(cast.workshop.pk, after, [cast.bob.pk])
    assert gap.text is not None
    named = {event["message"]["id"]: event.get("newly_mentioned") for event in json.loads(gap.text)["events"]}
    assert named == {old.pk: [cast.gus.pk], new.pk: None}
