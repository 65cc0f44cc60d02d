"""Hints that were lost on the way, counted, and told to the log at most once a minute per cause."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

logger = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 60.0


class Losses:
    """`total`: cause → how many hints since the start. What they would have told, the heads check finds."""

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self._told_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def count(self, cause: str, hints: int, detail: object = "") -> None:
        """From any thread; never raises. `detail` is the newest failure, for the log."""
        with self._lock:
            self.total[cause] += hints
            now = time.monotonic()
            if now - self._told_at.get(cause, -TELL_EVERY_SECONDS) < TELL_EVERY_SECONDS:
                return
            self._told_at[cause] = now
        logger.warning(
            "channel layer: %s: %s hints lost since the start; the database is asked instead. %s",
            cause,
            self.total[cause],
            detail,
        )


losses = Losses()
