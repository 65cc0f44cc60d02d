"""THE matrix: every HTTP door × everybody. A door without a row fails, and so does a row without a door.

The room is the workshop (closed), the message is the member's. 404 is also the answer for what never was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.people import COLUMNS, Stage, build_stage
from tests.base import browser_of
from tests.cast import Cast

# Inside rooms: who stands how in the room, what an instance role adds to a plain member, and who is not in it.
IN_ROOMS = """
route                     data            owner mod member reader i-own i-adm i-mod guest bot susp muted out ex  ban anon
chat:room            GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:permalink       GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:panel           GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:pins            GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:files           GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:day             GET  on=2026-01-01   200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:message_pin     POST pinned=1        302   302 403    403    302   302   302   403   403 403  403   404 404 404 302
chat:message_save    POST saved=1         302   302 302    302    302   302   302   302   302 302  302   404 404 404 302
chat:history         GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 401
chat:quotes          GET  ids={message}   200   200 200    200    200   200   200   200   200 200  200   404 404 404 401
chat:source          GET  -               403   403 200    403    403   403   403   403   403 403  403   404 404 404 401
chat:people          GET  room={room}     200   200 200    200    200   200   200   200   200 200  200   404 404 404 401
chat:post            POST {send}          302   302 302    403    302   302   302   302   302 403  403   404 404 404 302
chat:room_settings   GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:room_settings   POST name=New        302   302 403    403    302   302   302   403   403 403  403   404 404 404 302
chat:room_archive    POST archived=1      302   403 403    403    302   302   403   403   403 403  403   404 404 404 302
chat:join            POST -               302   302 302    302    302   302   302   302   302 302  302   404 404 404 302
chat:leave           POST -               302   302 302    302    302   302   302   302   302 302  302   404 404 404 302
chat:pin             POST pinned=1        302   302 302    302    302   302   302   302   302 302  302   404 404 404 302
chat:level           POST level=all       302   302 302    302    302   302   302   302   302 302  302   404 404 404 302
chat:member_add      POST user={stranger} 302   302 302    403    302   302   302   403   302 403  403   404 404 404 302
chat:member_remove   POST -               302   302 403    403    302   302   302   403   403 403  403   404 404 404 302
chat:report          GET  -               200   200 200    200    200   200   200   200   200 403  200   404 404 404 302
chat:report          POST reason=spam     302   302 403    302    302   302   302   302   302 403  302   404 404 404 302
chat:room_controls   POST slow_seconds=9  302   302 403    403    302   302   302   403   403 403  403   404 404 404 302
chat:member_role     POST role=moderator  302   403 403    403    302   302   403   403   403 403  403   404 404 404 302
chat:member_sanction POST {mute}          302   302 403    403    302   302   302   403   403 403  403   404 404 404 302
chat:upload_begin    POST {upload}        201   201 201    403    201   201   201   201   201 403  403   404 404 404 401
chat:upload          GET  -               404   404 200    404    404   404   404   404   404 404  404   404 404 404 401
chat:file            GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:file_preview    GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:file_thumb      GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:preview_picture GET  -               200   200 200    200    200   200   200   200   200 200  200   404 404 404 302
chat:preview_remove  POST -               302   302 302    403    302   302   302   403   403 403  403   404 404 404 302
"""  # noqa: E501

# Elsewhere a place in a room changes nothing: `member` stands for all of them, outsiders and ex-members too.
ELSEWHERE = """
route                           data                      i-own i-adm i-mod member guest bot susp anon
chat:home                  GET  -                         302   302   302   302    302   302 302  302
chat:directory             GET  -                         200   200   200   200    200   200 200  302
chat:room_new              GET  -                         200   200   200   200    403   200 403  302
chat:room_new              POST name=New&kind=open        302   302   302   302    403   302 403  302
chat:direct_new            GET  -                         200   200   200   200    200   200 200  302
chat:direct_new            POST people={user}             302   302   302   302    302   302 403  302
chat:sidebar               GET  -                         200   200   200   200    200   200 200  302
chat:saved                 GET  -                         200   200   200   200    200   200 200  302
chat:people                GET  q=o                       200   200   200   200    200   200 200  401
chat:search                GET  q=o                       200   200   200   200    200   200 200  302
chat:catalog               GET  -                         200   200   200   200    200   200 200  200
chat:manifest              GET  -                         200   200   200   200    200   200 200  200
chat:service_worker        GET  -                         200   200   200   200    200   200 200  200
chat:emoji                 GET  -                         200   200   200   200    200   200 200  200
chat:offline               GET  -                         200   200   200   200    200   200 200  200
accounts:settings          GET  -                         200   200   200   200    200   200 200  302
accounts:settings          POST -                         200   200   200   200    200   200 200  302
chat:own_picture           POST remove=1                  302   302   302   302    302   302 302  302
chat:own_picture           POST -                         302   302   302   302    302   302 403  302
chat:picture               GET  -                         200   200   200   200    200   200 200  302
chat:own_emoji             GET  -                         200   200   403   403    403   403 403  302
chat:own_emoji             POST name=gull                 302   302   403   403    403   403 403  302
chat:own_emoji_remove      POST -                         302   302   403   403    403   403 403  302
chat:emoji_list            GET  -                         200   200   200   200    200   200 200  302
chat:emoji_named           GET  -                         302   302   302   302    302   302 302  302
accounts:notifications     GET  -                         200   200   200   200    200   200 200  302
accounts:notifications     POST announce=all              302   302   302   302    302   302 302  302
accounts:keyboard          GET  -                         200   200   200   200    200   200 200  302
accounts:keyboard          POST skin=0                    302   302   302   302    302   302 302  302
accounts:status            POST text=Away&until=day       302   302   302   302    302   302 302  302
accounts:pause             POST for=hour                  302   302   302   302    302   302 302  302
accounts:hint              POST name=keyboard             302   302   302   302    302   302 302  302
accounts:devices           GET  -                         200   200   200   200    200   200 200  302
accounts:devices           POST everywhere=1              302   302   302   302    302   302 302  302
accounts:instance          GET  -                         200   200   403   403    403   403 403  302
accounts:instance          POST name=X&signup_mode=open   302   302   403   403    403   403 403  302
accounts:people            GET  -                         200   200   403   403    403   403 403  302
accounts:person_role       POST role=guest                302   302   403   403    403   403 403  302
accounts:person_state      POST active=0                  302   302   403   403    403   403 403  302
accounts:person_reset_link POST -                         200   200   403   403    403   403 403  302
accounts:invitations       GET  -                         200   200   200   403    403   403 403  302
accounts:invitations       POST -                         200   200   200   403    403   403 403  302
accounts:invitation_revoke POST -                         302   302   404   404    404   404 404  302
chat:moderation            GET  -                         200   200   200   404    404   404 404  302
chat:case                  GET  -                         200   200   200   404    404   404 404  302
chat:case_take             POST taken=1                   302   302   302   404    404   404 404  302
chat:case_hide             POST hidden=1                  302   302   302   404    404   404 404  302
chat:case_decide           POST decision=dismiss          302   302   302   404    404   404 404  302
chat:moderated_people      GET  -                         200   200   200   404    404   404 404  302
chat:dossier               GET  -                         200   200   200   404    404   404 404  302
chat:dossier_note          POST text=Hm                   302   302   302   404    404   404 404  302
chat:dossier_picture       POST -                         302   302   302   404    404   404 404  302
chat:sanction              POST kind=suspend&reason=x     302   302   302   404    404   404 404  302
chat:clean_up              GET  -                         200   200   200   404    404   404 404  302
chat:clean_up              POST span=all&reason=x         302   302   302   404    404   404 404  302
chat:clean_up_undo         POST -                         302   302   302   404    404   404 404  302
chat:restore               POST -                         302   302   302   404    404   404 404  302
chat:sanctions             GET  -                         200   200   200   404    404   404 404  302
chat:sanction_lift         POST -                         302   302   302   404    404   404 404  302
chat:rules                 GET  -                         200   200   200   404    404   404 404  302
chat:rules                 POST {rule}                    302   302   302   404    404   404 404  302
chat:rule_switch           POST enabled=1                 302   302   302   404    404   404 404  302
chat:rule_delete           POST -                         302   302   302   404    404   404 404  302
chat:house_rules           POST hide_after=1              302   302   302   404    404   404 404  302
chat:addresses             GET  network=203.0.113.7       200   200   200   404    404   404 404  302
chat:addresses             POST {address}                 302   302   302   404    404   404 404  302
chat:address_lift          POST -                         302   302   302   404    404   404 404  302
chat:audit_log             GET  -                         200   200   200   404    404   404 404  302
chat:audit_export          GET  format=csv                200   200   200   404    404   404 404  302
chat:peace                 GET  -                         200   200   200   200    200   200 200  302
chat:peace                 POST direct_from=nobody        302   302   302   302    302   302 302  302
chat:told                  GET  -                         200   200   200   200    200   200 200  302
chat:standing              GET  -                         200   200   200   200    200   200 200  302
chat:standing              POST -                         302   302   302   302    302   302 302  302
chat:person                GET  -                         200   200   200   200    200   200 200  302
chat:person_hide           POST -                         302   302   302   302    302   302 302  302
chat:person_show           POST -                         404   404   404   404    404   404 404  302
chat:person_report         GET  -                         200   200   200   200    200   200 200  302
chat:person_report         POST reason=spam               302   302   302   302    302   302 403  302
admin:index                GET  -                         200   200   302   302    302   302 302  302
"""

# Before the door: who somebody is does not matter here, only whether they are signed in. (403: no password to ask.)
ENTRANCES = """
route                                     data  member anon
accounts:first_run                   GET  -     302    302
accounts:first_run                   POST -     302    302
accounts:invitation                  GET  -     302    200
accounts:invitation                  POST -     302    200
account_login                        GET  -     302    200
account_logout                       GET  -     200    302
account_logout                       POST -     302    302
account_inactive                     GET  -     200    200
account_signup                       GET  -     302    403
account_reauthenticate               GET  -     403    302
account_change_password              GET  -     302    302
account_set_password                 GET  -     200    302
account_reset_password               GET  -     200    200
account_reset_password_done          GET  -     200    200
account_reset_password_from_key      GET  -     200    200
account_reset_password_from_key_done GET  -     200    200
up                                   GET  -     200    200
ready                                GET  -     200    200
"""

MUTE = "kind=mute&minutes=10&reason=loud"
RULE = "act=add&name=Gulls&kind=words&outcome=hold&text=gull"
ADDRESS = "network=203.0.113.7&reason=spam&minutes=60"
SEND = "text=hello&client_id=00000000-0000-4000-8000-000000000001"


UPLOAD = '{{"room":{room},"name":"a.txt","size":3}}'
FORMS = {"{send}": SEND, "{upload}": UPLOAD, "{mute}": MUTE, "{rule}": RULE, "{address}": ADDRESS}


def filled(data: str) -> str:
    """The form that a name in braces stands for."""
    return FORMS.get(data, data)


@dataclass(frozen=True, slots=True)
class Door:
    """One row: a route by name, with what is sent to it, and the status for each column."""

    route: str
    method: str
    data: str
    expected: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def read_table(table: str) -> list[Door]:
    head, *rows = [line.split() for line in table.strip().splitlines()]
    columns = head[2:]
    return [
        Door(route, method, data, dict(zip(columns, map(int, codes), strict=True)))
        for route, method, data, *codes in rows
    ]


ROOM_DOORS = read_table(IN_ROOMS)
DOORS = [*ROOM_DOORS, *read_table(ELSEWHERE), *read_table(ENTRANCES)]


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every named route with the names of its arguments."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            arguments = [*entry.pattern.converters, *entry.pattern.regex.groupindex]
            yield f"{prefix}{entry.name}", list(dict.fromkeys(arguments))
        else:
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


ROUTES = dict(routes(get_resolver()))


def address(door: Door, stage: Stage, *, room: int | None = None) -> str:
    """The door's path, into this room; what a GET asks for stands behind it."""
    values = {
        "room_id": room or stage.cast.workshop.pk,
        "message_id": stage.message.pk,
        "user_id": stage.other.pk,
        "person_id": stage.other.pk,
        "invitation_id": stage.invitation.pk,
        "case_id": stage.case.pk,
        "sanction_id": stage.sanction.pk,
        "rule_id": stage.rule.pk,
        "ban_id": stage.ban.pk,
        "clean_up_id": stage.clean_up.pk,
        "removed_id": stage.removed.pk,
        "upload_id": stage.draft.pk if door.route == "chat:upload" else stage.upload.pk,
        "preview_id": stage.preview.pk,
        "name": "note.txt",
        "token": stage.invitation.token,
        "language": "en",
        "uidb36": "0",
        "picture_key": stage.picture.key,
        "emoji_name": "gull",
        "key": "set-password",
    }
    path = reverse(door.route, kwargs={name: values[name] for name in ROUTES[door.route]})
    asks = door.method == "GET" and door.data != "-"
    query = stage.fill(door.data.replace("{room}", str(room or "{room}"))) if asks else ""
    return f"{path}?{query}" if query else path


