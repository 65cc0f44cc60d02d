"""Files on their way out: one small part in memory at a time, whatever their size and the peer's patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from chat.uploads.keeping import Read

PART: Final = 65_536  # bytes


async def stream(read: Read, close: Callable[[], None], length: int) -> AsyncIterator[bytes]:
    """Asks for the next part only when the server has taken the last one; no thread waits for a slow peer."""
    try:
        while length > 0:
            part = await asyncio.to_thread(read, min(PART, length))
            if not part:
                raise OSError("The file is shorter than it was.")
            length -= len(part)
            yield part
    finally:
        await asyncio.to_thread(close)
