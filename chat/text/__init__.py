"""Text of messages: source (a Markdown subset) to safe HTML that is neutral to viewer and language.

Pure: no database, no request, no settings. Whoever calls gives the people that may be mentioned.
Names of people and rooms are cleaned in `accounts.names`, not here.
"""

from chat.text.cleaning import clean_text, is_blank
from chat.text.emojis import emoji_only_count, is_emoji
from chat.text.mentions import Person, handles_in
from chat.text.own_emoji import EMOJI_NAME
from chat.text.own_emoji import alone as own_emoji_count
from chat.text.own_emoji import keys_in as emoji_keys_in
from chat.text.own_emoji import name_of as own_emoji_name
from chat.text.own_emoji import names_in as emoji_names_in
from chat.text.own_emoji import without as without_emoji
from chat.text.plain import excerpt
from chat.text.rendering import RENDER_VERSION, Rendered, render

__all__ = [
    "EMOJI_NAME",
    "RENDER_VERSION",
    "Person",
    "Rendered",
    "clean_text",
    "emoji_keys_in",
    "emoji_names_in",
    "emoji_only_count",
    "excerpt",
    "handles_in",
    "is_blank",
    "is_emoji",
    "own_emoji_count",
    "own_emoji_name",
    "render",
    "without_emoji",
]
