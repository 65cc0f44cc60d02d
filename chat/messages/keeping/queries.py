"""What is pinned in a room, and what somebody saved. Rights are asked with every reading."""

from __future__ import annotations

from dataclasses import dataclass

from chat.models import Membership, Message, Saved

SAVED_PAGE = 30


@dataclass(frozen=True, slots=True)
class SavedPage:
    """Saved messages, the last saved first; `next_key` asks for those before, None at the end."""

    rows: list[Saved]
    next_key: int | None


def pins_of(room_id: int) -> list[Message]:
    """The last pinned first, with author and who pinned it. The caller has checked who reads."""
    pins = Message.objects.in_room(room_id).living().pinned()
    return list(pins.select_related("author", "pinned_by").order_by("-pinned_at", "-seq"))


def pin_count(room_id: int) -> int:
    return Message.objects.in_room(room_id).living().pinned().count()


def saved_in(room_id: int, user_id: int) -> list[int]:
    """Ids of the messages of this room that somebody saved."""
    return list(Saved.objects.filter(user_id=user_id, room_id=room_id).values_list("message_id", flat=True))


def saved_page(user_id: int, before: int | None = None) -> SavedPage:
    """Only what lives and what this person may read now: what went, or was closed to them, is passed over."""
    found = Saved.objects.filter(
        user_id=user_id,
        message__deleted_at=None,
        message__withheld="",
        room__memberships__user_id=user_id,
        room__memberships__state=Membership.State.ACTIVE,
    ).select_related("message__author", "room")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: SAVED_PAGE + 1])
    more = len(rows) > SAVED_PAGE
    return SavedPage(rows[:SAVED_PAGE], rows[SAVED_PAGE - 1].pk if more else None)
