"""What people do with messages. Each act checks, writes and announces, in one transaction, in that order.

Every act raises the errors of `chat.errors`; a failed one leaves nothing behind, its number included.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from chat import limits
from chat.access.gates import access_message, access_own_message, access_room, access_room_again
from chat.access.permissions import Permission
from chat.access.screening import check_edit, rule_broken, screen, withholds
from chat.access.speech import check_content, check_pace
from chat.audit.actions import record
from chat.constants import REACTIONS_PER_MESSAGE
from chat.errors import Conflict, Forbidden, Invalid, NotFound
from chat.messages.bin import put_away
from chat.messages.linking.deliver import look_soon, wants_preview
from chat.messages.linking.rules import link_of
from chat.messages.objects import message_event
from chat.messages.queries import may_be_mentioned, was_deleted_by, with_extras
from chat.messages.rules import (
    check_client_id,
    check_emoji,
    check_may_take_away,
    check_text,
    client_digests,
)
from chat.models import Membership, Mention, Message, Reaction, Revision, Room, Rule, Saved
from chat.models.commits import commits
from chat.models.messages import PIN_FIELDS
from chat.models.prepared import insert
from chat.models.rooms import Turn
from chat.previews.actions import drop
from chat.text import RENDER_VERSION, Person, Rendered, emoji_names_in, handles_in, own_emoji_name, render
from chat.uploads.actions import claim, release
from chat.uploads.emoji.queries import addresses_of
from chat.uploads.rules import check_uploads
from chat.wire.publish import announce_on_commit


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer to a send: where the message stands. The same for every repeat of the same intent."""

    id: int
    seq: int


def send_message(
    *,
    user: User,
    room_id: int,
    text: str,
    client_id: str | UUID,
    reply_to: int | None = None,
    uploads: Sequence[int] | None = None,
) -> Sent:
    """Stores a message once per (author, client_id). A repeat costs nothing and announces nothing.

    Conflict when the key was used with other content.
    """
    key = check_client_id(client_id)
    files = check_uploads(list(uploads or ()))
    source = check_text(text, has_files=bool(files))
    digests = client_digests(room_id=room_id, text=source, reply_to=reply_to, uploads=files)
    if earlier := _sent_earlier(user, key, digests):
        return earlier
    access = access_room(user, room_id, Permission.POST)
    check_pace(access)
    limits.check_may_post(user.pk)
    if reply_to is not None and not Message.objects.in_room(room_id).spoken().filter(pk=reply_to).exists():
        raise NotFound
    rendered = _render(room_id, source, by=user.pk)
    check_content(access, has_links=rendered.has_links, mentions=len(rendered.mentions))
    broken = screen(access, source)

    message = Message(
        room_id=room_id,
        author=access.user,
        client_id=key,
        client_digest=digests[0],
        source=source,
        html=rendered.html,
        render_version=RENDER_VERSION,
        reply_to_id=reply_to,
        file_count=len(files),
    )
    message.reaction_list = []
    message.mention_ids = list(rendered.mentions)
    try:
        commits.run(partial(_store, message, broken, files, looks=wants_preview(user.pk, rendered.html)))
    except IntegrityError:
        # Another send of the same key committed first; everything here was rolled back, its number too.
        if earlier := _sent_earlier(user, key, digests):
            return earlier
        raise
    return Sent(message.pk, message.seq)


def _store(message: Message, broken: Rule | None, files: list[int], *, looks: bool) -> None:
    """Writes and announces a new message, once its author is still found to be allowed to under the room's lock."""
    with transaction.atomic():
        turn = Room.objects.take_turn(message.room_id, message=not withholds(broken))
        access = access_room_again(message.author, message.room_id, Permission.POST)
        check_pace(access)
        message.author = access.user
        message.seq = message.changed_seq = turn.seq
        message.created_at = turn.at
        insert(message)
        message.file_list = claim(message, files)
        _write_mentions(message, tuple(message.mention_ids))
        Membership.objects.note_post(access.joined.pk, turn)

        if broken:
            rule_broken.send(Message, rule=broken, message=message, turn=turn)
        if looks:
            look_soon(message.pk)
        _announce(message, turn)


def edit_message(*, user: User, room_id: int, message_id: int, base: int, text: str) -> None:
    """Replaces the text of one's own message. Conflict, with the present text, if it changed since `base`."""
    access, message = access_own_message(user, room_id, message_id)
    source = check_text(text, has_files=bool(message.file_count))
    limits.check_may_change(user.pk)
    rendered = _render(room_id, source, by=user.pk)
    check_content(access, has_links=rendered.has_links, mentions=len(rendered.mentions))
    check_edit(access, source)
    looks = link_of(rendered.html) != link_of(message.html) and wants_preview(user.pk, rendered.html)

    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access_room_again(user, room_id, Permission.EDIT)
        _access, message = access_own_message(user, room_id, message_id)
        if message.source == source:
            transaction.set_rollback(True)
            return
        if message.revisions.filter(seq__gt=base).exists():
            raise Conflict(current={"source": message.source, "changed_seq": message.changed_seq})
        Revision.objects.create(message=message, seq=turn.seq, source=message.source, replaced_at=turn.at)
        _follow_link(message, rendered, looks=looks)
        message.source = source
        message.html = rendered.html
        message.render_version = RENDER_VERSION
        message.edited_at = turn.at
        message.changed_seq = turn.seq
        message.save(update_fields=["source", "html", "render_version", "edited_at", "changed_seq"])
        named = set(message.mentions.values_list("user_id", flat=True))
        message.mentions.exclude(user_id__in=rendered.mentions).delete()
        _write_mentions(message, rendered.mentions)

        newly = [one for one in rendered.mentions if one not in named]
        _announce(with_extras([message])[0], turn, newly_mentioned=newly)


