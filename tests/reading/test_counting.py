"""What is unread and what names one: the numbers of `hello` and of the sidebar."""

from __future__ import annotations

from chat.messages.actions import delete_message, edit_message
from chat.reading.queries import places_of, unread_mentions
from chat.rooms.actions import rename_room
from chat.rooms.sidebar import sidebar_of
from tests.base import membership, say
from tests.cast import Cast


def mentions(cast: Cast, who: str) -> int:
    return unread_mentions(getattr(cast, who).pk, [cast.workshop.pk]).get(cast.workshop.pk, 0)


def test_hello_knows_head_newest_message_position_and_mentions_of_each_room(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "@bob look")
    rename_room(user=cast.mona, room_id=cast.workshop.pk, name="Boat shed")
    say(cast.alice, cast.duo)
    assert sorted(place[:5] for place in places_of(cast.bob.pk)) == sorted(
        [
            (cast.lounge.pk, 0, 0, 0, 0),
            (cast.workshop.pk, 3, 2, 1, 1),
            (cast.duo.pk, 1, 1, 0, 1),
        ]
    )
    assert places_of(cast.carol.pk) == []
    assert [row[0] for row in places_of(cast.erin.pk)] == [cast.lounge.pk]


def test_each_person_counts_from_their_own_position(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "@bob @mona")
    say(cast.bob, cast.workshop, "@mona")  # bob has read up to here
    say(cast.alice, cast.workshop, "@bob @mona")
    assert (mentions(cast, "bob"), mentions(cast, "mona"), mentions(cast, "gus")) == (1, 3, 0)


def test_a_line_of_the_system_leaves_nothing_unread(cast: Cast) -> None:
    rename_room(user=cast.mona, room_id=cast.workshop.pk, name="Boat shed")
    row = sidebar_of(cast.bob).row(cast.workshop.pk)
    assert row is not None
    assert (row.seq, row.last, row.read, row.unread) == (2, 0, 1, False)


def test_deleting_and_editing_take_mentions_back(cast: Cast) -> None:
    first, second = (say(cast.alice, cast.workshop, "@bob") for _each in range(2))
    assert mentions(cast, "bob") == 2
    delete_message(user=cast.alice, room_id=cast.workshop.pk, message_id=first.pk)
    edit_message(user=cast.alice, room_id=cast.workshop.pk, message_id=second.pk, base=3, text="nobody")
    assert mentions(cast, "bob") == 0


def test_an_edit_that_names_somebody_who_has_read_on_does_not_bring_the_room_back(cast: Cast) -> None:
    first = say(cast.alice, cast.workshop, "nobody")
    say(cast.bob, cast.workshop)
    edit_message(user=cast.alice, room_id=cast.workshop.pk, message_id=first.pk, base=2, text="@bob")
    assert mentions(cast, "bob") == 0


def test_in_a_direct_room_every_message_of_another_counts(cast: Cast) -> None:
    first = say(cast.alice, cast.duo)
    say(cast.alice, cast.duo)
    assert unread_mentions(cast.bob.pk, [cast.duo.pk]) == {cast.duo.pk: 2}
    assert unread_mentions(cast.alice.pk, [cast.duo.pk]) == {}
    delete_message(user=cast.alice, room_id=cast.duo.pk, message_id=first.pk)
    assert unread_mentions(cast.bob.pk, [cast.duo.pk]) == {cast.duo.pk: 1}


def test_the_sidebar_sorts_pinned_first_and_says_what_is_unread(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "@bob")
    pinned = membership(cast.workshop, cast.bob)
    pinned.pinned = True
    pinned.save()
    sidebar = sidebar_of(cast.bob, current=cast.lounge.pk)
    assert [(row.name, row.unread, row.mentions, row.current) for row in sidebar.rooms] == [
        ("Workshop", True, 1, False),
        ("Lounge", False, 0, True),
    ]
    assert [row.name for row in sidebar.directs] == []  # alice opened it and wrote nothing


def test_of_rooms_one_was_shown_out_of_nothing_is_counted(cast: Cast) -> None:
    say(cast.alice, cast.workshop, "@erin")
    assert sidebar_of(cast.erin).row(cast.workshop.pk) is None
    assert mentions(cast, "erin") == 0
