"""Who has a case open is told to those who have it in their queue, and to nobody else."""

from __future__ import annotations

from chat.moderation.reports.actions import report_message
from chat.wire.groups import user_group
from tests.access.test_socket_matrix import ask
from tests.base import events_of, hearing, say
from tests.cast import Cast, add_person


def test_only_those_who_have_the_case_in_their_queue_hear_who_looks(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    case = report_message(
        user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason="spam"
    ).case_id
    moderator = add_person("imod", role="moderator")
    with hearing() as heard:
        answer = ask(cast.mona, "case.look", {"case": case, "active": True})
    assert answer == {"code": "ok", "state": "offline"}
    assert {group for group, _envelope in heard} == {user_group(one.pk) for one in (cast.alice, moderator)}
    assert events_of(heard)[0] == {
        "type": "case.looking",
        "case": case,
        "user": cast.mona.pk,
        "name": "Mona",
        "active": True,
    }
    with hearing() as heard:
        assert ask(cast.bob, "case.look", {"case": case, "active": True})["code"] == "not_found"
    assert heard == []
