"""Hiding somebody, for a time or for ever. Nobody else learns of it."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from chat import limits
from chat.access.gates import access_person
from chat.access.peace import hidden_by
from chat.errors import Invalid, NotFound
from chat.models import Hiding, Membership, Room
from chat.moderation.durations import end_after
from chat.rooms.rules import direct_key
from chat.wire import envelopes, events
from chat.wire.publish import publish_on_commit


def hide_person(*, user: User, person_id: int, minutes: int | None = None) -> None:
    """Their messages collapse, their mentions and reactions do not reach this person, nor do conversations.

    `minutes` None: until it is taken back. Raises NotFound or Invalid.
    """
    person = access_person(user, person_id)
    if person.pk == user.pk:
        raise Invalid
    limits.check_may_change(user.pk)
    with transaction.atomic():
        Hiding.objects.update_or_create(user=user, hidden=person, defaults={"until": end_after(minutes)})
        _level(user, person_id, was=None, level=Membership.Level.HIDDEN)
        _announce(user)


def show_person(*, user: User, person_id: int) -> None:
    """Hears of them again. Raises NotFound for who was not hidden."""
    with transaction.atomic():
        if not Hiding.objects.filter(user=user, hidden=person_id).delete()[0]:
            raise NotFound
        _level(user, person_id, was=Membership.Level.HIDDEN, level=Membership.Level.MENTIONS)
        _announce(user)


def take_conversations(*, user: User, direct_from: str) -> None:
    """Says who may open a conversation with this person. Raises Invalid."""
    if direct_from not in User.DirectFrom.values:
        raise Invalid
    User.objects.filter(pk=user.pk).update(direct_from=direct_from)


def _level(user: User, person_id: int, *, was: str | None, level: str) -> None:
    """The conversation of the two makes no sound and no mark while one hides the other."""
    key = direct_key([user.pk, person_id])
    found = Membership.objects.filter(user=user, room__direct_key=key, room__kind=Room.Kind.DIRECT)
    (found.filter(level=was) if was else found).update(level=level)


def _announce(user: User) -> None:
    event = events.settings_updated(hidden=hidden_by(user.pk))
    publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))
