"""A card comes to a message, or is taken away. A repeat changes nothing, takes no number and announces nothing."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from chat import limits
from chat.access.gates import access_message, access_room_again
from chat.access.permissions import Permission
from chat.audit.actions import record
from chat.messages.linking.rules import link_of
from chat.messages.objects import message_event
from chat.messages.queries import with_extras
from chat.messages.rules import check_may_take_away
from chat.models import LinkPreview, Message, Room
from chat.models.rooms import Turn
from chat.previews.actions import discard, hang, take_away
from chat.wire.publish import announce_on_commit


def show_preview(preview: LinkPreview, *, room_id: int, message_id: int) -> None:
    """Hangs a card that came on its message, unless that has changed its mind while the page was looked at."""
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        message = Message.objects.living().with_author().filter(pk=message_id).first()
        if message and link_of(message.html) == preview.url and hang(preview, message):
            _announce(message, turn)
            return
        transaction.set_rollback(True)
    discard(preview)


def remove_preview(*, user: User, room_id: int, message_id: int) -> None:
    """Takes the card away for everybody; the link stays. For its author and the room's moderators."""
    access, message = access_message(user, room_id, message_id)
    check_may_take_away(access.permissions, message, user)
    if not LinkPreview.objects.shown().filter(message=message).exists():
        return
    limits.check_may_change(user.pk)

    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, Permission.READ)
        _access, message = access_message(user, room_id, message_id)
        check_may_take_away(access.permissions, message, user)
        if not take_away(message):
            transaction.set_rollback(True)
            return
        _announce(message, turn)
        if message.author_id != user.pk:
            record("preview_removed", actor=user, target=message.author, room=room_id, message_id=message.pk)


def _announce(message: Message, turn: Turn) -> None:
    message.changed_seq = turn.seq
    message.save(update_fields=["changed_seq"])
    shown = with_extras([message])[0]
    announce_on_commit(room=message.room_id, seq=turn.seq, acl=turn.acl, event=lambda: message_event(shown))
