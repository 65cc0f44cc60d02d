"""The matrix of the socket: every command × everybody. A command without a row fails.

Anonymous people have no column: their socket is closed with 4401 before it may ask (tests/live).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction

from accounts.models import User
from chat.errors import ChatError
from chat.models import Membership
from chat.socket.commands import COMMANDS
from chat.socket.context import Context
from chat.socket.feed import Feed
from chat.socket.hub import Hub
from chat.socket.outlet import Outlet
from chat.socket.protocol import parse, pick
from chat.socket.transports import PlainTransport
from chat.wire.encoding import encode
from tests.access.people import COLUMNS, Stage, build_stage
from tests.base import hearing, say
from tests.cast import Cast

# ok: done. ro: read_only. no: forbidden. 404: not_found. heard / silent: typing has no answer, others see it or not.
TABLE = """
command          owner  mod    member  reader  i-own  i-adm  i-mod  guest  bot    susp    muted   out     ex      ban
message.send     ok     ok     ok      ro      ok     ok     ok     ok     ok     ro      ro      404     404     404
message.edit     no     no     ok      ro      no     no     no     no     no     ro      ro      404     404     404
message.delete   ok     ok     ok      no      ok     ok     ok     no     no     no      no      404     404     404
reaction.add     ok     ok     ok      ro      ok     ok     ok     ok     ok     ro      ro      404     404     404
reaction.remove  ok     ok     ok      ro      ok     ok     ok     ok     ok     ro      ro      404     404     404
room.open        ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      404     404     404
room.close       ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      ok      ok      ok
room.sync        ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      404     404     404
read.mark        ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      404     404     404
read.unmark      ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      404     404     404
read.mark_all    ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      ok      ok      ok
case.look        404    404    404     404     ok     ok     ok     404    404    404     404     404     404     404
presence.beat    ok     ok     ok      ok      ok     ok     ok     ok     ok     ok      ok      ok      ok      ok
typing           heard  heard  heard   silent  heard  heard  heard  heard  heard  silent  silent  silent  silent  silent
"""
CODES = {"ro": "read_only", "no": "forbidden", "404": "not_found"}
UNKNOWN = 4_503_599_627_370_497


class DirectContext(Context):
    """Reaches the database on the test's own connection instead of a thread's."""

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)


def ask(user: User, command: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What this person is answered: the frame of an answer or of an error, as it would be encoded."""
    room = fields.get("room", 0)
    members = set(Membership.objects.active().filter(room_id=room).values_list("user_id", flat=True))

    async def send(_frame: dict[str, Any]) -> None:
        """Nobody reads what this socket is sent."""

    async def run() -> dict[str, Any]:
        hub = Hub()
        hub.feeds[room] = Feed(room, members=members)
        transport = PlainTransport(send, lambda: None)
        outlet = Outlet(user_id=user.pk, session="", password_mark="", transport=transport)
        outlet.open_rooms.add(room)
        frame = parse(encode({"type": command, **fields}), None)
        shape = COMMANDS[frame.type].shape
        try:
            answer = await COMMANDS[frame.type].run(
                DirectContext(user, outlet, hub, "en"), pick(frame.payload, shape)
            )
        except ChatError as error:
            return error.as_frame()
        finally:
            outlet.stop()
        return {"code": "ok", **(answer or {})}

    return async_to_sync(run)()


def fields_of(command: str, *, room: int, message: int, case: int = 0) -> dict[str, Any]:
    """A well-formed frame of this command."""
    values = {
        "room": room,
        "message": message,
        "client_id": str(uuid.uuid4()),
        "text": "Low tide at one.",
        "base": 2,
        "emoji": "👍",
        "after": 0,
        "seq": 1,
        "active": True,
        "case": case,
    }
    return {name: values[name] for name in COMMANDS[command].shape if name in values}


def outcome(stage: Stage, column: str, command: str) -> str:
    user = stage.people[column]
    assert user is not None
    point = transaction.savepoint()
    with hearing() as heard:
        fields = fields_of(command, room=stage.cast.workshop.pk, message=stage.message.pk, case=stage.case.pk)
        code = ask(user, command, fields)["code"]
    transaction.savepoint_rollback(point)
    typed = any(envelope["type"] == "room.typing" for _group, envelope in heard)
    return ("heard" if typed else "silent") if command == "typing" else str(code)


HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_everybody_is_answered_as_the_table_says(cast: Cast, row: list[str]) -> None:
    command, *codes = row
    stage = build_stage(cast)
    expected = {column: CODES.get(code, code) for column, code in zip(HEAD[1:], codes, strict=True)}
    assert {column: outcome(stage, column, command) for column in expected} == expected


def test_every_command_has_a_row_and_every_column_is_tried() -> None:
    assert {row[0] for row in ROWS} == set(COMMANDS)
    assert set(HEAD[1:]) == set(COLUMNS) - {"anon"}


@pytest.mark.parametrize("command", [name for name in COMMANDS if "room" in COMMANDS[name].shape])
def test_a_foreign_room_and_an_unknown_one_are_answered_alike(cast: Cast, command: str) -> None:
    message = say(cast.bob, cast.workshop)
    for user in (cast.carol, cast.erin):
        foreign, unknown = (
            ask(user, command, fields_of(command, room=room, message=message.pk))
            for room in (cast.workshop.pk, UNKNOWN)
        )
        assert foreign == unknown


@pytest.mark.parametrize("command", [name for name in COMMANDS if "message" in COMMANDS[name].shape])
def test_a_message_of_another_room_and_an_unknown_one_are_answered_alike(cast: Cast, command: str) -> None:
    elsewhere = say(cast.alice, cast.duo)
    answers = [
        ask(cast.alice, command, fields_of(command, room=cast.workshop.pk, message=number))
        for number in (elsewhere.pk, UNKNOWN)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "not_found"


def test_a_reply_into_another_room_and_to_nothing_are_answered_alike(cast: Cast) -> None:
    elsewhere = say(cast.alice, cast.duo)
    fields = fields_of("message.send", room=cast.workshop.pk, message=0)
    answers = [
        ask(cast.alice, "message.send", {**fields, "reply_to": number}) for number in (elsewhere.pk, UNKNOWN)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "not_found"


def test_what_else_a_frame_holds_is_left_out(cast: Cast) -> None:
    fields = fields_of("message.send", room=cast.workshop.pk, message=0)
    forged = {"author": cast.alice.pk, "seq": 99, "id": 7, "kind": "system", "created_at": "9999-01-01"}
    answer = ask(cast.bob, "message.send", {**fields, **forged, "user": cast.alice.pk})
    message = cast.workshop.messages.get(pk=answer["message"]["id"])
    assert (message.author, message.seq, message.kind) == (cast.bob, 2, "text")
