"""A right that was taken away reaches the tabs that are open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.live.client import Refused, Tab
from tests.live.http import ask
from tests.live.town import Town, settle
from tests.servers import running_site
from tests.services import Redis


async def test_a_removed_person_receives_nothing_committed_after_the_removal(each_town: Town) -> None:
    room, last = each_town.workshop, len(each_town.site.processes) - 1
    async with each_town.tab("alice") as alice, each_town.tab("bob", process=last) as bob:
        await alice.say(room, "while bob is in")
        await bob.until_said(room, "while bob is in")
        await each_town.remove("bob")
        await asyncio.gather(*(alice.say(room, f"after the removal {number}") for number in range(10)))
        await bob.until(lambda: bool(bob.of("room.left")))
        await alice.say(each_town.lounge, "bob still hears this")
        await bob.until_said(each_town.lounge, "bob still hears this")
        assert "after the removal" not in str(bob.frames)
        assert bob.of("room.left")[0]["reason"] == "removed"
        await each_town.add("bob")
        await bob.until(lambda: bool(bob.of("room.joined")))
        await alice.say(room, "welcome back")
        await bob.until_said(room, "welcome back")


async def test_messages_sent_while_a_removal_commits_never_reach_who_was_removed_before(
    each_town: Town,
) -> None:
    """Removal and sends race; whatever the order, no number above the removal's own is delivered."""
    room, last = each_town.workshop, len(each_town.site.processes) - 1
    async with each_town.tab("alice") as alice, each_town.tab("bob", process=last) as bob:
        for attempt in range(4):
            await asyncio.gather(
                *(alice.say(room, f"race {attempt} {number}") for number in range(8)),
                each_town.remove("bob", process=last),
            )
            await bob.until(lambda wanted=attempt + 1: len(bob.of("room.left")) >= wanted)  # type: ignore[misc]
            removed_at = bob.of("room.left")[-1]["seq"]
            joined_at = max((frame["seq"] for frame in bob.of("room.joined")), default=0)
            await alice.say(each_town.lounge, f"fence {attempt}")
            await bob.until_said(each_town.lounge, f"fence {attempt}")
            heard = [event["seq"] for event in bob.changes(room)]
            assert not [seq for seq in heard if seq > removed_at and seq > joined_at]
            await each_town.add("bob")
            await bob.until(lambda wanted=attempt + 1: len(bob.of("room.joined")) >= wanted)  # type: ignore[misc]


async def test_signing_out_closes_the_tabs_of_that_session(pair: Town) -> None:
    last = len(pair.site.processes) - 1
    async with pair.tab("bob") as here, pair.tab("bob", process=last) as there, pair.tab("alice") as alice:
        answer = await ask(pair.site.origin, "/accounts/logout/", pair.people["bob"]["cookie"], form={})
        assert answer.status == 302
        for tab in (here, there):
            await tab.until(lambda tab=tab: tab.closed is not None)  # type: ignore[misc]
            assert tab.of("bye")[0]["code"] == 4401
            assert tab.closed is not None
            assert tab.closed[0] == 4401
        await alice.say(pair.lounge, "alice is still here")
        async with pair.tab("bob") as again:
            assert again.of("bye")[0]["code"] == 4401


async def test_a_deactivated_account_loses_all_its_tabs(pair: Town) -> None:
    async with pair.tab("bob", process=len(pair.site.processes) - 1) as bob:
        code = (
            "from accounts.models import User; from accounts.actions import deactivate; "
            f"deactivate(None, User.objects.get(pk={pair.id('bob')}))"
        )
        await asyncio.to_thread(pair.site.python, code)
        await bob.until(lambda: bob.closed is not None)
        assert bob.of("bye")[0]["code"] == 4401


async def sanction(town: Town, name: str, **form: str) -> None:
    path = f"/moderation/people/{town.id(name)}/sanction/"
    form = {"reason": "spam", "minutes": "60", **form}
    answer = await ask(town.site.origins[0], path, town.people["alice"]["cookie"], form=form)
    assert answer.status == 302, answer.text[:300]


async def test_a_ban_ends_every_tab_and_nothing_committed_after_it_arrives(pair: Town) -> None:
    last = len(pair.site.processes) - 1
    async with pair.tab("alice") as alice, pair.tab("bob") as here, pair.tab("bob", process=last) as there:
        await alice.say(pair.workshop, "before the ban")
        for tab in (here, there):
            await tab.until_said(pair.workshop, "before the ban")
        await sanction(pair, "bob", kind="ban")
        await asyncio.gather(*(alice.say(pair.workshop, f"after the ban {number}") for number in range(10)))
        for tab in (here, there):
            await tab.until(lambda tab=tab: tab.closed is not None)  # type: ignore[misc]
            assert tab.of("bye")[0]["code"] == 4401
            assert "after the ban" not in str(tab.frames)
        async with pair.tab("bob", process=last) as again:
            assert again.of("bye")[0]["code"] == 4401


