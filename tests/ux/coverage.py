"""Which test proves which statement about the client: `python -m tests.ux.coverage` writes docs/ux-coverage.md.

A test proves the statements that its name carries: `test_ML_04_and_ML_05_…`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STATEMENTS = Path(__file__).parent / "statements.txt"
ARGUED = Path(__file__).parent / "argued.toml"
PAGE = ROOT / "docs" / "ux-coverage.md"
TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
IDS = re.compile(r"(?<=_)([A-Z]{2})_(\d\d)(?=_)")

HEAD = """# What the client promises, and the test that proves it

Made by `.venv/bin/python -m tests.ux.coverage` from `tests/ux/`. m: must, s: should.

| | | statement | test |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Statement:
    """`level`: m or s."""

    id: str
    level: str
    text: str


def statements() -> list[Statement]:
    lines = STATEMENTS.read_text(encoding="utf-8").splitlines()
    return [Statement(*line.split(" ", 2)) for line in lines]


def argued() -> dict[str, str]:
    """Id to why no test carries it, or where else it is measured."""
    found: dict[str, str] = tomllib.loads(ARGUED.read_text(encoding="utf-8"))
    return found


def proofs() -> dict[str, list[str]]:
    """Id to the tests that carry it in their names, as `file::test`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in TEST.findall(path.read_text(encoding="utf-8")):
            for group, number in IDS.findall(name):
                found[f"{group}-{number}"].append(f"{path.relative_to(ROOT / 'tests')}::{name}")
    return dict(found)


def page() -> str:
    proven, reasons = proofs(), argued()
    rows = []
    for each in statements():
        tests = "<br>".join(f"`{test}`" for test in proven.get(each.id, []))
        rows.append(
            f"| {each.id} | {each.level} | {each.text} | {tests or reasons.get(each.id, '**none**')} |"
        )
    return HEAD + "\n".join(rows) + "\n"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    missing = [each.id for each in statements() if each.id not in proofs() and each.id not in argued()]
    print(f"{PAGE.relative_to(ROOT)}: {len(missing)} without a test: {' '.join(missing)}")


if __name__ == "__main__":
    main()
