"""The first paint of a page of messages: the neutral fragments with what concerns their reader filled in.

The browser does the same for rows that arrive later (static/js/models/decorator.js); both are held to
tests/vectors/decorator.json.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from chat.messages.grouping import Place, Quote, Row, Viewer, place_rows
from chat.messages.lines import line_text
from chat.messages.rendering import permalink, render_message, role_word
from chat.models import Message
from chat.text.plain import plain_text

__all__ = ["Quote", "Row", "Viewer", "decorate_rows", "row_of"]

LABEL_CHARACTERS = 120
ARTICLE = '<article class="message"'
WORDS = {
    "bot": gettext_noop("bot"),
    "guest": gettext_noop("guest"),
    "moderator": gettext_noop("moderator"),
    "administrator": gettext_noop("administrator"),
}
# What stands in a row without a text.
EMPTY = {
    "deleted": gettext_noop("Message deleted"),
    "hidden": gettext_noop("Hidden while a moderator looks at it"),
    "held": gettext_noop("Held until a moderator has looked at it"),
}


def row_of(message: Message, fragment: str | None = None) -> Row:
    """A row from a loaded message; needs what `render_message` needs."""
    return Row(
        id=message.pk,
        room=message.room_id,
        seq=message.seq,
        author=message.author_id,
        name=message.author.display_name,
        word=role_word(message.author),
        kind=message.kind,
        at=message.created_at,
        html=message.html,
        fragment=render_message(message) if fragment is None else fragment,
        edited_at=message.edited_at,
        deleted=message.is_empty,
        pinned=message.pinned_at is not None,
        mentions=message.mention_ids,
        reply_to=message.reply_to_id,
        reactions=message.reaction_list,
        files=[one.name for one in message.file_list],
        arguments=message.arguments,
    )


def decorate_rows(rows: Sequence[Row], *, viewer: Viewer) -> list[SafeString]:
    """One complete `<li class="entry">` per row, in the viewer's language and zone; `seq` ascends."""
    with translation.override(viewer.language) if viewer.language else nullcontext():
        return [_entry(place, viewer) for place in place_rows(rows, viewer=viewer)]


def _entry(place: Place, viewer: Viewer) -> SafeString:
    dividers = ""
    if place.first_of_day:
        short, long = day_names(place.local, now=viewer.now.astimezone(viewer.zone))
        dividers += _divider("day", short, long)
    if place.first_unread:
        text = _("New since %(time)s") % {"time": clock(place.local)}
        dividers += _divider("new", text, text)
    return SafeString(f'<li class="entry">{dividers}{_article(place, viewer)}</li>')


def _divider(kind: str, text: str, name: str) -> str:
    return (
        f'<div class="divider" data-kind="{kind}" role="separator" aria-label="{escape(name)}">'
        f"<span>{escape(text)}</span></div>"
    )


def _article(place: Place, viewer: Viewer) -> str:
    row = place.row
    states = {
        " data-own": place.own,
        " data-mentioned": place.mentioned,
        " data-cont": place.continued,
        " data-daystart": place.first_of_day,
        ' data-state="sent"': not row.deleted,
    }
    marks = "".join(name for name, holds in states.items() if holds)
    fragment = _filled(row.fragment, place, viewer)
    return f'{ARTICLE}{marks} aria-label="{escape(_label(place))}"{fragment.removeprefix(ARTICLE)}'


def _filled(fragment: str, place: Place, viewer: Viewer) -> str:
    """The fragment with its empty slots filled. Bodies are sanitised and cannot contain a slot."""
    row = place.row
    fragment = fragment.replace("></time>", f">{clock(place.local)}</time>", 1)
    if row.is_system:
        return fragment.replace(
            "></div></article>", f">{escape(line_text(row.arguments))}</div></article>", 1
        )
    if row.deleted:
        return fragment.replace("></div></article>", f">{escape(_empty_words(row))}</div></article>", 1)
    if row.word:
        fragment = fragment.replace("></span></div>", f">{escape(_(WORDS[row.word]))}</span></div>", 1)
    if row.pinned:
        slot = ' data-word="pinned">'
        fragment = fragment.replace(slot, slot + escape(_("Pinned")), 1)
    if quote := viewer.quotes.get(row.reply_to or 0):
        slot = f' data-quote="{row.reply_to}">'
        fragment = fragment.replace(slot, slot + _quote(row, quote), 1)
    if row.edited_at:
        title = escape(_edited_at(row.edited_at.astimezone(viewer.zone), place.local))
        fragment = fragment.replace(
            ' data-word="edited">', f' data-word="edited" title="{title}">{escape(_("edited"))}', 1
        )
    if row.files:
        slot = ' data-word="preview">'
        fragment = fragment.replace(slot, slot + escape(_("Preview")))
    if row.reactions:
        chips = "".join(_chip(emoji, people, viewer) for emoji, people in row.reactions)
        fragment = fragment.replace('<div class="reactions">', f'<div class="reactions">{chips}', 1)
    return fragment.replace(f' data-user="{viewer.id}"', f' data-user="{viewer.id}" data-me')


