"""Redis fails in every way it knows, one after the other: people chat on, nobody is cut off, no promise breaks."""

import pytest

from tests.faults import redis_faults as faults
from tests.faults.checker import Bounds, broken, trial
from tests.faults.pace import PACE
from tests.faults.stacks import running_stack

SEND_P99 = 1.5
ROWS = {
    "F19 groups expire": faults.outlive_groups,
    "F02 quick restart": faults.away(faults.QUICK),
    "F02 slow restart": faults.away(faults.SLOW),
    "F02b FLUSHALL": faults.flush,
    "F02b CLIENT KILL": faults.kill_links,
    "F02b evictions": faults.fill_up,
    "F03 paused 10 s": faults.paused(10),
    "F04 half-open": faults.stalled(40),
}
LONG = {
    "F03 paused 70 s": faults.paused(70),
    "F03 paused 200 s": faults.paused(200),
    "F04 half-open 120 s": faults.stalled(120),
}


@pytest.mark.timeout(PACE.patience)
async def test_no_fault_of_redis_breaks_a_promise_or_a_link() -> None:
    given = {"CHAT_LAYER_GROUP_EXPIRY": str(faults.GROUP_EXPIRY)} if PACE.name == "scaled" else {}
    stack = running_stack("daphne", "postgresql", proxies=("redis",), own_redis=True, given=given)
    async with stack as running, trial(running) as under:
        for row, fault in (ROWS | (LONG if PACE.name == "full" else {})).items():
            report = await under.phase(row, fault, Bounds(send_p99=SEND_P99))
            if report.measured["reconnects"]:
                report.broken.append(f"{report.measured['reconnects']} links were cut")
        found = broken(under.reports)
    assert found == []
