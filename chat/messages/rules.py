"""What a message may be: pure checks of length and shape."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from chat.access.permissions import Permission
from chat.constants import HISTORY_PAGE
from chat.errors import Forbidden, Invalid, TooLarge
from chat.models import Message
from chat.text import clean_text, is_blank, is_emoji, own_emoji_name

LARGEST_PAGE = 100


def clamp_page(limit: int) -> int:
    """Between 1 and 100 rows; anything else is the usual page."""
    return limit if 1 <= limit <= LARGEST_PAGE else HISTORY_PAGE


def check_text(text: str, *, has_files: bool = False) -> str:
    """The text in NFC without control characters. Raises TooLarge beyond the limit, Invalid for an empty one.

    Beside files there need be no text.
    """
    longest = settings.CHAT.text_chars
    if len(text) > 4 * longest:
        raise TooLarge
    try:
        cleaned = clean_text(text)
    except ValueError as error:
        raise Invalid(_("That text cannot be stored.")) from error
    if is_blank(cleaned):
        if has_files:
            return ""
        raise Invalid(_("Write something first."))
    if len(cleaned) > longest:
        raise TooLarge(_("A message may have %(limit)s characters.") % {"limit": longest})
    return cleaned


def check_may_take_away(granted: frozenset[Permission], message: Message, user: User) -> None:
    """Whether somebody may delete this message, or a part of it. Raises Forbidden."""
    own = message.author_id == user.pk
    needed = Permission.DELETE_OWN if own else Permission.DELETE_ANY
    if needed not in granted or message.kind == Message.Kind.SYSTEM:
        raise Forbidden


def check_emoji(text: str) -> str:
    """One emoji, or the name of one of this chat's own between colons. Raises Invalid for anything else."""
    if not (is_emoji(text) or own_emoji_name(text)):
        raise Invalid(_("That is not an emoji."))
    return text


def client_digests(
    *, room_id: int, text: str, reply_to: int | None, uploads: Sequence[int] = ()
) -> list[str]:
    """What "same content" means, keyed so that it tells nothing. The first is stored; older keys still compare."""
    # A text holds no NUL: what follows one is the files.
    files = "\x00" + ",".join(map(str, uploads)) if uploads else ""
    content = f"{room_id}\x00{reply_to or ''}\x00{text}{files}".encode()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.new(key.encode(), content, hashlib.sha256).hexdigest() for key in keys]


def check_client_id(value: str | UUID) -> UUID:
    """Raises Invalid for what is no UUID."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid(_("A message needs a client id.")) from error