def _follow_link(message: Message, rendered: Rendered, *, looks: bool) -> None:
    """The card of a link that an edit drops goes with it; another link gets its own."""
    if link_of(rendered.html) != link_of(message.html):
        drop([message.pk])
        if looks:
            look_soon(message.pk)


def delete_message(*, user: User, room_id: int, message_id: int) -> None:
    """Leaves a tombstone. One's own is gone for good; what a moderator removes goes to the bin for 30 days.

    A repeat changes nothing: its first answer may have been lost.
    """
    if was_deleted_by(user.pk, room_id, message_id):
        return
    access, message = access_message(user, room_id, message_id)
    check_may_take_away(access.permissions, message, user)
    limits.check_may_change(user.pk)

    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, Permission.READ)
        _access, message = access_message(user, room_id, message_id)
        check_may_take_away(access.permissions, message, user)
        if message.author_id == user.pk:
            message.revisions.all().delete()
            Saved.objects.filter(message=message).delete()
            release([message.pk])
            drop([message.pk])
            message.file_count = 0
        else:
            put_away(message, turn, by=user)
        _empty(message, turn, by=user)
        find_newest_living(message)

        _announce(with_extras([message])[0], turn)
        if message.author_id != user.pk:
            record("text_removed", actor=user, target=message.author, room=room_id, message_id=message.pk)


def _empty(message: Message, turn: Turn, *, by: User) -> None:
    message.reactions.all().delete()
    message.mentions.all().delete()
    message.source = message.html = ""
    message.arguments = {}
    message.deleted_at = turn.at
    message.deleted_by = by
    message.changed_seq = turn.seq
    message.unpin()
    emptied = ["source", "html", "arguments", "file_count", "deleted_at", "deleted_by", "changed_seq"]
    message.save(update_fields=[*emptied, *PIN_FIELDS])


def find_newest_living(deleted: Message) -> None:
    """Keeps `last_seq` true, so that a deleted message leaves nothing unread behind."""
    newest = (
        Message.objects.in_room(deleted.room_id)
        .living()
        .spoken()
        .order_by("-seq")
        .values_list("seq", flat=True)
    )
    Room.objects.filter(pk=deleted.room_id, last_seq__lte=deleted.seq).update(last_seq=newest.first() or 0)


def react(*, user: User, room_id: int, message_id: int, emoji: str, present: bool) -> None:
    """Adds or takes back one's reaction. A reaction that is there already changes nothing and takes no number."""
    check_emoji(emoji)
    if present and (name := own_emoji_name(emoji)) and not addresses_of([name]):
        raise Invalid(_("That is not an emoji."))
    _access, message = access_message(user, room_id, message_id, Permission.REACT)
    if message.kind == Message.Kind.SYSTEM:
        raise Forbidden
    if message.reactions.filter(user=user, emoji=emoji).exists() == present:
        return
    limits.check_may_change(user.pk)

    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access_room_again(user, room_id, Permission.REACT)
        _access, message = access_message(user, room_id, message_id, Permission.REACT)
        if not _write_reaction(message, user, emoji, present=present):
            transaction.set_rollback(True)
            return
        message.changed_seq = turn.seq
        message.save(update_fields=["changed_seq"])

        _announce(with_extras([message])[0], turn)


def _write_reaction(message: Message, user: User, emoji: str, *, present: bool) -> bool:
    if not present:
        return bool(message.reactions.filter(user=user, emoji=emoji).delete()[0])
    used = set(message.reactions.values_list("emoji", flat=True))
    if emoji not in used and len(used) >= REACTIONS_PER_MESSAGE:
        raise Invalid(_("This message has enough different reactions."))
    _reaction, created = Reaction.objects.get_or_create(message=message, user=user, emoji=emoji)
    return created


def write_line(*, room_id: int, turn: Turn, actor: User, act: str, **arguments: Any) -> Message:
    """A line of the system that carries the number of a change to the room itself. Inside the caller's transaction."""
    line = Message(
        room_id=room_id,
        seq=turn.seq,
        changed_seq=turn.seq,
        author=actor,
        kind=Message.Kind.SYSTEM,
        arguments={"act": act, "actor": {"id": actor.pk, "name": actor.display_name}, **arguments},
        created_at=turn.at,
    )
    line.save(force_insert=True)
    line.reaction_list = []
    line.mention_ids = []
    return line


def _sent_earlier(user: User, key: UUID, digests: list[str]) -> Sent | None:
    found = Message.objects.sent_as(user.pk, key)
    if found is None:
        return None
    if found[2] not in digests:
        raise Conflict(_("This was sent before with other content."))
    return Sent(found[0], found[1])


def _render(room_id: int, source: str, *, by: int) -> Rendered:
    """`mentions` without those who hide the author: they are named, and hear nothing of it."""
    found = may_be_mentioned(room_id, handles_in(source), by=by)
    people = {one.handle: Person(one.pk, one.handle, one.display_name) for one, _hides in found}
    rendered = render(source, people=people, emoji=addresses_of(emoji_names_in(source)))
    hiding = {one.pk for one, hides in found if hides}
    return replace(rendered, mentions=tuple(pk for pk in rendered.mentions if pk not in hiding))


def _write_mentions(message: Message, user_ids: tuple[int, ...]) -> None:
    if user_ids:
        rows = [
            Mention(message=message, user_id=one, room_id=message.room_id, seq=message.seq)
            for one in user_ids
        ]
        Mention.objects.bulk_create(rows, ignore_conflicts=True)


def _announce(message: Message, turn: Turn, *, newly_mentioned: Collection[int] = ()) -> None:
    announce_on_commit(
        room=message.room_id,
        seq=turn.seq,
        acl=turn.acl,
        event=lambda: message_event(message, newly_mentioned),
    )
