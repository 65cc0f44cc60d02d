"""How many frames one connection may bring: empty pieces and pings cost work that no size limits."""

from __future__ import annotations

import time

# The application bounds commands far below this; pongs, pings and pieces of messages come on top.
FRAMES_PER_SECOND = 200
BURST = 2_000


class FrameMeter:
    """A bucket of frames, filled as time goes by."""

    __slots__ = ("_filled_at", "_left")

    def __init__(self) -> None:
        self._left = float(BURST)
        self._filled_at = time.monotonic()

    def is_over(self) -> bool:
        """Counts one frame; True for one too many."""
        self._left -= 1
        if self._left > 0:
            return False
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._filled_at) * FRAMES_PER_SECOND)
        self._filled_at = now
        return self._left <= 0
