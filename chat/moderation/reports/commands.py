"""Who has a case open: told to the others who have it in their queue, kept nowhere."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from chat.moderation.reports.queries import access_case, watchers_of
from chat.socket.context import Answer, Context
from chat.wire import envelopes, events
from chat.wire.groups import user_group
from chat.wire.publish import publish_now


async def look(context: Context, payload: dict[str, Any]) -> Answer:
    """A lease: renewed while the page shows, forgotten where it is not. Answers how present the person is."""
    case_id, user = payload["case"], context.user
    about, watchers = await context.run(_about_and_watchers, user, case_id)
    event = events.case_looking(case=case_id, user=user.pk, name=user.display_name, active=payload["active"])
    for watcher in watchers:
        publish_now(user_group(watcher), envelopes.user_event(user=watcher, event=event))
    return {"state": context.hub.presence.board.state(about)}


def _about_and_watchers(user: User, case_id: int) -> tuple[int, list[int]]:
    """Ids. Raises NotFound for who may not see the case."""
    case = access_case(user, case_id)
    return case.about_id, [one.pk for one in watchers_of(case) if one.pk != user.pk]
