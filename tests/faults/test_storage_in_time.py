"""What time does to a site: keys are changed, sessions run out, a backup of before is put back."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import pytest

from tests.faults.storage_faults import faked
from tests.live.client import Tab
from tests.live.http import ask
from tests.live.town import Town, settle
from tests.servers import Site, Stores, running_site

KEYS = {"old": "o" * 50, "new": "n" * 50}
EXPIRE = "from django.contrib.sessions.models import Session; Session.objects.update(expire_date='2001-01-01T00:00Z')"


async def restart(site: Site, **env: str) -> None:
    process = site.processes[0]
    await asyncio.to_thread(process.terminate)
    process.env = process.env | env
    await asyncio.to_thread(process.start)


async def page(town: Town, name: str) -> int:
    path = f"/rooms/{town.lounge}/"
    return (await ask(town.site.origin, path, town.people[name]["cookie"])).status


async def test_a_changed_key_signs_nobody_out_and_a_session_that_ran_out_does() -> None:
    with running_site(SECRET_KEY=KEYS["old"]) as site:
        town = await asyncio.to_thread(settle, site, "alice", "bob")
        await restart(site, SECRET_KEY=KEYS["new"], SECRET_KEY_FALLBACKS=KEYS["old"])
        async with town.tab("bob") as early:
            # Pages of one browser are asked for side by side, by a tab and by what it loads.
            assert await asyncio.gather(*(page(town, "bob") for _ in range(4))) == [200] * 4
            assert await page(town, "bob") == 200
            async with town.tab("bob") as late, town.tab("alice") as alice:
                checks = float(site.env["CHAT_HEADS_INTERVAL"])
                for number in range(3):
                    await alice.say(town.lounge, f"after the change {number}")
                    await late.until_said(town.lounge, f"after the change {number}")
                    await asyncio.sleep(checks / 2)  # the check of sessions is what must not happen
                assert (early.closed, late.closed) == (None, None)
                await asyncio.to_thread(site.python, EXPIRE)
                await early.until(lambda: early.closed is not None)
                assert early.closed is not None
                assert early.closed[0] == 4401
        assert await page(town, "bob") == 302


def test_a_server_whose_clock_is_days_ahead_finds_what_changed() -> None:
    with running_site(stores="postgresql", start=False) as site:
        town = settle(site, "alice")
        clock = site.folder / "clock"
        clock.write_text("+2d")
        site.env |= faked(clock)
        code = "import time; from chat.socket import reads; print(time.time(), *reads.read_heads(600, []))"
        told, *rooms = site.python(code).split()
        assert float(told) > time.time() + 86_400
        assert str(town.lounge) in rooms


@pytest.mark.parametrize("stores", ["sqlite", "postgresql"])
async def test_a_backup_of_before_is_put_back_while_browsers_are_there(stores: Stores) -> None:
    """Browsers are told of another epoch; what was unacknowledged is stored once, what was stored is not doubled."""
    with running_site(stores=stores, LIMITS="off") as site:
        town = await asyncio.to_thread(settle, site, "alice", "bob")
        kept, lost, open_ = (str(uuid.uuid4()) for _ in range(3))
        async with town.tab("alice") as alice, town.tab("bob") as bob:
            before = await alice.say(town.lounge, "before", client_id=kept)
            copy = (await asyncio.to_thread(site.manage, "backup")).strip()
            after = await alice.say(town.lounge, "after the backup", client_id=lost)
            await bob.until_said(town.lounge, "after the backup")
            epoch = bob.of("hello")[0]["epoch"]
            await asyncio.to_thread(site.processes[0].terminate)
            await asyncio.to_thread(site.manage, "restore", copy, "--force")
            await asyncio.to_thread(site.processes[0].start)
        async with town.tab("alice") as alice, town.tab("bob") as bob:
            assert bob.of("hello")[0]["epoch"] != epoch
            answer = await bob.ask("room.sync", room=town.lounge, after=after["seq"])
            assert answer["reset"] is True
            # The outbox of a browser that had no answer, and of one that does not know that it has one.
            for key, text in ((kept, "before"), (lost, "after the backup"), (open_, "never acknowledged")):
                told = [await alice.say(town.lounge, text, client_id=key) for _ in range(2)]
                assert told[0] == told[1]
                assert (told[0] == before) is (key == kept)
            await bob.until_said(town.lounge, "never acknowledged")
            assert await said(bob, town) == ["before", "after the backup", "never acknowledged"]


async def said(tab: Tab, town: Town) -> list[str]:
    """The texts of the lounge as a new tab shows them, oldest first."""
    answer: dict[str, Any] = await tab.ask("room.sync", room=town.lounge, after=0)
    rows = [item["html"] for item in answer["items"] if item["message"]["kind"] == "text"]
    texts = ("before", "after the backup", "never acknowledged")
    return [text for row in rows for text in texts if f">{text}<" in row]