async def test_a_mute_is_told_to_every_tab_and_closes_the_socket_to_writing(pair: Town) -> None:
    last = len(pair.site.processes) - 1
    async with pair.tab("alice") as alice, pair.tab("bob", process=last) as bob:
        await sanction(pair, "bob", kind="mute")
        await bob.until(lambda: bool(bob.of("sanction.changed")))
        assert bob.of("sanction.changed")[0]["room"] is None
        with pytest.raises(Refused) as refused:
            await bob.say(pair.workshop, "hey")
        assert refused.value.frame["code"] == "read_only"
        assert refused.value.frame["until"]
        await alice.say(pair.workshop, "bob still reads")
        await bob.until_said(pair.workshop, "bob still reads")


async def test_a_ban_of_an_address_ends_the_tabs_from_there_but_not_of_who_may_lift_it(
    each_town: Town,
) -> None:
    last = len(each_town.site.processes) - 1
    town = settle(each_town.site, "alice", "bob")
    there, elsewhere = ({"X-Forwarded-For": address} for address in ("203.0.113.7", "203.0.114.7"))
    async with (
        town.tab("alice", headers=there) as alice,
        town.tab("bob", process=last, headers=there) as inside,
        town.tab("bob", process=last, headers=elsewhere) as outside,
    ):
        form = {"network": "203.0.113.0/24", "reason": "spam", "minutes": "60"}
        answer = await ask(
            town.site.origin, "/moderation/addresses/", town.people["alice"]["cookie"], form=form
        )
        assert answer.status == 302, answer.text[:300]
        await asyncio.gather(*(alice.say(town.workshop, f"after the ban {number}") for number in range(10)))
        await inside.until(lambda: inside.closed is not None, 8.0)
        assert inside.of("bye")[0]["code"] == 4403
        await outside.until_said(town.workshop, "after the ban 9")
        assert "after the ban" not in str(inside.frames)
        async with town.tab("bob", headers=there) as again:
            assert again.of("bye")[0]["code"] == 4403
        ban = town.site.python("from chat.models import AddressBan; print(AddressBan.objects.last().pk)")
        await ask(
            town.site.origin,
            f"/moderation/addresses/{int(ban)}/lift/",
            town.people["alice"]["cookie"],
            form={},
        )
        async with town.tab("bob", process=last, headers=there) as back:
            assert back.of("hello")


@asynccontextmanager
async def redis_of_its_own() -> AsyncIterator[tuple[Town, Redis]]:
    redis = Redis()
    await asyncio.to_thread(redis.start)
    try:
        with running_site(stores="postgresql", processes=2, LIMITS="off", REDIS_URL=redis.url) as site:
            yield await asyncio.to_thread(settle, site), redis
    finally:
        redis.close()


async def said_by_http(town: Town, name: str, text: str, *, process: int) -> None:
    import uuid

    form = {"text": text, "client_id": str(uuid.uuid4())}
    answer = await ask(
        town.site.origins[process],
        f"/rooms/{town.workshop}/messages/",
        town.people[name]["cookie"],
        form=form,
        accept="application/json",
    )
    assert answer.status == 201, answer.text


async def test_without_redis_people_chat_on_and_a_removal_still_holds() -> None:
    async with redis_of_its_own() as (town, redis):
        room = town.workshop
        async with (
            town.tab("alice") as alice,
            town.tab("alice", process=1) as far,
            town.tab("bob", process=1) as bob,
        ):
            await alice.say(room, "with redis")
            await bob.until_said(room, "with redis")
            await asyncio.to_thread(redis.end)
            await alice.say(room, "without redis")
            await bob.until_said(room, "without redis")
            await town.remove("bob")
            await alice.say(room, "after the removal")
            await far.until_said(room, "after the removal")
            await bob.until(lambda: bool(bob.of("room.left")))
            await said_by_http(town, "alice", "by the other door", process=1)
            await alice.until_said(room, "by the other door")
            assert "after the removal" not in str(bob.frames)
            assert [event["seq"] for event in far.changes(room)] == sorted(
                {event["seq"] for event in far.changes(room)}
            )
            await asyncio.to_thread(redis.start)
            await said_by_http(town, "alice", "redis is back", process=0)
            await far.until_said(room, "redis is back")
            await until_pushed(alice, far, room)


async def until_pushed(writer: Tab, reader: Tab, room: int) -> None:
    """Live delivery is back: single events again, not batches that were read."""
    for number in range(60):
        await writer.say(room, f"push {number}")
        await reader.until_said(room, f"push {number}")
        last = next(frame for frame in reversed(reader.frames) if frame.get("room") == room)
        if last["type"] == "message.created":
            return
        await asyncio.sleep(0.25)
    pytest.fail("events are still read from the database")
