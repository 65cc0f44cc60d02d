"""Pinning for a room, saving for oneself. A repeat changes nothing, takes no number and announces nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from chat import limits
from chat.access.gates import access_message, access_room, access_room_again
from chat.access.permissions import Permission
from chat.constants import PINS_PER_ROOM, SAVED_PER_PERSON
from chat.errors import Forbidden, Invalid
from chat.messages.objects import message_event
from chat.messages.queries import with_extras
from chat.models import Message, Room, Saved
from chat.models.messages import PIN_FIELDS
from chat.models.rooms import Turn
from chat.wire import envelopes, events
from chat.wire.publish import announce_on_commit, publish_on_commit


def pin_message(*, user: User, room_id: int, message_id: int, pinned: bool) -> None:
    """Puts a message on the room's list of pins, or takes it off. Invalid where the list is full."""
    _access, message = access_message(user, room_id, message_id, Permission.PIN)
    if message.kind == Message.Kind.SYSTEM:
        raise Forbidden
    if (message.pinned_at is not None) == pinned:
        return
    limits.check_may_change(user.pk)

    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access_room_again(user, room_id, Permission.PIN)
        _access, message = access_message(user, room_id, message_id, Permission.PIN)
        if (message.pinned_at is not None) == pinned:
            transaction.set_rollback(True)
            return
        _write_pin(message, turn, by=user if pinned else None)

        shown = with_extras([message])[0]
        announce_on_commit(room=room_id, seq=turn.seq, acl=turn.acl, event=lambda: message_event(shown))


def _write_pin(message: Message, turn: Turn, *, by: User | None) -> None:
    if by and Message.objects.in_room(message.room_id).pinned().count() >= PINS_PER_ROOM:
        raise Invalid(_("Enough is pinned in this room. Take a pin off another message first."))
    message.pinned_at, message.pinned_by = (turn.at, by) if by else (None, None)
    message.changed_seq = turn.seq
    message.save(update_fields=[*PIN_FIELDS, "changed_seq"])


def save_message(*, user: User, room_id: int, message_id: int, saved: bool) -> None:
    """Keeps a message for oneself, or lets go of it; one's tabs follow. What one may not read now can be let go of."""
    if saved:
        _keep(user, room_id, message_id)
    else:
        _let_go(user, room_id, message_id)


def _keep(user: User, room_id: int, message_id: int) -> None:
    _access, message = access_message(user, room_id, message_id)
    if message.kind == Message.Kind.SYSTEM:
        raise Forbidden
    limits.check_may_change(user.pk)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _row, new = Saved.objects.get_or_create(user=user, message=message, defaults={"room_id": room_id})
        if new and Saved.objects.filter(user=user).count() > SAVED_PER_PERSON:
            raise Invalid(_("You have saved enough messages. Let go of some first."))
        if new:
            _tell(user, room_id, message_id, saved=True)


def _let_go(user: User, room_id: int, message_id: int) -> None:
    mine = Saved.objects.filter(user=user, room_id=room_id, message_id=message_id)
    with transaction.atomic():
        if mine.delete()[0]:
            _tell(user, room_id, message_id, saved=False)
            return
    # What was never saved is answered as the room answers.
    access_room(user, room_id)


def _tell(user: User, room_id: int, message_id: int, *, saved: bool) -> None:
    event = events.saved_changed(room=room_id, message=message_id, saved=saved)
    publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))
