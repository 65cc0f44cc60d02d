"""F01, F13, F17: processes die, are replaced, and starve. Nothing acknowledged is lost, doubled or reordered."""

import pytest

from tests.faults import faults
from tests.faults.checker import broken, trial
from tests.faults.stacks import running_stack
from tests.servers import ServerName, Stores


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("server", "stores"),
    [("daphne", "sqlite"), ("daphne", "postgresql"), ("uvicorn", "postgresql"), ("hypercorn", "postgresql")],
)
async def test_processes_come_and_go(server: ServerName, stores: Stores) -> None:
    async with running_stack(server, stores, mutated=True) as stack, trial(stack) as under:
        await under.phase("F01", faults.kill_again_and_again)
        print(under.reports)
    assert broken(under.reports) == []
