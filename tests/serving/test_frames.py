"""Ready frames on the real servers, with and without TLS: offered, whole, in order, and never in the clear."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket as sockets
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.nursery import start
from tests.services import PATIENCE, free_port, until

# Around the three ways in which a frame says its length.
SIZES = (0, 1, 125, 126, 65_535, 65_536, 200_000)
MARK = "brackwater " * 3


@dataclass
class Echo:
    """A running `tests.serving.echo`, and a relay before it that keeps what the server sent."""

    port: int
    log: Path
    trust: ssl.SSLContext | None
    relayed: bytearray = field(default_factory=bytearray)

    @contextlib.asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        """A socket through the relay, after the first frame: ready frames are offered."""
        relay = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port = relay.sockets[0].getsockname()[1]
        scheme = "wss" if self.trust else "ws"
        try:
            async with connect(
                f"{scheme}://localhost:{port}/",
                ssl=self.trust,
                max_size=None,
                compression=None,
                open_timeout=PATIENCE,
            ) as socket:
                assert await socket.recv() == "true"
                yield socket
        finally:
            relay.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
            await asyncio.gather(
                pass_on(reader, back), pass_on(there, writer, self.relayed), return_exceptions=True
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()


async def pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray | None = None
) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            if kept is not None:
                kept += data
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-out", str(files[0]), "-keyout", str(files[1])],
        check=True, capture_output=True,
    )  # fmt: skip
    return files


@pytest.fixture(scope="module", params=["daphne", "uvicorn", "daphne-tls", "uvicorn-tls"])
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Echo]:
    server, _dash, tls = request.param.partition("-")
    files = request.getfixturevalue("certificate") if tls else ()
    made = Echo(free_port(), tmp_path_factory.mktemp(server) / "log", None)
    if files:
        made.trust = ssl.create_default_context(cafile=str(files[0]))
    command = [sys.executable, "-m", "tests.serving.echo", server, str(made.port), *map(str, files)]
    with made.log.open("w") as log:
        process = start(command, env=os.environ, stdout=log.fileno(), stderr=log.fileno())
    try:
        until(lambda: listens(made.port), f"{request.param} did not start; see {made.log}")
        yield made
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    with sockets.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def ask(socket: ClientConnection, do: str, **more: object) -> None:
    await socket.send(json.dumps({"do": do, **more}))


async def test_frames_arrive_whole_and_in_order_between_the_servers_own(echo: Echo) -> None:
    async with echo.socket() as socket:
        for size in SIZES:
            text = (MARK * (size // len(MARK) + 1))[:size]
            await ask(socket, "write", text=text)
            await ask(socket, "plain", text=f"after {size}")
            assert await socket.recv() == text
            assert await socket.recv() == f"after {size}"


async def test_nothing_leaves_in_the_clear_where_the_listener_speaks_tls(echo: Echo) -> None:
    echo.relayed.clear()
    async with echo.socket() as socket:
        for _each in range(3):
            await ask(socket, "write", text=MARK)
            assert await socket.recv() == MARK
    assert (MARK.encode() in echo.relayed) == (echo.trust is None)


async def test_characters_are_bytes_on_the_wire(echo: Echo) -> None:
    async with echo.socket() as socket:
        text = "Grüße 🌊 潮" * 20
        await ask(socket, "write", text=text)
        assert await socket.recv() == text


async def test_a_close_comes_with_its_code_and_nothing_behind_it(echo: Echo) -> None:
    async with echo.socket() as socket:
        await ask(socket, "write", text="before")
        await ask(socket, "close", code=4012)
        assert await socket.recv() == "before"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4012


async def test_what_the_peer_does_not_take_is_counted_and_arrives_when_it_does(echo: Echo) -> None:
    async with echo.socket() as socket:
        text = MARK * 5_000
        times = 150  # 25 MB: more than the buffers of both systems
        await ask(socket, "flood", text=text, times=times)
        for _each in range(times):
            assert await asyncio.wait_for(socket.recv(), 60) == text
    pending = [int(line.split()[1]) for line in echo.printed.splitlines() if line.startswith("pending")]
    assert 0 < pending[-1] <= 1.1 * times * len(text)  # TLS adds a little


async def test_an_abort_ends_a_connection_that_takes_nothing(echo: Echo) -> None:
    async with echo.socket() as socket:
        await ask(socket, "flood", text=MARK * 5_000, times=150)
        await ask(socket, "abort")
        with pytest.raises(ConnectionClosed):
            while True:
                await asyncio.wait_for(socket.recv(), 60)
        assert socket.close_code == 1006


async def test_a_peer_that_has_gone_raises_nothing(echo: Echo) -> None:
    async with echo.socket() as socket:
        socket.transport.abort()
    async with echo.socket():  # the server goes on, and has worked off what came before
        pass
    assert "Traceback" not in echo.printed
