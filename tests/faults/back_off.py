"""The Python port of static/js/models/back_off.js, in seconds."""

from __future__ import annotations

import random

from tests.faults.pace import FIRST_RETRY, RETRY_BASE, RETRY_CAP, STABLE_AFTER


class BackOff:
    def __init__(self, chance: random.Random) -> None:
        self._tries = 0
        self._random = chance

    def next(self) -> float:
        turn, self._tries = self._tries, self._tries + 1
        if turn == 0:
            return self._random.random() * FIRST_RETRY
        return min(RETRY_CAP, RETRY_BASE * 2.0 ** min(turn - 1, 20)) * (0.5 + self._random.random() / 2)

    def ended(self, lasted: float) -> None:
        if lasted >= STABLE_AFTER:
            self._tries = 0
