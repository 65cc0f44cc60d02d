"""The emoji that the picker offers."""

from chat.text.emojis import SKIN_TONES, emoji_table, is_emoji


def test_the_table_finds_emoji_by_words_of_both_languages_and_knows_their_tones() -> None:
    english = {text: (code, words, toned) for text, code, words, toned in emoji_table("en")}
    chinese = {text: words for text, _code, words, _toned in emoji_table("zh-hans")}
    assert english["🚀"] == ("rocket", "rocket", False)
    assert "火箭" in chinese["🚀"]
    assert "rocket" in chinese["🚀"]
    assert english["👍"][2]
    assert len(english) > 1_500
    assert not [text for text in english if any(tone in text for tone in SKIN_TONES)]
    assert all(is_emoji(text) for text in english)
