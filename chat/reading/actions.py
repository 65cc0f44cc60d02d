"""Reading on: the position moves forward from any tab, in any order; moving it back is a verb of its own."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import User
from chat.access.gates import Access, access_room
from chat.models import Membership
from chat.reading.queries import unread_mentions
from chat.wire import envelopes, events
from chat.wire.publish import publish_on_commit


def mark_read(*, user: User, room_id: int, seq: int) -> None:
    """Moves the position up to `seq`, never backwards and never beyond the room's head."""
    access = access_room(user, room_id)
    target = min(seq, access.room.seq)
    with transaction.atomic():
        moved = Membership.objects.filter(pk=access.joined.pk, read_seq__lt=target).update(read_seq=target)
        if moved:
            _announce(access, target)


def unmark_read(*, user: User, room_id: int, seq: int) -> None:
    """Makes the message with this number, and all after it, unread again."""
    access = access_room(user, room_id)
    target = max(0, min(seq, access.room.seq) - 1)
    with transaction.atomic():
        moved = Membership.objects.filter(pk=access.joined.pk, read_seq__gt=target).update(read_seq=target)
        if moved:
            _announce(access, target)


def mark_all_read(*, user: User) -> None:
    """Every room of this person, up to its head."""
    unread = (
        Membership.objects.active().of(user).filter(read_seq__lt=F("room__last_seq")).select_related("room")
    )
    with transaction.atomic():
        for membership in unread:
            Membership.objects.filter(pk=membership.pk, read_seq__lt=membership.room.seq).update(
                read_seq=membership.room.seq
            )
            event = events.read(room=membership.room_id, seq=membership.room.seq, unread=False, mentions=0)
            publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))


def _announce(access: Access, seq: int) -> None:
    room, user = access.room, access.user
    unread = room.last_seq > seq
    mentions = unread_mentions(user.pk, [room.pk]).get(room.pk, 0) if unread else 0
    event = events.read(room=room.pk, seq=seq, unread=unread, mentions=mentions)
    publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))
