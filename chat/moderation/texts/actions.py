"""Moving one text between shown, hidden and removed. Whoever calls has checked who acts; each move takes its number.

Call inside a transaction that locked nothing but rooms before.
"""

from __future__ import annotations

from accounts.models import User
from chat.messages.actions import find_newest_living
from chat.messages.bin import put_away, take_back
from chat.messages.objects import message_event
from chat.messages.queries import with_extras
from chat.models import CleanUp, Message, RemovedMessage, Room
from chat.models.messages import PIN_FIELDS
from chat.models.rooms import Turn
from chat.wire.publish import announce_on_commit

Withheld = Message.Withheld


def hide(message: Message, *, by: User | None) -> bool:
    """Out of sight while it is reviewed. False where there is no text to hide."""
    turn = Room.objects.take_turn(message.room_id)
    message = _fresh(message)
    if message.is_empty:
        return _unchanged(message, turn)
    put_away(message, turn, by=by)
    message.withheld = Withheld.HIDDEN
    return _write(message, turn)


def show(message: Message) -> bool:
    """A withheld text is there again, or for the first time."""
    turn = Room.objects.take_turn(message.room_id)
    message = _fresh(message)
    if not message.withheld:
        return _unchanged(message, turn)
    take_back(message)
    message.withheld = ""
    return _write(message, turn)


def remove(message: Message, *, by: User, clean_up: CleanUp | None = None) -> bool:
    """Into the bin, for 30 days. False for what is deleted already."""
    turn = Room.objects.take_turn(message.room_id)
    message = _fresh(message)
    if message.is_deleted:
        return _unchanged(message, turn)
    put_away(message, turn, by=by, clean_up=clean_up)
    message.withheld = ""
    message.deleted_at, message.deleted_by = turn.at, by
    return _write(message, turn)


def restore(message: Message) -> bool:
    """Out of the bin again, as it was. False once the bin was emptied."""
    turn = Room.objects.take_turn(message.room_id)
    message = _fresh(message)
    if not message.is_deleted or not RemovedMessage.objects.filter(message=message).exists():
        return _unchanged(message, turn)
    take_back(message)
    message.deleted_at = message.deleted_by = None
    return _write(message, turn)


def _fresh(message: Message) -> Message:
    """As it is under the room's lock."""
    return Message.objects.with_author().get(pk=message.pk)


def _unchanged(message: Message, turn: Turn) -> bool:
    """Gives the number back: nobody else can have taken one, the room is locked by this transaction."""
    Room.objects.filter(pk=message.room_id, seq=turn.seq).update(seq=turn.seq - 1)
    return False


def _write(message: Message, turn: Turn) -> bool:
    message.changed_seq = turn.seq
    fields = ["source", "html", "withheld", "deleted_at", "deleted_by", "changed_seq"]
    message.save(update_fields=[*fields, *PIN_FIELDS])
    find_newest_living(message)
    shown = with_extras([message])[0]
    announce_on_commit(room=message.room_id, seq=turn.seq, acl=turn.acl, event=lambda: message_event(shown))
    return True
