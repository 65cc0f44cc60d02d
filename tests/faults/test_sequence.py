"""The readers' state machine is the browser's: the same vectors, here and in tests/browser/test_sequence.py."""

from __future__ import annotations

import pytest

from tests.faults.programs import CASES, Case, expectations, play


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_sequence_does_as_its_vector_says(case: Case) -> None:
    for told, expected in zip(play(case), expectations(case), strict=True):
        assert {name: told[name] for name in expected} == expected
