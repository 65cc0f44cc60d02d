"""People, rooms and history for a benchmark, in a few statements. Runs inside Django: `python -m bench.town`.

Reads a JSON object from standard input and prints one. `people`: how many. `rooms`: rooms of their own; person number
i is in room i mod rooms. `shared`: further rooms that everybody is in. `messages`: how many in the first room
`shared_messages`: how many in each of the shared ones. `read`: everybody has read them.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from typing import Any

import django

AT_ONCE = 5_000
LINE = "<p>The tide is low at {n}, and the boats lie on the mud until the evening.</p>"


def build(
    *,
    people: int,
    rooms: int = 1,
    shared: int = 0,
    messages: int = 0,
    shared_messages: int = 0,
    read: bool = False,
) -> dict[str, Any]:
    """Makes it all and tells the cookies, in the order of the people, and the ids of the rooms."""
    from accounts.models import Instance
    from chat.models import Membership, Room

    if Instance.current() is None:
        Instance.objects.create(name="Benchmark")
    users = add_people(people)
    own = [Room(kind="open", name=f"Room {n}", created_by=users[0]) for n in range(rooms)]
    common = [Room(kind="open", name=f"Common {n}", created_by=users[0]) for n in range(shared)]
    Room.objects.bulk_create([*own, *common], batch_size=AT_ONCE)
    add_members(users, own, common)
    if messages:
        add_messages(own[0].pk, users[0].pk, messages)
    if shared_messages:
        for room in common:
            add_messages(room.pk, users[0].pk, shared_messages)
    if read:
        Membership.objects.update(read_seq=max(messages, shared_messages))
    return {"cookies": sign_in(users), "rooms": [room.pk for room in own]}


def add_people(count: int) -> list[Any]:
    from accounts.models import User

    mark = secrets.token_hex(3)
    users = [
        User(handle=f"p{n}.{mark}", handle_skeleton=f"p{n}.{mark}", display_name=f"Person {n}", password="!")  # noqa: S106
        for n in range(count)
    ]
    return list(User.objects.bulk_create(users, batch_size=AT_ONCE))


def add_members(users: list[Any], own: list[Any], common: list[Any]) -> None:
    from chat.models import Membership

    rows = [Membership(room=own[n % len(own)], user=user) for n, user in enumerate(users)]
    rows += [Membership(room=room, user=user) for room in common for user in users]
    Membership.objects.bulk_create(rows, batch_size=AT_ONCE)


def add_messages(room_id: int, author_id: int, count: int) -> None:
    """By the database itself: a million in well under a minute."""
    from django.db import connection

    from chat.models import Message, Room

    first = Message(room_id=room_id, seq=0, changed_seq=0, author_id=author_id)
    values: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(getattr(first, field.attname), connection)
        for field in Message._meta.concrete_fields
    }
    quote = connection.ops.quote_name
    base = secrets.randbits(52)
    made = {
        "id": f"{base} + n",
        "seq": "n",
        "changed_seq": "n",
        "html": "'" + LINE.replace("{n}", "' || n || '") + "'",
    }
    columns = ", ".join(quote(column) for column in values)
    selected = ", ".join(made.get(column, "%s") for column in values)
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
    statement = (
        f"INSERT INTO {quote(Message._meta.db_table)} ({columns}) {numbers} SELECT {selected} FROM numbers"  # noqa: S608
    )
    given = [count, *(value for column, value in values.items() if column not in made)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        cursor.execute(statement, given)
        cursor.execute("ANALYZE")
    Room.objects.filter(pk=room_id).update(seq=count, last_seq=count)


def sign_in(users: list[Any]) -> list[str]:
    """A session each, as the value of a Cookie header."""
    from datetime import timedelta

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store = SessionStore()
    rows = []
    for user in users:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        ends = timezone.now() + timedelta(days=1)
        key = secrets.token_hex(16)
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=ends))
    Session.objects.bulk_create(rows, batch_size=AT_ONCE)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    print(json.dumps(build(**json.load(sys.stdin))))