def _quote(row: Row, quote: Quote) -> str:
    if quote.deleted:
        return f'<span class="reply"><span class="truncate">{escape(_("Message deleted"))}</span></span>'
    return (
        f'<a class="reply" href="{permalink(row.room, row.reply_to or 0)}" tabindex="-1">'
        f"<b><bdi>{escape(quote.name)}</bdi></b>"
        f'<span class="truncate" dir="auto">{escape(quote.excerpt)}</span></a>'
    )


def _chip(emoji: str, people: Sequence[int], viewer: Viewer) -> str:
    mine = viewer.id in people
    name = _("%(emoji)s, %(count)s, with you") if mine else _("%(emoji)s, %(count)s")
    label = escape(name % {"emoji": emoji, "count": len(people)})
    return (
        f'<button type="button" class="reaction" data-emoji="{escape(emoji)}"'
        f' aria-pressed="{str(mine).lower()}" aria-label="{label}" tabindex="-1">'
        f"{_drawn(escape(emoji))} <span>{len(people)}</span></button>"
    )


def _drawn(emoji: str) -> str:
    """One of this chat's own is named; its address leads to its picture, while there is one."""
    own = emoji.startswith(":")
    return f'<img class="emoji" src="/emoji/{emoji[1:-1]}/" alt="{emoji}">' if own else emoji


def _label(place: Place) -> str:
    """What a screen reader says for the whole row."""
    row, time = place.row, clock(place.local)
    if row.deleted:
        return f"{time}, {_empty_words(row)}"
    if row.is_system:
        return f"{time}, {line_text(row.arguments)}"
    words = [row.name, _(WORDS[row.word]) if row.word else "", time, label_text(row.html)]
    words += [_attachments(row.files)] if row.files else []
    if count := sum(len(people) for _emoji, people in row.reactions):
        words.append(ngettext("%(count)s reaction", "%(count)s reactions", count) % {"count": count})
    words += [_("edited") if row.edited_at else "", _("Pinned").lower() if row.pinned else ""]
    words += [_("mentions you") if place.mentioned else ""]
    return ", ".join(word for word in words if word)


def _attachments(names: Sequence[str]) -> str:
    words = ngettext("%(count)s attachment: %(names)s", "%(count)s attachments: %(names)s", len(names))
    return words % {"count": len(names), "names": _cut(", ".join(names))}


def _empty_words(row: Row) -> str:
    return next((_(words) for word, words in EMPTY.items() if f'data-word="{word}"' in row.fragment), "")


def label_text(html: str) -> str:
    """The words of a body on one line, at most 120 characters with the ellipsis."""
    return _cut(" ".join(plain_text(html).split()))


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1] + "…"


def clock(local: datetime) -> str:
    # Translators: a time of day, in the letters of Django's date formats
    return format_date(local, _("H:i"))


def day_names(local: datetime, *, now: datetime) -> tuple[str, str]:
    """The text of a day's tab and its full name, both in the active language."""
    # Translators: dates in the letters of Django's date formats, with and without weekday and year
    short, long, with_year = _("j F"), _("l j F"), _("l j F Y")
    age = (now.date() - local.date()).days
    if age in (0, 1):
        pattern = _("Today, %(date)s") if age == 0 else _("Yesterday, %(date)s")
        return pattern % {"date": format_date(local, short)}, pattern % {"date": format_date(local, long)}
    name = format_date(local, long if local.year == now.year else with_year)
    return name, name


def _edited_at(edited: datetime, written: datetime) -> str:
    if edited.date() == written.date():
        return _("Edited at %(time)s") % {"time": clock(edited)}
    day = format_date(edited, _("l j F"))
    return _("Edited on %(day)s at %(time)s") % {"day": day, "time": clock(edited)}
