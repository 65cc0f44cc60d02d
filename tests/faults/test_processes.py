"""Processes, links and clients fail, one after the other, on each kind of site. No promise breaks.

F01, F07, F10 and F13 happen everywhere; the others on SQLite and on PostgreSQL with Daphne, everywhere in full.
"""

import pytest

from tests.faults import clients, faults
from tests.faults.checker import Bounds, Judge, broken, trial
from tests.faults.pace import PACE
from tests.faults.screens import SCREENS, screens
from tests.faults.stacks import Stack, running_stack
from tests.servers import ServerName, Stores

# A window that slow clients fill in seconds, and room for many tabs of few people.
SMALL_WINDOW = {"CHAT_WINDOW_BYTES": "131072", "CHAT_PING_BYTES": "32768"}
MANY_TABS = {"CHAT_SOCKETS_PER_PERSON": "500"}
PADDING = 6000


@pytest.mark.timeout(PACE.patience)
@pytest.mark.parametrize(
    ("server", "stores"),
    [("daphne", "sqlite"), ("daphne", "postgresql"), ("uvicorn", "postgresql"), ("hypercorn", "postgresql")],
)
async def test_no_fault_of_a_process_a_link_or_a_client_breaks_a_promise(
    server: ServerName, stores: Stores
) -> None:
    given = MANY_TABS | (SMALL_WINDOW if PACE.name == "scaled" else {})
    async with running_stack(server, stores, mutated=True, given=given) as stack:
        found = await end_processes(stack)
        if is_thorough(stack):
            found += await break_links(stack)
        found += await be_slow(stack)
        found += await storm(stack)
    assert found == []


def is_thorough(stack: Stack) -> bool:
    """Whether every fault happens here also in the short run."""
    return stack.server == "daphne" or PACE.name == "full"


async def end_processes(stack: Stack) -> list[str]:
    if stack.name != "daphne-sqlite":
        return await end_them_all(stack)
    async with screens(stack, stack.town.workshop) as shown:
        found = await end_them_all(stack, shown.judge)
        assert await shown.links() > 2 * SCREENS
        return found


async def end_them_all(stack: Stack, others: Judge | None = None) -> list[str]:
    async with trial(stack, others=others) as under:
        await under.phase("F01 kill -9", faults.kill_again_and_again)
        await under.phase("F01 kill -9 between COMMIT and answer", faults.die_before_answering)
        await under.phase("F13 rolling restart", faults.restart_one_after_the_other)
        if is_thorough(stack):
            await under.phase("F17 no processor time, then kill -9", faults.starve, Bounds(up_p99=10.0))
        return broken(under.reports)


async def break_links(stack: Stack) -> list[str]:
    async with trial(stack, late=True) as under:
        await under.phase("F09 half-open clients", clients.pull_the_cable)
        await under.phase("F12 the same send at once", clients.repeat_in_parallel)
        await under.phase("F15 every byte 200 ms late", faults.on_the_way("delay"))
        await under.phase("F15 64 kbit/s", faults.on_the_way("throttle"))
        await under.phase("F21 answers lost after COMMIT", faults.on_the_way("swallow"))
        await under.phase("F21 requests cut in their middle", faults.on_the_way("cut", count=500))
        await under.phase("F21 a balancer repeats", faults.on_the_way("replay"))
        return broken(under.reports)


async def be_slow(stack: Stack) -> list[str]:
    async with trial(stack, padding=PADDING, late=True) as under:
        await under.phase("F07 slow clients", clients.crawl)
        return broken(under.reports)


async def storm(stack: Stack) -> list[str]:
    people = PACE.storm if is_thorough(stack) else PACE.storm // 5
    async with trial(stack, writers=2, readers=people, late=True) as under:
        await under.phase("F10 everybody cut at once", faults.storm, Bounds(up_p99=3.0))
        return broken(under.reports)
