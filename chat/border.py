"""Where accounts speaks to the chat: people who arrive, change, or lose their access."""

from __future__ import annotations

from typing import Any

from accounts.models import Invitation, User
from chat.audit.actions import record
from chat.models import Membership
from chat.moderation.automod import actions as automod
from chat.rooms.arrivals import join_default_rooms, open_first_room
from chat.rooms.facts import person_facts
from chat.wire import envelopes, events
from chat.wire.publish import publish_on_commit


def greet(*, user: User, invitation: Invitation | None, first_run: bool, **_: Any) -> None:
    """The owner gets the first room; everyone else joins the rooms that are everyone's."""
    if first_run:
        open_first_room(user)
    else:
        join_default_rooms(user, invitation)


def close_sockets(*, user: User, session: str | None = None, moved: bool = False, **_: Any) -> None:
    """Signed out: the sockets of that session, or all of the person's, end with 4401; 4000 under a new session key."""
    mark = envelopes.session_mark(session) if session else None
    code, reason = (4000, "session renewed") if moved else (4401, "signed out")
    envelope = envelopes.user_ended(user=user.pk, session=mark, code=code, reason=reason)
    publish_on_commit(user.pk, envelope)


def tell_preferences(*, user: User, preferences: dict[str, Any], **_: Any) -> None:
    """A person's own choices reach all of their tabs."""
    event = events.settings_updated(preferences=preferences)
    publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))


def note(
    *,
    actor: User | None,
    act: str,
    person: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **_: Any,
) -> None:
    """What is done to accounts and to the instance stands in the audit log too."""
    record(act, actor=actor, target=person, before=before, after=after)


def follow_rule(**broken: Any) -> None:
    """A message ran into an automatic rule."""
    automod.follow(**broken)


def tell_change(*, user: User, **_: Any) -> None:
    """A new name or picture reaches everyone who shares a room with the person, each once."""
    rooms = Membership.objects.active().filter(user=user).values("room")
    people = Membership.objects.active().filter(room__in=rooms).values_list("user", flat=True).distinct()
    event = events.user_updated(user=person_facts(user))
    for person in people:
        publish_on_commit(person, envelopes.user_event(user=person, event=event))
