"""A key pressed costs no query: who is a member, the hub knows."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Membership
from chat.presence import commands
from chat.socket.context import Context
from chat.socket.feed import Feed
from chat.socket.hub import Hub
from chat.socket.outlet import Outlet
from chat.socket.transports import PlainTransport
from tests.base import hearing, membership
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Here(Context):
    """Runs in this thread, where the test's transaction is."""

    async def run(self, function, *args, **kwargs):  # type: ignore[no-untyped-def]
        return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)


def type_often(cast: Cast, monkeypatch: pytest.MonkeyPatch, times: int) -> int:
    """How many queries so many frames of bob's typing cost."""
    monkeypatch.setattr("chat.limits.may_type", lambda *_: True)
    room = cast.workshop.pk

    async def send(_event: dict[str, object]) -> None:
        """Nobody reads what this socket is sent."""

    async def run() -> None:
        hub = Hub()
        hub.feeds[room] = Feed(room, members={cast.bob.pk, cast.mona.pk})
        transport = PlainTransport(send, lambda: None)
        outlet = Outlet(user_id=cast.bob.pk, session="", password_mark="", transport=transport)
        outlet.open_rooms.add(room)
        context = Here(cast.bob, outlet, hub, "en")
        for _each in range(times):
            await commands.typing(context, {"room": room, "active": True})

    with CaptureQueriesContext(connection) as queries:
        async_to_sync(run)()
    return len(queries)


def test_only_the_first_of_many_frames_asks_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with hearing() as heard:
        assert type_often(cast, monkeypatch, 10) == 1
    assert len(heard) == 10


def test_who_may_not_write_types_unheard(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = membership(cast.workshop, cast.bob)
    bob.role = Membership.Role.READ_ONLY
    bob.save()
    with hearing() as heard:
        assert type_often(cast, monkeypatch, 3) == 3
    assert heard == []
