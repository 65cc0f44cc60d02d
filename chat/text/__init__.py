"""Text of messages: source (a Markdown subset) to safe HTML that is neutral to viewer and language.

Pure: no database, no request, no settings. Whoever calls gives the people that may be mentioned.
Names of people and rooms are cleaned in `accounts.names`, not here.
"""

from chat.text.cleaning import clean_text, is_blank
from chat.text.emojis import emoji_only_count, is_emoji
from chat.text.mentions import Person, handles_in
from chat.text.plain import excerpt
from chat.text.rendering import RENDER_VERSION, Rendered, render

__all__ = [
    "RENDER_VERSION",
    "Person",
    "Rendered",
    "clean_text",
    "emoji_only_count",
    "excerpt",
    "handles_in",
    "is_blank",
    "is_emoji",
    "render",
]
