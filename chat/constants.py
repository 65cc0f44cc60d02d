"""Numbers that the server, the browser and the tests share; the browser gets them in the page's boot data.

Those of the client's manners are the starting values of its specification; change one only with a measurement.
"""

from typing import Final

PROTOCOL: Final = 1

# Reading and scrolling, in CSS pixels, rows and milliseconds.
STICK_PX: Final = 80
AT_END_PX: Final = 1
HISTORY_PAGE: Final = 50
AROUND_EACH_SIDE: Final = 25
WINDOW_ROWS: Final = 300
WINDOW_SLACK: Final = 20
GROUP_MS: Final = 5 * 60 * 1000
READ_AFTER_MS: Final = 500
DRAFT_DEBOUNCE_MS: Final = 300

# The list of rooms, in rem: each width has its rule in layout.css.
SIDE_NARROWEST: Final = 13
SIDE_USUAL: Final = 17
SIDE_WIDEST: Final = 28

# Sending.
UNCONFIRMED_AFTER_MS: Final = 10_000
TEXT_WARNING: Final = 9_500

# Typing.
TYPING_EVERY_MS: Final = 3_000
TYPING_IDLE_MS: Final = 5_000
TYPING_EXPIRES_MS: Final = 6_000
# In a larger room it would always be somebody.
TYPING_MEMBERS: Final = 100

# Presence.
IDLE_MS: Final = 5 * 60 * 1000

# The link.
FIRST_RETRY_MAX_MS: Final = 2_000
RETRY_BASE_MS: Final = 1_000
RETRY_CAP_MS: Final = 30_000
STABLE_AFTER_MS: Final = 30_000
SILENCE_MS: Final = 60_000
BANNER_AFTER_MS: Final = 5_000
# A hidden tab that does not lead gives its link up; a short look elsewhere costs nobody a reconnect.
HIDDEN_LINK_MS: Final = 60_000

QUICK_EMOJI: Final = ("👍", "❤️", "😂", "🎉", "👀", "🙏")
REACTIONS_PER_MESSAGE: Final = 20
PINS_PER_ROOM: Final = 50
SAVED_PER_PERSON: Final = 1_000


def for_browser() -> dict[str, object]:
    """All of the above under their own names."""
    return {name: value for name, value in globals().items() if name.isupper()}
