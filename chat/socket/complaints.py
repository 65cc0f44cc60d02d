"""How a failure of work that nobody waits for reaches the log."""

from __future__ import annotations

import logging

from chat.errors import DATABASE_AWAY

logger = logging.getLogger(__name__)


def log_failure(what: str, error: BaseException) -> None:
    """One line where the database is away, since everything fails alike then; else an error with its traceback."""
    if isinstance(error, DATABASE_AWAY):
        first = (str(error).splitlines() or [""])[0]
        logger.warning("%s: the database does not answer: %s", what, first)
    else:
        logger.error("%s failed", what, exc_info=error)
