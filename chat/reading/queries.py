"""Unread counts, for many rooms in few queries."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F

from chat.models import Membership, Mention, Message, Room


def heads_of(user_id: int) -> list[list[int]]:
    """`hello`'s rooms: [id, seq, newest living message, read, mentions] of every room that this person is in."""
    rows = list(
        Membership.objects.active()
        .filter(user_id=user_id)
        .values_list("room_id", "room__seq", "room__last_seq", "read_seq", "room__kind")
    )
    mentions = unread_mentions(user_id, [row[0] for row in rows if row[2] > row[3]])
    return [[room, seq, last, read, mentions.get(room, 0)] for room, seq, last, read, _kind in rows]


def unread_mentions(user_id: int, room_ids: Iterable[int]) -> dict[int, int]:
    """Per room: unread messages that name this person; in direct rooms, all unread messages of others."""
    rooms = list(room_ids)
    if not rooms:
        return {}
    named = (
        Mention.objects.filter(
            user_id=user_id,
            room__in=rooms,
            room__memberships__user_id=user_id,
            seq__gt=F("room__memberships__read_seq"),
        )
        .exclude(room__kind=Room.Kind.DIRECT)
        .values_list("room_id")
        .annotate(count=Count("pk"))
    )
    direct = (
        Message.objects.living()
        .spoken()
        .filter(
            room__in=rooms,
            room__kind=Room.Kind.DIRECT,
            room__memberships__user_id=user_id,
            seq__gt=F("room__memberships__read_seq"),
        )
        .exclude(author_id=user_id)
        .values_list("room_id")
        .annotate(count=Count("pk"))
    )
    return dict([*named.order_by(), *direct.order_by()])
