"""What a long command says while it works: nothing at all where it is quick."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

TELL_EVERY_SECONDS = 2.0
# Says what is being done, at most every two seconds; the words are for the operator.
Tell = Callable[[str], None]


def progress() -> Tell:
    """Prints on standard error, so that standard output holds results only."""
    told_at = time.monotonic()

    def tell(words: str) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            print(f"… {words}", file=sys.stderr, flush=True)

    return tell
