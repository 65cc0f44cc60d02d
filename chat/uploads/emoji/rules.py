"""What an emoji may be called. Pure."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from chat.errors import Invalid
from chat.text import EMOJI_NAME
from chat.text.emojis import is_shortcode

MOST: Final = 1_000
_NAME = re.compile(EMOJI_NAME)


def check_name(text: str) -> str:
    """With or without its colons, in small letters. Raises Invalid, also for a name that every emoji picker knows."""
    name = text.strip().strip(":").lower()
    if not _NAME.fullmatch(name):
        raise Invalid(_("Use 2 to 30 of: a-z, 0-9, dash, underscore."))
    if is_shortcode(name):
        raise Invalid(_("There is an emoji of that name already."))
    return name
