"""docs/protocol.md says what the code does: types, fields and codes."""

import inspect
import re
from pathlib import Path

from chat import errors
from chat.socket import consumer, outlet, runtime
from chat.socket.commands import COMMANDS
from chat.wire import events

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text()


def rows(heading: str) -> dict[str, list[str]]:
    """First column → the names in the second one's backticks, of the table under a heading."""
    table = PAGE.split(heading, 1)[1].split("\n#", 1)[0]
    found = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            found[cells[0].strip("`")] = re.findall(r"`(\w+)`", cells[1])
    return found


def test_every_event_stands_in_the_table_with_its_fields() -> None:
    documented = rows("### Server to client")
    for kind in re.findall(r'"type": "([\w.]+)"', inspect.getsource(events)):
        assert kind in documented, kind
    plain = ["room", "seq", "message", "html"]
    for kind in (events.MESSAGE_CREATED, events.MESSAGE_DELETED):
        assert documented[kind] == plain
    assert documented[events.MESSAGE_UPDATED] == [*plain, "newly_mentioned"]
    hello = events.hello(build="", user={}, epoch="", limits={}, rooms=[], protocol=1)
    assert set(documented["hello"]) == set(hello) - {"type"}
    joined = events.room_joined(room=1, seq=1)
    assert set(documented["room.joined"]) == set(joined) - {"type"}
    typing = events.typing(room=1, user=1, name="", active=True)
    assert set(documented["typing"]) == set(typing) - {"type"}
    member = events.member_changed(room=1, seq=1, user={}, facts={}, message={}, html="")
    assert set(documented["member.changed"]) == set(member) - {"type"}


def test_every_command_stands_in_the_table_with_its_fields() -> None:
    documented = rows("### Client to server")
    assert set(documented) == set(COMMANDS) | {"pong"}
    for name, command in COMMANDS.items():
        assert documented[name] == list(command.shape), name


def test_every_error_code_is_named() -> None:
    family = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ChatError)
    ]
    for kind in family:
        assert f"`{kind.code}`" in PAGE


def test_every_close_code_is_in_the_table() -> None:
    table = PAGE.split("## Closing", 1)[1].split("\n## ", 1)[0]
    documented = set(re.findall(r"^\| (4\d{3}) ", table, re.MULTILINE))
    source = "".join(inspect.getsource(module) for module in (consumer, outlet, runtime))
    used = set(re.findall(r"close\((4\d{3})", source)) | {"4012"}
    assert documented == used
