"""One family of errors for every door: a code for programs, a status for HTTP, a sentence for people."""

from __future__ import annotations

import math
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The database is locked, full, restarting or gone: try again. Its other errors are ours.
DATABASE_AWAY = (OperationalError, InterfaceError)


class ChatError(Exception):
    """Refused. `code` is the protocol's, `status` is HTTP's, `detail` is translated when it is shown."""

    code = "invalid"
    status = 400
    detail: str | Promise = _("That does not work.")

    def __init__(self, detail: str | Promise | None = None, **extra: Any) -> None:
        super().__init__(detail or self.detail)
        if detail is not None:
            self.detail = detail
        self.extra = extra

    def as_frame(self) -> dict[str, Any]:
        """`code`, `detail` and what this error adds (`retry_after` in seconds, `current`)."""
        return {"code": self.code, "detail": str(self.detail), **self.extra}


class Invalid(ChatError):
    pass


class TooLarge(ChatError):
    code = "too_large"
    status = 413
    detail = _("That is too long.")


class OverQuota(ChatError):
    code = "quota"
    status = 413
    detail = _("There is no room left for your files. Delete some of your messages with files first.")


class DiskFull(ChatError):
    code = "disk_full"
    status = 507
    detail = _("The server takes no files at the moment: its disk is almost full. Messages still work.")


class NotFound(ChatError):
    """Also for what this person may not see: unknown and forbidden look alike."""

    code = "not_found"
    status = 404
    detail = _("That is not here, or not for you.")


class Forbidden(ChatError):
    code = "forbidden"
    status = 403
    detail = _("You may not do that here.")


class Conflict(ChatError):
    code = "conflict"
    status = 409
    detail = _("It was changed meanwhile.")


class ReadOnly(ChatError):
    code = "read_only"
    status = 403
    detail = _("You cannot write in this room.")


class RateLimited(ChatError):
    code = "rate_limited"
    status = 429
    detail = _("You are sending too fast.")

    def __init__(self, *, retry_after: float) -> None:
        # Rounded up: who comes back at the very moment must not be refused again.
        super().__init__(retry_after=math.ceil(max(retry_after, 0.1) * 10) / 10)


class SlowMode(RateLimited):
    code = "slow_mode"
    detail = _("This room is slow. Wait a little between two messages.")


class SearchedTooFast(RateLimited):
    detail = _("You are searching very fast. Wait a moment.")


class Unavailable(ChatError):
    code = "unavailable"
    status = 503
    detail = _("The server is busy. Try again in a moment.")

    def __init__(self, *, retry_after: float = 2.0) -> None:
        super().__init__(retry_after=retry_after)
