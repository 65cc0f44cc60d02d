"""An oracle that was never seen failing proves nothing: with each promise taken out, the checker must notice.

The control goes first: what makes mutations visible, without them, must be mended by the product.
"""

import pytest

from tests.faults.checker import Bounds, Trial, trial
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.stacks import Stack, running_stack

# Mutation, and the promises of which one must be seen broken.
MUTATIONS = {
    "no_order": ("S8",),
    "no_heads": ("S4",),
    "early": ("S4", "S8"),
    "no_fence": ("S7",),
    "no_key": ("S2", "S6"),
}
PATIENCE = 8.0
NO_KEY = "ALTER TABLE chat_message DROP CONSTRAINT one_message_per_intent"


async def phase(stack: Stack, mutation: str, patience: float = QUIESCENCE) -> list[str]:
    """What the checker finds with this mutation on from the fault to the judgement."""

    async def mutate(_trial: Trial) -> None:
        await stack.mutate(mutation)

    async with trial(stack, readers=6) as under:
        bounds = Bounds(allowed=("fault tests wanted",), patience=patience)
        report = await under.phase(f"mutation {mutation}", mutate, bounds)
        await stack.mutate("")
        return report.broken


@pytest.mark.timeout(PACE.patience)
async def test_the_checker_notices_each_promise_that_was_taken_out() -> None:
    noticed: dict[str, list[str]] = {}
    async with running_stack("daphne", "postgresql", mutated=True) as stack:
        assert await phase(stack, "disturbed") == []
        for mutation in MUTATIONS:
            if mutation == "no_key":
                await stack.query(NO_KEY)
            noticed[mutation] = await phase(stack, mutation, PATIENCE)
    for mutation, promises in MUTATIONS.items():
        assert any(fault.startswith(promises) for fault in noticed[mutation]), (mutation, noticed[mutation])
