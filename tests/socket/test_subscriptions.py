"""This process's channel: whoever joined it may be cut off meanwhile."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from chat.socket.subscriptions import Subscriptions


async def test_who_is_cut_off_while_joining_leaves_nothing_in_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    subscriptions = Subscriptions(lambda _envelope: None, always=set(), turned=lambda _degraded: None)
    subscriptions._channel_known.set()
    joining = asyncio.Event()

    async def never(*_: object) -> None:
        joining.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(subscriptions._layer, "group_add", never)
    task = asyncio.create_task(subscriptions.join(["room.1"]))
    await joining.wait()
    task.cancel()
    await asyncio.wait([task])
    del task
    gc.collect()
    assert complaints == []
