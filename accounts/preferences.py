"""How a person wants to be told, to write and to be seen: small choices, kept as one JSON object per person.

What is not stored has its default; what is stored and no longer known is left out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User

# The hints that a page may show once; what was dismissed stays so on every device.
HINTS = ("notifications", "keyboard", "install")
MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Preferences:
    """`quiet_from`, `quiet_to`: "HH:MM" or "". `paused_until`: ISO 8601 or "". `skin`: 0 (none) to 5."""

    sounds: bool = False
    previews: bool = True
    quiet_from: str = ""
    quiet_to: str = ""
    direct_through: bool = False
    paused_until: str = ""
    send_with_ctrl: bool = False
    letter_keys: bool = True
    type_anywhere: bool = True
    announce: str = "all"
    hide_presence: bool = False
    hide_typing: bool = False
    skin: int = 0
    hints_seen: tuple[str, ...] = ()


def preferences_of(user: User) -> Preferences:
    known = {field.name for field in fields(Preferences)}
    stored = {name: value for name, value in user.preferences.items() if name in known}
    return Preferences(**{**stored, "hints_seen": tuple(stored.get("hints_seen", ()))})


def as_facts(preferences: Preferences) -> dict[str, Any]:
    """For the browser."""
    return asdict(preferences)


def mood_of(user: User, now: datetime | None = None) -> str:
    """How the person wants to be seen: "hidden", "busy" while paused, or ""."""
    preferences = preferences_of(user)
    if preferences.hide_presence:
        return "hidden"
    paused = preferences.paused_until and datetime.fromisoformat(preferences.paused_until)
    return "busy" if paused and paused > (now or timezone.now()) else ""


def pause_end(choice: str, now: datetime | None = None) -> datetime | None:
    """The end of a pause, in the active time zone: "hour", "tomorrow", or "off" for none. Raises KeyError."""
    now = timezone.localtime(now or timezone.now())
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo)
    return {"hour": now + timedelta(hours=1), "tomorrow": morning, "off": None}[choice]


def status_end(choice: str, now: datetime | None = None) -> datetime | None:
    """When a status ends, in the active time zone. Raises KeyError."""
    now = timezone.localtime(now or timezone.now())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(0), now.tzinfo)
    week = midnight + timedelta(days=6 - now.weekday())
    ends = {"half": now + timedelta(minutes=30), "hour": now + timedelta(hours=1), "day": midnight}
    return {**ends, "week": week, "never": None}[choice]
