"""A message as a JSON object and as an event."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from chat.messages.rendering import render_message
from chat.models import Message
from chat.previews.facts import preview_facts
from chat.uploads.facts import file_facts
from chat.wire import events
from chat.wire.encoding import moment
from chat.wire.events import Event


def message_object(message: Message) -> dict[str, Any]:
    """The protocol's `message`: facts only; what it says is in `html`."""
    return {
        "id": message.pk,
        "room": message.room_id,
        "seq": message.seq,
        "changed_seq": message.changed_seq,
        "client_id": str(message.client_id) if message.client_id else None,
        "author": message.author_id,
        "kind": message.kind,
        "created_at": moment(message.created_at),
        "edited_at": moment(message.edited_at) if message.edited_at else None,
        "deleted": message.is_empty,
        "reply_to": message.reply_to_id,
        "pinned_at": moment(message.pinned_at) if message.pinned_at else None,
        "mentions": message.mention_ids,
        "files": [] if message.is_empty else [file_facts(one) for one in message.file_list],
        "preview": preview_facts(message.preview) if message.preview else None,
        "reactions": [[emoji, people] for emoji, people in message.reaction_list],
    }


def message_item(message: Message) -> dict[str, Any]:
    """One entry of a page, of an answer to `room.sync`."""
    return {"message": message_object(message), "html": render_message(message)}


def message_event(message: Message, newly_mentioned: Collection[int] = ()) -> Event:
    """The event that brings a browser to this message's present state; with whom an edit names for the first time."""
    if message.is_empty:
        kind = events.MESSAGE_DELETED
    elif message.changed_seq == message.seq:
        kind = events.MESSAGE_CREATED
    else:
        kind = events.MESSAGE_UPDATED
    return events.message_event(
        kind,
        room=message.room_id,
        seq=message.changed_seq,
        newly_mentioned=newly_mentioned,
        **message_item(message),
    )