def knock(door: Door, stage: Stage, column: str) -> int:
    """The status that somebody gets; afterwards all is as before."""
    cache.clear()  # limits of the entrances
    point = transaction.savepoint()
    browser = browser_of(stage.people[column])
    if door.method == "GET":
        answer = browser.get(address(door, stage))
    else:
        form = "" if door.data == "-" else stage.fill(filled(door.data))
        answer = browser.post(address(door, stage), form, content_type="application/x-www-form-urlencoded")
    transaction.savepoint_rollback(point)
    return answer.status_code


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_everybody_gets_what_the_table_says(cast: Cast, door: Door) -> None:
    stage = build_stage(cast)
    assert {column: knock(door, stage, column) for column in door.expected} == door.expected


def test_every_door_has_a_row_and_every_row_a_door() -> None:
    ours = {name for name in ROUTES if not name.startswith("admin:")} | {"admin:index"}
    assert ours == {door.route for door in DOORS}


def test_every_door_into_a_room_is_tried_by_everybody() -> None:
    into_rooms = {name for name, arguments in ROUTES.items() if "room_id" in arguments}
    assert into_rooms - {"chat:people"} <= {door.route for door in ROOM_DOORS}
    assert all(tuple(door.expected) == COLUMNS for door in ROOM_DOORS)
