"""What counts as an emoji: the list of the `emoji` library, nothing guessed."""

from functools import cache

import emoji

SKIN_TONES = ("🏻", "🏼", "🏽", "🏾", "🏿")
# Up to so many stand alone and large.
LARGE_EMOJI = 3
# The longest emoji is a family of eleven code points; with spaces between three of them this is ample.
_LONGEST = 60


def is_emoji(text: str) -> bool:
    """Whether the text is exactly one emoji: what a reaction may be."""
    return len(text) <= _LONGEST and emoji.is_emoji(text)


def is_shortcode(name: str) -> bool:
    """Whether `:name:` is one that everybody's emoji have."""
    return emoji.emojize(f":{name}:", language="alias") != f":{name}:"


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


@cache
def emoji_table(language: str) -> list[tuple[str, str, str, bool]]:
    """Every emoji without a skin tone: itself, its shortcode, words to find it by, whether it takes a skin tone.

    In the order of shortcodes. Words are of the language too, where the library has it.
    """
    local = language.partition("-")[0]
    emoji.config.load_language([local] if local in emoji.LANGUAGES else [])
    table = []
    for text, facts in emoji.EMOJI_DATA.items():
        if facts["status"] != emoji.STATUS["fully_qualified"] or any(tone in text for tone in SKIN_TONES):
            continue
        names = [facts["en"], *facts.get("alias", []), facts.get(local, "")]
        words = " ".join(dict.fromkeys(name.strip(":").replace("_", " ") for name in names if name))
        shortcode = facts.get("alias", [facts["en"]])[0].strip(":")
        table.append((text, shortcode, words.casefold(), _with_tone(text, SKIN_TONES[0]) in emoji.EMOJI_DATA))
    return sorted(table, key=lambda row: row[1])


def _with_tone(text: str, tone: str) -> str:
    return text[0] + tone + text[1:].removeprefix("\ufe0f")
