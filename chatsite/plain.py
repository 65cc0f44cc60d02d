"""Answers below Django: for what is refused before a request is worth one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

CLOSE = (b"connection", b"close")


async def answer(send: Any, status: int, text: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """A line of plain text, and the end of the connection."""
    body = f"{text}\n".encode()
    fixed = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        CLOSE,
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


def closing(send: Any, when: Callable[[], bool]) -> Any:
    """As `send`, with an answer that ends its connection if `when` it begins that is so."""

    async def send_and_close(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and when():
            message = {**message, "headers": [*message.get("headers", ()), CLOSE]}
        await send(message)

    return send_and_close
