"""HTTP on the event loop, for writers and probes: one request per connection, cut answers are errors."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = "t" * 32
# What a request that never got its answer ends with.
NO_ANSWER = (OSError, TimeoutError, EOFError)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


def request_bytes(
    origin: str, path: str, *, cookie: str = "", form: Mapping[str, str] | None = None
) -> bytes:
    """The whole request: GET, or POST with `form` as a program of the page's own would send it."""
    body = b"" if form is None else urllib.parse.urlencode(form).encode()
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {urllib.parse.urlsplit(origin).netloc}",
        "Connection: close",
        "Accept: application/json",
        f"Origin: {origin}",
        f"Cookie: {cookie}; csrftoken={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
    ]
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def ask(
    origin: str,
    path: str,
    *,
    cookie: str = "",
    form: Mapping[str, str] | None = None,
    port: int | None = None,
    patience: float = 10.0,
) -> Answer:
    """The answer, by way of `port` if a proxy stands there. Raises one of NO_ANSWER."""
    where = urllib.parse.urlsplit(origin)
    async with asyncio.timeout(patience):
        reader, writer = await asyncio.open_connection(where.hostname, port or where.port)
        try:
            writer.write(request_bytes(origin, path, cookie=cookie, form=form))
            return await _read_answer(reader)
        finally:
            writer.transport.abort()


async def _read_answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(first.split()[1]), headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    return body
