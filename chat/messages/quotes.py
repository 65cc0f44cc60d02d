"""What replies show of the messages that they answer: drawn when shown, so that a deletion empties every quote."""

from __future__ import annotations

from collections.abc import Sequence

from chat.messages.grouping import Quote
from chat.messages.queries import quotable
from chat.models import Message
from chat.text import excerpt


def quote_of(message: Message) -> Quote:
    names = ", ".join(one.name for one in message.file_list)
    text = "" if message.is_empty else excerpt(message.source or names)
    return Quote(name=message.author.display_name, excerpt=text, deleted=message.is_empty)


def quotes_of(room_id: int, user_id: int, messages: Sequence[Message]) -> dict[int, Quote]:
    """The quotes that these messages need: one query, none if none replies."""
    ids = {message.reply_to_id for message in messages if message.reply_to_id}
    return {one.pk: quote_of(one) for one in quotable(room_id, user_id, ids)} if ids else {}
