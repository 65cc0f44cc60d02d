"""What every template of the shell may name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chat.build import build
from chat.constants import SIDE_NARROWEST, SIDE_USUAL, SIDE_WIDEST
from chat.rooms.page import shell_boot
from chat.rooms.sidebar import sidebar_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """`sidebar` and `boot` for signed-in people, read from the database only where a page names them."""
    side = _side_of(request.COOKIES.get("side", ""))
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"build": build(), "side": side}
    sidebar = SimpleLazyObject(lambda: sidebar_of(user))
    return {"build": build(), "side": side, "sidebar": sidebar, "boot": lambda: shell_boot(user)}


def _side_of(text: str) -> int:
    """How wide this device wants the list of rooms, in rem."""
    wish = int(text) if text.isascii() and text.isdecimal() and len(text) == 2 else SIDE_USUAL
    return wish if SIDE_NARROWEST <= wish <= SIDE_WIDEST else SIDE_USUAL
