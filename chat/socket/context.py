"""What a command knows: whose socket it is and how to reach the database and the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from accounts.models import User
from chat.socket.hub import Hub
from chat.socket.outlet import Outlet
from chat.socket.threads import in_thread

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Context:
    user: User
    outlet: Outlet
    hub: Hub
    language: str

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The one thread hop of a command: a synchronous query or action."""
        return await in_thread(function, *args, **kwargs)


Answer = dict[str, Any] | None
