"""Which tests run on the same worker, and which first: what shares a started site, and what takes longest."""

from __future__ import annotations

import pytest

# Sites and the like that are started once per value of their parameter. Session-wide ones have no parameter.
PARAMETERS = ("any_site", "each_town", "started", "stores", "town", "site", "echo")
SHARED = ("site", "wide_site")
SLOW = ("tests/live/", "tests/attackers/", "tests/ops/", "tests/serving/")


def is_quick(item: pytest.Item) -> bool:
    """False sorts first: what takes long must not come last, while the other workers have nothing left."""
    return not item.nodeid.startswith(SLOW)


def group(item: pytest.Item) -> str:
    """Tests of one name run on one worker, with `--dist loadgroup --no-loadscope-reorder`."""
    assert isinstance(item, pytest.Function)
    values = item.callspec.params if hasattr(item, "callspec") else {}
    for name in PARAMETERS:
        if name in values:
            place = "" if name == "started" else item.path.stem
            return f"{place} {values[name]}"
    for name in SHARED:
        if name in item.fixturenames:
            return name
    # Each of those starts what it needs by itself.
    return f"{item.path.stem} {item.name}" if item.nodeid.startswith("tests/ops/") else item.path.stem
