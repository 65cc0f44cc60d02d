"""What every template of the shell may name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chat.build import build
from chat.rooms.page import shell_boot
from chat.rooms.sidebar import sidebar_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """`sidebar` and `boot` for signed-in people, read from the database only where a page names them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"build": build()}
    sidebar = SimpleLazyObject(lambda: sidebar_of(user))
    return {"build": build(), "sidebar": sidebar, "boot": lambda: shell_boot(user)}
