"""JSON as it travels: compact, UTF-8, and always readable by a browser's JSON.parse."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def encode(frame: dict[str, Any]) -> str:
    """Raises ValueError for NaN and infinities, which JSON.parse rejects and Python would write."""
    return json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def moment(at: datetime) -> str:
    """UTC with milliseconds and Z, e.g. 2026-11-24T14:32:05.120Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
