"""Attacks in well-formed commands: keys, cursors, races, replays and forged fields. One server: all share this code."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.live.client import Refused, Tab
from tests.live.http import ask
from tests.live.town import Town, settle
from tests.servers import running_site

LARGEST = 2**53


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running_site(LIMITS="off") as site:
        yield settle(site)


@pytest.fixture
async def alice(town: Town) -> AsyncIterator[Tab]:
    async with town.tab("alice") as tab:
        yield tab


@pytest.fixture
async def bob(town: Town) -> AsyncIterator[Tab]:
    async with town.tab("bob") as tab:
        yield tab
    assert "Traceback" not in town.site.log()


async def test_A54_a_key_belongs_to_its_author_and_to_one_content(town: Town, alice: Tab, bob: Tab) -> None:
    key = str(uuid.uuid4())
    of_alice = await alice.say(town.workshop, "mine", client_id=key)
    of_bob = await bob.say(town.lounge, "mine", client_id=key)
    assert of_alice["id"] != of_bob["id"]
    for room, text in ((town.lounge, "other"), (town.workshop, "mine")):
        with pytest.raises(Refused, match="conflict"):
            await bob.say(room, text, client_id=key)
    for malformed in ("1", "x" * 4_000, key + "0", "00000000-0000-0000-0000-00000000000g"):
        with pytest.raises(Refused, match="invalid"):
            await bob.say(town.lounge, "text", client_id=malformed)


async def test_A54_somebody_elses_key_tells_nothing_about_their_message(town: Town, alice: Tab) -> None:
    key = str(uuid.uuid4())
    await alice.say(town.workshop, "a secret", client_id=key)
    async with town.tab("carol") as carol:
        refusals = []
        for tried in (key, str(uuid.uuid4())):
            with pytest.raises(Refused) as refused:
                await carol.say(town.workshop, "a secret", client_id=tried)
            refusals.append({**refused.value.frame, "ref": ""})
        assert refusals[0] == refusals[1]


CURSORS: list[Any] = [-1, LARGEST + 1, 2**63, 2**64, 1.5, "1", "1;--", True, [1], {"a": 1}]


@pytest.mark.parametrize("cursor", CURSORS)
async def test_A55_a_cursor_is_a_whole_number_that_a_browser_holds(town: Town, bob: Tab, cursor: Any) -> None:
    for payload in ({"room": town.lounge, "after": cursor}, {"room": cursor, "after": 0}):
        await bob.send("room.sync", **payload)
    await bob.until(lambda: [frame["code"] for frame in bob.of("error")] == ["invalid"] * 2)
    assert bob.closed is None


async def test_A55_a_number_from_beyond_the_head_resets_and_reads_nothing_else(town: Town, bob: Tab) -> None:
    assert (await bob.ask("room.sync", room=town.lounge, after=LARGEST))["reset"]
    with pytest.raises(Refused, match="not_found"):
        await bob.ask("room.sync", room=LARGEST, after=0)
    await bob.ask("read.mark", room=town.lounge, seq=LARGEST)
    async with town.tab("bob") as again:
        ((seq, read),) = [(row[1], row[3]) for row in again.of("hello")[0]["rooms"] if row[0] == town.lounge]
        assert read <= seq


@pytest.mark.parametrize(
    "query", ["before=-1", "before=9223372036854775808", "before=1;--", "after=1e3", "before=%00"]
)
async def test_A55_pages_of_history_refuse_or_ignore_what_is_no_number(town: Town, query: str) -> None:
    answer = await ask(town.site.origin, f"/rooms/{town.lounge}/?{query}", town.people["bob"]["cookie"])
    assert answer.status in (200, 302, 400, 404)


async def test_A56_the_same_reaction_fifty_times_at_once_is_one(town: Town, alice: Tab, bob: Tab) -> None:
    said = await alice.say(town.lounge, "react to this")
    await asyncio.gather(
        *(bob.ask("reaction.add", room=town.lounge, message=said["id"], emoji="👍") for _ in range(30)),
        return_exceptions=True,
    )
    answer = await alice.ask("room.sync", room=town.lounge, after=said["seq"] - 1)
    (item,) = [one for one in answer["items"] if one["message"]["id"] == said["id"]]
    assert item["message"]["reactions"] == [["👍", [town.id("bob")]]]
    assert answer["head"] == said["seq"] + 1


async def test_A56_edits_and_a_removal_at_once_leave_no_change_above_the_removal(town: Town) -> None:
    private = await asyncio.to_thread(settle, town.site, "alice", "bob")
    room = private.workshop
    async with private.tab("bob") as bob, private.tab("alice") as alice:
        said = await bob.say(room, "to be edited")
        path = f"/rooms/{room}/members/{private.id('bob')}/remove/"
        edits = [
            bob.ask("message.edit", room=room, message=said["id"], base=said["seq"], text=f"edit {number}")
            for number in range(12)
        ]
        await asyncio.gather(
            *edits,
            ask(private.site.origin, path, private.people["alice"]["cookie"], form={}),
            return_exceptions=True,
        )
        await bob.until(lambda: bool(bob.of("room.left")))
        removed_at = bob.of("room.left")[0]["seq"]
        answer = await alice.ask("room.sync", room=room, after=0)
        changes = [one["message"] for one in answer["items"] if one["message"]["id"] == said["id"]]
        assert all(message["changed_seq"] < removed_at for message in changes)
        with pytest.raises(Refused, match="not_found"):
            await bob.ask("message.edit", room=room, message=said["id"], base=answer["head"], text="late")


async def test_A57_a_session_that_has_ended_opens_nothing_again(town: Town) -> None:
    other = await asyncio.to_thread(settle, town.site, "alice", "bob")
    cookie = other.people["bob"]["cookie"]
    async with Tab(town.site.origin, cookie) as tab:
        hello = tab.of("hello")[0]
    assert (await ask(town.site.origin, "/accounts/logout/", cookie, form={})).status == 302
    for replayed in (cookie, cookie + "; sessionid=x", cookie.upper(), f"sessionid={hello['user']['id']}"):
        async with Tab(town.site.origin, replayed) as tab:
            assert tab.of("bye")[0]["code"] == 4401
            assert not tab.of("hello")


async def test_A58_fields_that_only_the_server_writes_are_left_out(town: Town, alice: Tab, bob: Tab) -> None:
    before = await alice.say(town.lounge, "before")
    forged: dict[str, Any] = {
        "id": 1, "seq": 10**9, "changed_seq": 10**9, "author": town.id("alice"), "user": town.id("alice"),
        "created_at": "9999-12-31T23:59:59Z", "edited_at": "1970-01-01T00:00:00Z", "kind": "system",
        "html": "<b>x</b>", "deleted": True, "mentions": [town.id("alice")], "is_staff": True, "acl": 0,
    }  # fmt: skip
    sent = await bob.say(town.lounge, "forged", **forged)
    event = await alice.until_said(town.lounge, "forged")
    message = event["message"]
    assert (message["id"], message["seq"]) == (sent["id"], sent["seq"])
    assert sent["seq"] == before["seq"] + 1
    assert message["author"] == town.id("bob")
    assert not message["created_at"].startswith("9999")
    assert (message["kind"], message["edited_at"], message["deleted"]) == ("text", None, False)
    assert message["mentions"] == []
