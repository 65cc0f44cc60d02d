"""The protocol's promises, from outside, on every server and both kinds of stores."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.live.client import Refused, Tab
from tests.live.town import Town


def far(town: Town) -> int:
    """A process other than the first, where there is one."""
    return len(town.site.processes) - 1


async def test_a_message_reaches_every_tab_of_every_member_once_and_in_order(any_town: Town) -> None:
    room = any_town.lounge
    async with (
        any_town.tab("alice") as writer,
        any_town.tab("bob") as near,
        any_town.tab("bob", process=far(any_town)) as other_tab,
        any_town.tab("carol", process=far(any_town)) as third,
    ):
        sent = [await writer.say(room, f"order {number}") for number in range(20)]
        expected = [message["seq"] for message in sent]
        assert expected == list(range(expected[0], expected[0] + 20))
        for tab in (writer, near, other_tab, third):
            await tab.until_said(room, "order 19")
            assert [event["seq"] for event in tab.changes(room)][-20:] == expected


async def test_fifty_parallel_sends_of_one_key_make_one_message_and_one_announcement(any_town: Town) -> None:
    room, key = any_town.lounge, str(uuid.uuid4())
    tabs = [any_town.tab("alice", process=number % (far(any_town) + 1)) for number in range(10)]
    async with any_town.tab("bob", process=far(any_town)) as reader:
        for tab in tabs:
            await tab.__aenter__()
        before = (await tabs[0].say(room, "before"))["seq"]
        answers = await asyncio.gather(
            *(tab.say(room, "once only", client_id=key) for tab in tabs for _ in range(5))
        )
        assert {(answer["id"], answer["seq"]) for answer in answers} == {(answers[0]["id"], before + 1)}
        after = (await tabs[0].say(room, "after"))["seq"]
        assert after == before + 2
        await reader.until_said(room, "after")
        assert sum("once only" in event["html"] for event in reader.changes(room)) == 1
        for tab in tabs:
            await tab.close()


async def test_the_same_key_with_other_content_is_a_conflict(any_town: Town) -> None:
    key = str(uuid.uuid4())
    async with any_town.tab("alice") as tab:
        await tab.say(any_town.lounge, "first", client_id=key)
        with pytest.raises(Refused, match="conflict"):
            await tab.say(any_town.lounge, "second", client_id=key)


async def test_edits_reactions_and_deletions_arrive_as_the_present_state(any_town: Town) -> None:
    room = any_town.lounge
    async with any_town.tab("alice") as alice, any_town.tab("bob", process=far(any_town)) as bob:
        message = await alice.say(room, "before the edit")
        await alice.ask(
            "message.edit", room=room, message=message["id"], base=message["seq"], text="after the edit"
        )
        await bob.until_said(room, "after the edit")
        await bob.ask("reaction.add", room=room, message=message["id"], emoji="👍")
        await alice.until(lambda: any(event["message"]["reactions"] for event in alice.changes(room)))
        assert alice.changes(room)[-1]["message"]["reactions"] == [["👍", [any_town.id("bob")]]]
        await alice.ask("message.delete", room=room, message=message["id"])
        await bob.until(lambda: bob.changes(room)[-1]["type"] == "message.deleted")
        last = bob.changes(room)[-1]
        assert last["message"]["deleted"]
        assert "after the edit" not in last["html"]


async def test_what_was_missed_is_told_by_sync_as_present_state(any_town: Town) -> None:
    room = any_town.lounge
    async with any_town.tab("alice") as alice, any_town.tab("bob") as bob:
        gone = await alice.say(room, "will be deleted")
        await bob.until_said(room, "will be deleted")
        cursor = gone["seq"]
        bob.cut()
        kept = [await alice.say(room, f"missed {number}") for number in range(5)]
        await alice.ask("message.delete", room=room, message=gone["id"])
        async with any_town.tab("bob", process=far(any_town)) as returned:
            answer = await returned.ask("room.sync", room=room, after=cursor)
        assert answer["complete"]
        assert answer["upto"] == answer["head"] == kept[-1]["seq"] + 1
        assert [item["message"]["id"] for item in answer["items"]] == [one["id"] for one in kept] + [
            gone["id"]
        ]
        assert answer["items"][-1]["message"]["deleted"]


async def test_a_long_gap_comes_in_parts_that_wait_for_their_echo(any_town: Town) -> None:
    room = any_town.lounge
    async with any_town.tab("alice") as alice, any_town.tab("bob") as bob:
        first = await alice.say(room, "long gap begins")
        for number in range(12):
            await alice.say(room, f"{number} " + "x" * 9_900)
        last = await alice.say(room, "long gap ends")
        answer = await bob.ask("room.sync", room=room, after=first["seq"])
        assert not answer["complete"]
        await bob.until(lambda: any(frame["complete"] for frame in bob.of("room.more")))
        items = [item for frame in [answer, *bob.of("room.more")] for item in frame["items"]]
        assert [item["message"]["seq"] for item in items] == list(range(first["seq"] + 1, last["seq"] + 1))


async def test_more_than_is_replayed_answers_reset(any_town: Town) -> None:
    async with any_town.tab("alice") as alice:
        answer = await alice.ask("room.sync", room=any_town.lounge, after=10**9)
        assert answer["reset"]


async def test_hello_names_heads_and_unread(any_town: Town) -> None:
    room = any_town.workshop
    async with any_town.tab("alice") as alice:
        sent = await alice.say(room, f"@{any_town.people['bob']['handle']} look")
        async with any_town.tab("bob", process=far(any_town)) as bob:
            rooms = {row[0]: row[1:] for row in bob.of("hello")[0]["rooms"]}
            seq, last, read, mentions = rooms[room]
            assert (seq, last) == (sent["seq"], sent["seq"])
            assert read < last
            assert mentions >= 1
            await bob.ask("read.mark", room=room, seq=seq)
            await bob.until(lambda: bool(bob.of("read")))
            assert bob.of("read")[-1] == {
                "type": "read",
                "room": room,
                "seq": seq,
                "unread": False,
                "mentions": 0,
            }


async def test_reading_in_one_tab_tells_the_other_and_never_moves_backwards(any_town: Town) -> None:
    room = any_town.lounge
    async with (
        any_town.tab("alice") as alice,
        any_town.tab("bob") as here,
        any_town.tab("bob", process=far(any_town)) as there,
    ):
        sent = await alice.say(room, "to be read")
        await here.ask("read.mark", room=room, seq=sent["seq"])
        await there.until(lambda: any(frame["seq"] == sent["seq"] for frame in there.of("read")))
        told = len(there.of("read"))
        await here.ask("read.mark", room=room, seq=1)
        await here.ask("read.unmark", room=room, seq=sent["seq"])
        await there.until(lambda: len(there.of("read")) > told)
        assert there.of("read")[told]["seq"] == sent["seq"] - 1
        assert there.of("read")[told]["unread"]


async def test_typing_reaches_members_who_have_the_room_open_and_nobody_else(any_town: Town) -> None:
    room = any_town.workshop
    async with (
        any_town.tab("alice") as alice,
        any_town.tab("bob", process=far(any_town)) as bob,
        any_town.tab("bob") as closed,
        any_town.tab("carol", process=far(any_town)) as carol,
    ):
        await alice.ask("room.open", room=room)
        await bob.ask("room.open", room=room)
        with pytest.raises(Refused, match="not_found"):
            await carol.ask("room.open", room=room)
        await alice.send("typing", room=room, active=True)
        await bob.until(lambda: bool(bob.of("typing")))
        assert bob.of("typing")[0]["name"] == "Alice"
        await alice.say(any_town.lounge, "after typing")
        for tab in (closed, carol, alice):
            await tab.until_said(any_town.lounge, "after typing")
            assert not tab.of("typing")


def states(tab: Tab, user: int) -> list[str]:
    return [state for frame in tab.of("presence") for one, state in frame["people"] if one == user]


async def test_presence_is_told_to_who_shows_a_room_with_the_person(any_town: Town) -> None:
    room, bob = any_town.workshop, any_town.id("bob")
    async with (
        any_town.tab("alice", process=far(any_town)) as alice,
        any_town.tab("alice") as closed,
        any_town.tab("carol") as carol,
    ):
        await alice.ask("room.open", room=room)
        async with any_town.tab("bob") as first, any_town.tab("bob", process=far(any_town)) as second:
            await alice.until(lambda: states(alice, bob)[-1:] == ["online"])
            await first.send("presence.beat", active=False)
            await second.send("presence.beat", active=False)
            await alice.until(lambda: states(alice, bob)[-1:] == ["away"])
            await second.send("presence.beat", active=True)
            await alice.until(lambda: states(alice, bob)[-1:] == ["online"])
            await first.close()
        await alice.until(lambda: states(alice, bob)[-1:] == ["offline"])
        async with any_town.tab("bob"):
            await alice.until(lambda: states(alice, bob)[-1:] == ["online"])
            async with any_town.tab("alice") as later:
                await later.ask("room.open", room=room)
                await later.until(lambda: states(later, bob) == ["online"])
        assert not states(closed, bob)
        assert not states(carol, bob)


async def test_who_joins_a_room_is_seen_there_at_once(any_town: Town) -> None:
    room, carol = any_town.workshop, any_town.id("carol")
    async with any_town.tab("alice") as alice, any_town.tab("carol", process=far(any_town)) as there:
        await alice.ask("room.open", room=room)
        assert not states(alice, carol)
        await any_town.add("carol")
        await there.until(lambda: bool(there.of("room.joined")))
        await alice.until(lambda: states(alice, carol) == ["online"])
        await any_town.remove("carol")
        await there.until(lambda: bool(there.of("room.left")))


async def test_an_outsider_hears_nothing_of_a_closed_room(any_town: Town) -> None:
    async with any_town.tab("alice") as alice, any_town.tab("carol", process=far(any_town)) as carol:
        assert any_town.workshop not in [row[0] for row in carol.of("hello")[0]["rooms"]]
        await alice.say(any_town.workshop, "a secret")
        await alice.say(any_town.lounge, "no secret")
        await carol.until_said(any_town.lounge, "no secret")
        assert "a secret" not in str(carol.frames)
        commands: dict[str, dict[str, Any]] = {
            "message.send": {"text": "x", "client_id": str(uuid.uuid4())},
            "room.sync": {"after": 0},
            "read.mark": {"seq": 1},
        }
        for command, payload in commands.items():
            refusals = []
            for room in (any_town.workshop, 12345):
                with pytest.raises(Refused) as refused:
                    await carol.ask(command, room=room, **payload)
                refusals.append({**refused.value.frame, "ref": ""})
            assert refusals[0] == refusals[1]


async def test_a_message_too_large_for_the_layer_is_read_from_the_database(any_town: Town) -> None:
    room = any_town.lounge
    async with any_town.tab("alice") as alice, any_town.tab("bob", process=far(any_town)) as bob:
        await alice.say(room, "large: " + "<" * 9_900)
        after = await alice.say(room, "after the large one")
        await bob.until_said(room, "after the large one")
        assert [event["seq"] for event in bob.changes(room)][-2:] == [after["seq"] - 1, after["seq"]]


async def collect(tab: Tab, room: int, text: str) -> list[int]:
    await tab.until_said(room, text)
    return [event["seq"] for event in tab.changes(room)]


async def test_many_writers_at_once_are_heard_in_one_order(any_town: Town) -> None:
    room = any_town.lounge
    async with (
        any_town.tab("alice") as alice,
        any_town.tab("bob", process=far(any_town)) as bob,
        any_town.tab("carol") as carol,
    ):
        await asyncio.gather(
            *(tab.say(room, f"{number}") for tab in (alice, bob, carol) for number in range(15))
        )
        last = await alice.say(room, "all said")
        orders = await asyncio.gather(*(collect(tab, room, "all said") for tab in (alice, bob, carol)))
        expected = list(range(last["seq"] - 45, last["seq"] + 1))
        assert all(order[-46:] == expected for order in orders)
