"""The places where a person is signed in, in words they recognise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from accounts.models import User

# Order matters: Edge and Opera call themselves Chrome as well, and everyone Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """One signed-in session; `number` names it towards accounts.actions.end_session."""

    number: int
    name: str
    address: str
    signed_in: datetime
    current: bool


def devices_of(user: User, *, current: str | None) -> list[Device]:
    """The person's living sessions, the current one first, then the newest."""
    devices = list(_living(user, current))
    return sorted(devices, key=lambda device: (not device.current, -device.signed_in.timestamp()))


def _living(user: User, current: str | None) -> Iterator[Device]:
    for session in UserSession.objects.purge_and_list(user):
        yield Device(
            number=session.pk,
            name=device_name(session.user_agent),
            address=session.ip,
            signed_in=session.created_at,
            current=session.session_key == current,
        )


def device_name(user_agent: str) -> str:
    """Browser and system, as far as the browser says."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
