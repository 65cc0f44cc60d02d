"""What is asked of a room costs the database the same however old the room is: counted in its steps, not in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bench.town import add_messages
from chat.messages.queries import changes_after, last_page, page_around, page_before
from chat.models import Membership, Message, Room
from chat.reading.queries import places_of
from chat.rooms.queries import directory_of, messages_per_day
from chat.rooms.sidebar import sidebar_of
from tests.cast import Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="counts SQLite's steps"),
]

A_DAY = 10  # messages
STEPS = 100
AGED = """
    UPDATE chat_message
    SET created_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now', '-' || ((%s - seq) * 8640) || ' seconds')
    WHERE room_id = %s
"""


def lived(cast: Cast, days: int) -> Cast:
    """The lounge has ten messages of each of so many days up to now; bob has not read the last five."""
    room, count = cast.lounge.pk, days * A_DAY
    Message.objects.in_room(room).delete()
    add_messages(room, cast.alice.pk, count)
    with connection.cursor() as cursor:
        cursor.execute(AGED, [count, room])
    Membership.objects.filter(room=room).update(read_seq=count - 5)
    Room.objects.filter(pk=room).update(changed_at=timezone.now())
    return cast


def head(cast: Cast) -> int:
    return Room.objects.get(pk=cast.lounge.pk).seq


ASKED: dict[str, Callable[[Cast], Any]] = {
    "the last page": lambda cast: last_page(cast.lounge.pk, cast.bob.pk, 50),
    "a page in the middle": lambda cast: page_before(cast.lounge.pk, cast.bob.pk, head(cast) // 2, 50),
    "around a message": lambda cast: page_around(cast.lounge.pk, cast.bob.pk, head(cast) // 2, 25),
    "catching up": lambda cast: changes_after(cast.lounge.pk, head(cast) - 20, 100),
    "the places of hello": lambda cast: places_of(cast.bob.pk),
    "the list of rooms": lambda cast: sidebar_of(cast.bob),
    "the directory": lambda cast: directory_of(cast.bob),
}


def steps_of(work: Callable[[], Any]) -> int:
    """Hundreds of instructions of SQLite's machine."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, STEPS)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


def costs(cast: Cast) -> dict[str, int]:
    return {name: steps_of(partial(ask, cast)) for name, ask in ASKED.items()}


def test_nothing_costs_more_in_an_old_room_than_in_a_young_one(cast: Cast) -> None:
    young = costs(lived(cast, 30))
    old = costs(lived(cast, 240))
    assert {name: (young[name], old[name]) for name in ASKED if old[name] > 1.5 * young[name] + 10} == {}


def test_the_directory_counts_whole_local_days(cast: Cast) -> None:
    lived(cast, 30)
    days = messages_per_day([cast.lounge.pk, cast.workshop.pk])[cast.lounge.pk]
    assert days[:13] == [A_DAY] * 13
    assert 0 <= days[13] <= A_DAY
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=13)
    assert sum(days) == Message.objects.in_room(cast.lounge.pk).filter(created_at__gte=since).count()


def test_what_is_gone_or_said_by_the_system_is_not_counted(cast: Cast) -> None:
    lived(cast, 20)
    before = sum(messages_per_day([cast.lounge.pk])[cast.lounge.pk])
    gone, line = Message.objects.in_room(cast.lounge.pk).order_by("-seq")[:2]
    Message.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    Message.objects.filter(pk=line.pk).update(kind=Message.Kind.SYSTEM)
    assert sum(messages_per_day([cast.lounge.pk])[cast.lounge.pk]) == before - 2


def test_a_room_where_nobody_wrote_has_empty_days(cast: Cast) -> None:
    assert messages_per_day([cast.lounge.pk])[cast.lounge.pk] == [0] * 14
