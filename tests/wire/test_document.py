"""docs/protocol.md names everything that travels: events, commands with their fields, error codes, close codes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from chat import errors
from chat.errors import ChatError
from chat.socket.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def document() -> str:
    return (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


def types_in(path: str) -> list[str]:
    """The values of `"type": "…"` that a source writes, without those of ASGI itself."""
    source = (ROOT / path).read_text(encoding="utf-8")
    found = re.findall(r'(?:"type": |MESSAGE_[A-Z]+ = )"([a-z._]+)"', source)
    return sorted({name for name in found if not name.startswith("websocket.")})


SENT = sorted(
    {
        *types_in("chat/wire/events.py"),
        *types_in("chat/socket/consumer.py"),
        *types_in("chat/socket/session.py"),
    }
)


@pytest.mark.parametrize("kind", SENT)
def test_every_frame_of_the_server_is_described(document: str, kind: str) -> None:
    assert f"`{kind}`" in document


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_with_its_fields(document: str, name: str) -> None:
    # `read.mark` / `.unmark` in one row is description enough.
    last = name.rpartition(".")[2]
    row = next((line for line in document.splitlines() if f"`{name}`" in line or f"`.{last}`" in line), "")
    assert row, name
    for field in COMMANDS[name].shape:
        assert re.search(rf"`{field}\??`", row), f"{name}: {field}"


def test_every_error_code_is_described(document: str) -> None:
    for _name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, ChatError):
            assert f"`{kind.code}`" in document


def test_every_close_code_is_described(document: str) -> None:
    sources = [*(ROOT / "chat" / "socket").glob("*.py"), ROOT / "chat" / "border.py"]
    codes = {code for path in sources for code in re.findall(r"\b4\d{3}\b", path.read_text(encoding="utf-8"))}
    assert codes
    for code in codes:
        assert code in document, code
