"""What counts as an emoji: the list of the `emoji` library, nothing guessed."""

import emoji

# Up to so many stand alone and large.
LARGE_EMOJI = 3
# The longest emoji is a family of eleven code points; with spaces between three of them this is ample.
_LONGEST = 60


def is_emoji(text: str) -> bool:
    """Whether the text is exactly one emoji: what a reaction may be."""
    return len(text) <= _LONGEST and emoji.is_emoji(text)


def emoji_only_count(source: str) -> int:
    """1 to 3 when the text is only so many emoji (white space aside), otherwise 0."""
    text = source.strip()
    if not text or len(text) > _LONGEST or text.isascii():
        return 0
    # Unqualified characters such as the digits' base or (c) are text, unless the list says otherwise.
    found = emoji.emoji_list(text)
    if not 0 < len(found) <= LARGE_EMOJI:
        return 0
    letters = sum(len(match["emoji"]) for match in found)
    return len(found) if letters == sum(not character.isspace() for character in text) else 0
