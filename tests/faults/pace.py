"""How fast the clocks run and how many take part: scaled for every run of the suite, in full by hand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from chat import constants
from tests.servers import SCALED


@dataclass(frozen=True)
class Pace:
    """`scale`: by what every interval of the protocol is divided. `slack`: by what asked bounds are multiplied,
    since a busy machine must not fail what a quiet one measures."""

    name: str
    scale: float
    slack: float
    writers: int
    readers: int
    per_second: float  # messages, of all writers together
    steady: int  # acknowledged acts of each writer before the fault, and again after it
    kills: int
    rounds: int
    storm: int
    slow: int  # slow clients of each kind
    starving: float  # seconds
    patience: int  # seconds until a whole test is given up
    settings: Mapping[str, str]

    def seconds(self, real: float) -> float:
        """A promised time, as this run may take for it."""
        return real / self.scale * self.slack


# Who does not answer is waited for less; what a slow machine needs in between stays.
SHORT = SCALED | {"CHAT_CLOSE_TIMEOUT": "2"}
SMALL = Pace("scaled", 10, 5, 4, 30, 20, 4, 5, 1, 500, 3, 5.0, 900, SHORT)
UNSCALED = dict.fromkeys(SHORT, "")
FULL = Pace("full", 1, 1, 20, 200, 20, 40, 5, 10, 2000, 12, 60.0, 7200, UNSCALED)
PACE = FULL if os.environ.get("FAULTS") == "full" else SMALL

FIRST_RETRY = constants.FIRST_RETRY_MAX_MS / 1000 / PACE.scale
RETRY_BASE = constants.RETRY_BASE_MS / 1000 / PACE.scale
RETRY_CAP = constants.RETRY_CAP_MS / 1000 / PACE.scale
STABLE_AFTER = constants.STABLE_AFTER_MS / 1000 / PACE.scale
# What a machine under load may hold back is no matter of the protocol: not scaled as far.
SILENCE = constants.SILENCE_MS / 1000 / min(PACE.scale, 5)
NO_ANSWER_AFTER = constants.UNCONFIRMED_AFTER_MS / 1000 / min(PACE.scale, 2)
QUIESCENCE = 60.0
