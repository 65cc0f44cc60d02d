"""What the log keeps."""

from __future__ import annotations

import logging


class BriefUnavailability(logging.Filter):
    """A database that is away fails every request alike: one line each, without its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 0) == 503:
            record.exc_info = None
        return True
