"""Listens at the border: what accounts announces while an act runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.signals import access_ended, account_changed, account_closed


@contextmanager
def announcements() -> Iterator[list[tuple[str, str, Any]]]:
    """Yields a growing list of (what, handle, session key or None), in the order in which they are sent."""
    heard: list[tuple[str, str, Any]] = []

    def ended(sender: type, **told: Any) -> None:
        heard.append(("moved" if told.get("moved") else "ended", told["user"].handle, told["session"]))

    def closed(sender: type, **told: Any) -> None:
        heard.append(("closed", told["user"].handle, None))

    def changed(sender: type, **told: Any) -> None:
        heard.append(("changed", told["user"].handle, None))

    ears = {access_ended: ended, account_closed: closed, account_changed: changed}
    for signal, ear in ears.items():
        signal.connect(ear)
    try:
        yield heard
    finally:
        for signal, ear in ears.items():
            signal.disconnect(ear)
