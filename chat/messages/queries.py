"""Pages of a room's record, what changed in it, and what is unread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from chat.messages.rules import clamp_page
from chat.models import Hiding, Membership, Mention, Message, Reaction, Revision
from chat.models.messages import MessageQuerySet
from chat.previews.queries import attach_previews
from chat.text import Person, render
from chat.uploads.emoji.queries import settle_emoji
from chat.uploads.queries import attach_files


@dataclass(frozen=True, slots=True)
class Page:
    """Messages in ascending `seq`, and whether there are more on either side."""

    messages: list[Message]
    older: bool
    newer: bool


def last_page(room_id: int, user_id: int, limit: int) -> Page:
    """The newest messages that this person may read now."""
    limit = clamp_page(limit)
    rows = list(_readable(room_id, user_id).order_by("-seq")[: limit + 1])
    return Page(with_extras(rows[:limit][::-1]), older=len(rows) > limit, newer=False)


def page_before(room_id: int, user_id: int, seq: int, limit: int) -> Page:
    limit = clamp_page(limit)
    rows = list(_readable(room_id, user_id).before(seq).order_by("-seq")[: limit + 1])
    newer = _readable(room_id, user_id).after(seq - 1).exists()
    return Page(with_extras(rows[:limit][::-1]), older=len(rows) > limit, newer=newer)


def page_after(room_id: int, user_id: int, seq: int, limit: int) -> Page:
    limit = clamp_page(limit)
    rows = list(_readable(room_id, user_id).after(seq).order_by("seq")[: limit + 1])
    older = _readable(room_id, user_id).before(seq + 1).exists()
    return Page(with_extras(rows[:limit]), older=older, newer=len(rows) > limit)


def page_around(room_id: int, user_id: int, seq: int, each_side: int) -> Page:
    """`each_side` rows before the number and as many from it on."""
    each_side = clamp_page(each_side)
    before = list(_readable(room_id, user_id).before(seq).order_by("-seq")[: each_side + 1])
    after = list(_readable(room_id, user_id).after(seq - 1).order_by("seq")[: each_side + 2])
    rows = before[:each_side][::-1] + after[: each_side + 1]
    return Page(with_extras(rows), older=len(before) > each_side, newer=len(after) > each_side + 1)


def place_of(room_id: int, message_id: int) -> int | None:
    """The number of a living message of this room. The caller has checked who asks."""
    return (
        Message.objects.in_room(room_id).living().filter(pk=message_id).values_list("seq", flat=True).first()
    )


def first_since(room_id: int, head: int, moment: datetime) -> tuple[int, int] | None:
    """(id, number) of the first living words written at a moment or later. The caller has checked who asks.

    Numbers and times grow together: halving the numbers finds the place in a room of any age.
    """
    record = Message.objects.in_room(room_id).order_by("seq")
    low, high = 1, head + 1
    while low < high:
        middle = (low + high) // 2
        found = record.after(middle - 1).values_list("seq", "created_at").first()
        if found is None or found[1] >= moment:
            high = middle
        else:
            low = found[0] + 1
    return record.after(low - 1).living().spoken().values_list("pk", "seq").first()


def changes_after(room_id: int, seq: int, limit: int) -> list[Message]:
    """Present state of what changed after a number, in order of change. The caller has checked who reads."""
    rows = Message.objects.in_room(room_id).changed_after(seq).with_author().order_by("changed_seq")[:limit]
    return with_extras(list(rows))


def named_since(messages: Iterable[Message], seq: int) -> dict[int, list[int]]:
    """Per edited message: ids of people whom it names now and did not name when this number was the room's last."""
    edited = {one.pk: one for one in messages if one.seq <= seq and one.edited_at and one.mention_ids}
    if not edited:
        return {}
    earlier: dict[int, str] = {}
    revisions = Revision.objects.filter(message__in=edited, seq__gt=seq).order_by("seq")
    for pk, source in revisions.values_list("message_id", "source"):
        earlier.setdefault(pk, source)
    named = {person for one in edited.values() for person in one.mention_ids}
    people = {
        one.handle: Person(one.pk, one.handle, one.display_name) for one in User.objects.filter(pk__in=named)
    }
    before = {pk: render(source, people=people).mentions for pk, source in earlier.items()}
    return {pk: [one for one in edited[pk].mention_ids if one not in before[pk]] for pk in before}


def _readable(room_id: int, user_id: int) -> MessageQuerySet:
    return Message.objects.in_room(room_id).readable_by(user_id).with_author()


def with_extras(messages: Sequence[Message]) -> list[Message]:
    """Attaches `reaction_list`, `mention_ids`, and where there are files or links, `file_list` and `preview`."""
    by_id = {message.pk: message for message in messages}
    for message in messages:
        message.reaction_list = []
        message.mention_ids = []
    if by_id:
        _attach_reactions(by_id)
        attach_files(messages)
        attach_previews(messages)
        settle_emoji(messages)
        for message_id, user_id in Mention.objects.filter(message__in=by_id).values_list(
            "message_id", "user_id"
        ):
            by_id[message_id].mention_ids.append(user_id)
    return list(messages)


def _attach_reactions(by_id: dict[int, Message]) -> None:
    grouped: dict[int, dict[str, list[int]]] = {}
    rows = (
        Reaction.objects.filter(message__in=by_id)
        .order_by("pk")
        .values_list("message_id", "emoji", "user_id")
    )
    for message_id, emoji, user_id in rows:
        grouped.setdefault(message_id, {}).setdefault(emoji, []).append(user_id)
    for message_id, reactions in grouped.items():
        by_id[message_id].reaction_list = list(reactions.items())


def quotable(room_id: int, user_id: int, ids: Iterable[int]) -> list[Message]:
    """The messages of this room that replies point at, tombstones included, with their files."""
    found = list(_readable(room_id, user_id).filter(pk__in=list(ids)))
    attach_files(found)
    return found


def may_be_mentioned(room_id: int, handles: set[str], *, by: int) -> list[tuple[User, bool]]:
    """Members of the room with one of these handles: mentions of anybody else stay plain text.

    With each, whether they want to hear nothing of the author `by`.
    """
    if not handles:
        return []
    active = Membership.State.ACTIVE
    people = User.objects.active().filter(
        handle__in=handles, memberships__room_id=room_id, memberships__state=active
    )
    hidings = Hiding.objects.filter(user=OuterRef("pk"), hidden=by, until__gt=timezone.now())
    return [(one, one.hides) for one in people.annotate(hides=Exists(hidings))]


def was_deleted_by(user_id: int, room_id: int, message_id: int) -> bool:
    """Whether this person has deleted it already, and may still read the room."""
    return _readable(room_id, user_id).filter(pk=message_id, deleted_by_id=user_id).exists()
