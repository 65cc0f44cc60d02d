"""Who is let in, and how a socket ends: codes that a browser can read, on every server."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.live.client import Refused, Tab
from tests.live.town import Town, settle
from tests.servers import SERVERS, ServerName, running_site

TUNED = {
    "CHAT_PING_INTERVAL": "0.5",
    "CHAT_PONG_TIMEOUT": "2",
    "CHAT_WINDOW_BYTES": "65536",
    "CHAT_PING_BYTES": "16384",
    "CHAT_WINDOW_GRACE": "1",
    "CHAT_SOCKETS_PER_PERSON": "5",
    "CHAT_MESSAGES_BURST": "10",
}


@pytest.fixture(scope="module", params=SERVERS)
def town(request: pytest.FixtureRequest) -> Iterator[Town]:
    server: ServerName = request.param
    with running_site(server=server, given=TUNED) as site:
        yield settle(site)


def code(tab: Tab) -> int:
    byes = tab.of("bye")
    assert byes, tab.closed
    said: int = byes[0]["code"]
    return said


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://[",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://127.0.0.1:{port}.evil.example",
        "http://evil.example",
        "http://sub.localhost:{port}",
    ],
)
async def test_a_foreign_origin_is_refused_before_the_socket_opens(town: Town, origin: str | None) -> None:
    port = town.site.processes[0].port
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            f"ws://127.0.0.1:{port}/ws/",
            origin=origin.format(port=port) if origin else None,  # type: ignore[arg-type]
            additional_headers={"Cookie": town.people["alice"]["cookie"]},
        )
    # Daphne itself answers 400 to an Origin that is no address.
    assert refused.value.response.status_code in (400, 403)


async def test_two_origins_are_refused(town: Town) -> None:
    tab = town.tab("alice", headers={"Origin": "http://evil.example"})
    with pytest.raises(InvalidStatus):
        await tab.open()


async def test_an_unknown_path_is_no_socket(town: Town) -> None:
    with pytest.raises(InvalidStatus):
        await connect(town.site.origin.replace("http", "ws") + "/other/", origin=town.site.origin)  # type: ignore[arg-type]
    assert "Traceback" not in town.site.log()


@pytest.mark.parametrize(
    "cookie", ["", "sessionid=", "sessionid=0123456789abcdef0123456789abcdef", "sessionid=%7f"]
)
async def test_who_is_not_signed_in_is_told_so(town: Town, cookie: str) -> None:
    async with Tab(town.site.origin, cookie) as tab:
        await tab.until(lambda: tab.closed is not None)
        assert code(tab) == 4401
        assert tab.closed is not None
        assert tab.closed[0] == 4401


BAD: list[str | bytes] = [
    "",
    "[]",
    "null",
    "{",
    '{"type": 1}',
    '{"type": "' + "x" * 100 + '"}',
    '{"type": "pong", "n": NaN}',
    '{"type": "typing", "room": 1e999}',
    '{"a":' * 5000,
    '{"type": "x", "n": ' + "9" * 5000 + "}",
    '{"type": "message.send", "text": "\\ud800"}',
    b"\x00\xff",
    "x" * 70_000,
]


@pytest.mark.parametrize("number", range(len(BAD)))
async def test_what_cannot_be_read_is_answered_twice_and_closed_the_third_time(
    town: Town, number: int
) -> None:
    async with town.tab("alice") as tab:
        for _ in range(3):
            await tab.send_raw(BAD[number])
        await tab.until(lambda: tab.closed is not None)
        assert len(tab.of("error")) >= 2
        assert code(tab) == 4009
    assert "Traceback" not in town.site.log()


async def test_a_wrong_command_is_answered_and_the_socket_lives(town: Town) -> None:
    async with town.tab("alice") as tab:
        wrong: dict[str, dict[str, Any]] = {
            "no.such": {},
            "websocket.disconnect": {},
            "user.ended": {"user": 1, "session": None},
            "message.send": {"room": town.lounge},
            "room.open": {"room": "1"},
            "room.sync": {"room": town.lounge, "after": -1},
            "read.mark": {"room": True, "seq": 1},
            "message.edit": {"room": town.lounge, "message": 1, "base": -5, "text": "x"},
        }
        for type_, payload in wrong.items():
            with pytest.raises(Refused, match="invalid"):
                await tab.ask(type_, **payload)
        await tab.say(town.lounge, "still here")


async def test_too_many_commands_are_slowed_and_then_closed(town: Town) -> None:
    async with town.tab("alice") as tab:
        frame = json.dumps({"type": "room.close", "ref": "1", "room": town.lounge})
        for _ in range(400):
            await tab.send_raw(frame)
        await tab.until(lambda: tab.closed is not None)
        assert any(error["code"] == "rate_limited" and error["retry_after"] > 0 for error in tab.of("error"))
        assert code(tab) == 4029
        assert tab.of("bye")[0]["retry_after"] > 0


async def test_sending_too_fast_says_when_to_go_on(town: Town) -> None:
    async with town.tab("bob") as tab:
        with pytest.raises(Refused, match="rate_limited"):
            await asyncio.gather(*(tab.say(town.lounge, f"fast {number}") for number in range(30)))
        await tab.until(lambda: len(tab.of("ok", "error")) == 30)
        await asyncio.sleep(max(frame["retry_after"] for frame in tab.of("error")))
        await tab.say(town.lounge, "in time")


async def test_more_tabs_than_a_person_may_have_are_sent_away(town: Town) -> None:
    tabs = [town.tab("carol") for _ in range(6)]
    for tab in tabs:
        await tab.__aenter__()
    await tabs[5].until(lambda: tabs[5].closed is not None)
    assert code(tabs[5]) == 4029
    assert all(tab.closed is None for tab in tabs[:5])
    for tab in tabs:
        await tab.close()


async def test_who_never_echoes_a_ping_is_let_go(town: Town) -> None:
    async with town.tab("bob", echo=False) as tab:
        await tab.until(lambda: tab.closed is not None)
        assert code(tab) == 4408


async def test_who_reads_but_does_not_confirm_is_too_slow(town: Town) -> None:
    async with town.tab("alice") as alice, town.tab("bob", echo=False) as slow, town.tab("carol") as fine:
        for number in range(10):
            # In turns: nobody may send more than ten without a pause.
            await (alice, fine)[number % 2].say(town.lounge, f"{number} " + "y" * 9_000)
        await slow.until(lambda: slow.closed is not None)
        assert code(slow) in (4008, 4408)
        await fine.until_said(town.lounge, "9 yyy")
        assert fine.closed is None


async def test_old_sockets_are_asked_to_reconnect() -> None:
    with running_site(CHAT_SOCKET_AGE="1,2", given=TUNED) as site:
        town = await asyncio.to_thread(settle, site, "alice")
        async with town.tab("alice") as tab:
            await tab.until(lambda: tab.closed is not None)
            assert code(tab) == 4000
