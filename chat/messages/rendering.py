"""A message as HTML, once for everyone: no viewer, no language, no word of ours.

What depends on the reader is added by chat.messages.decorate and by its twin in the browser. Built from
strings, because this runs for every message that is sent: a Django template takes five times as long.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.models import User
from chat.models import LinkPreview, Message, Room
from chat.previews.facts import preview_facts
from chat.text import emoji_only_count, own_emoji_count
from chat.uploads.facts import file_facts
from chat.uploads.pictures.facts import picture_img
from chat.wire.encoding import moment

BOT_FACE = '<svg class="icon" aria-hidden="true"><use href="#i-bot"/></svg>'
PIN = (
    '<div class="message__pin"><svg class="icon" data-size="small" aria-hidden="true"><use href="#i-pin"/></svg>'
    '<span data-word="pinned"></span></div>'
)
ROLE_WORDS = {
    "owner": "administrator",
    "administrator": "administrator",
    "moderator": "moderator",
    "guest": "guest",
}


def render_message(message: Message) -> str:
    """The one `<article>` of a message: its body is the stored, sanitised HTML, all else is escaped here.

    Needs `message.author` loaded and, unless the message is deleted or a system line, `mention_ids` and
    `reaction_list` attached by chat.messages.queries.
    """
    if message.is_empty:
        word = message.withheld or "deleted"
        body = f'<div class="message__body" data-word="{word}"></div>'
        return _article(message, ' data-state="deleted"', body)
    if message.kind == Message.Kind.SYSTEM:
        facts = f' data-system="{escape(_compact(message.arguments))}"'
        return _article(message, facts, '<div class="message__body"></div>')
    return _article(message, _facts(message), _body(message), head=_head(message.author))


def render_pending(author: User, room: Room) -> SafeString:
    """What the browser fills for a message that is not sent yet: the same function with empty values."""
    message = Message(
        id=0, room=room, seq=0, changed_seq=0, author=author, html="<p></p>", client_id=uuid.UUID(int=0)
    )
    message.created_at = datetime(1970, 1, 1, tzinfo=UTC)
    message.mention_ids, message.reaction_list = [], []
    return SafeString(render_message(message))


def role_word(author: User) -> str:
    """The word beside an author's name: a key that the reader's side translates; "" for most people."""
    return "bot" if author.kind == User.Kind.BOT else ROLE_WORDS.get(author.role, "")


def permalink(room_id: int, message_id: int) -> str:
    return _permalink_pattern().format(room_id, message_id)


@cache
def _permalink_pattern() -> str:
    return reverse("chat:permalink", args=[1, 2]).replace("/1/", "/{}/").replace("/2/", "/{}/")


def _article(message: Message, facts: str, body: str, *, head: str = "") -> str:
    at = moment(message.created_at)
    client_id = f' data-client-id="{message.client_id}"' if message.client_id else ""
    return (
        f'<article class="message" data-id="{message.pk}" data-seq="{message.seq}"'
        f' data-changed="{message.changed_seq}"{client_id} data-author="{message.author_id}" data-ts="{at}"'
        f' data-kind="{message.kind}"{facts} tabindex="-1">{head}'
        f'<a class="message__time" href="{permalink(message.room_id, message.pk)}" tabindex="-1">'
        f'<time datetime="{at}"></time></a>{body}</article>'
    )


def _facts(message: Message) -> str:
    facts = ""
    if message.mention_ids:
        facts += f' data-mentions="{" ".join(map(str, message.mention_ids))}"'
    if message.reply_to_id:
        facts += f' data-reply-to="{message.reply_to_id}"'
    if message.edited_at:
        facts += f' data-edited="{moment(message.edited_at)}"'
    if message.pinned_at:
        facts += " data-pinned"
    if message.reaction_list:
        facts += f' data-reactions="{escape(_compact(message.reaction_list))}"'
    if count := emoji_only_count(message.source) or own_emoji_count(message.html):
        facts += f' data-emoji="{count}"'
    return facts


def _head(author: User) -> str:
    bot = author.kind == User.Kind.BOT
    face, kind = (BOT_FACE, ' data-kind="bot"') if bot else (escape(author.initials), "")
    face += picture_img(author.shown_picture)
    word = role_word(author)
    tag = f'<span class="tag" data-word="{word}"></span>' if word else ""
    return (
        f'<span class="avatar"{kind} data-hue="{author.hue}" aria-hidden="true">{face}</span>'
        f'<div class="message__head"><bdi class="message__author">{escape(author.display_name)}</bdi>'
        f"{tag}</div>"
    )


def _body(message: Message) -> str:
    quote = (
        f'<div class="message__quote" data-quote="{message.reply_to_id}"></div>'
        if message.reply_to_id
        else ""
    )
    pin = PIN if message.pinned_at else ""
    edited = '<small class="edited" data-word="edited"></small>' if message.edited_at else ""
    reactions = '<div class="reactions"></div>' if message.reaction_list else ""
    hung = (_files(message) if message.file_list else "") + (
        _preview(message.preview) if message.preview else ""
    )
    return f'{pin}{quote}<div class="message__body prose" dir="auto">{message.html}{edited}</div>{hung}{reactions}'


# The parts of a row that are templates: few rows have them.
def _files(message: Message) -> str:
    return render_to_string("chat/_files.html", {"files": [file_facts(one) for one in message.file_list]})


def _preview(preview: LinkPreview) -> str:
    return render_to_string("chat/_preview.html", preview_facts(preview))


def _compact(value: Sequence[object] | dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
