"""Writes what runs measured into docs/reliability.md: python -m tests.faults.table REPORT.json

The report is what `bin/test faults --report REPORT.json` kept: one line of JSON for each fault on each stack.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.stores import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
COLUMNS = (
    "fault", "stack", "promises", "changes", "repeats", "reconnects", "all current", "send p99",
    "push p50 · p99", "/up p99", "besides",
)  # fmt: skip
USUAL = {
    "changes", "repeats", "reconnects", "fault_s", "converged_s", "send_p99_s", "push_p50_s", "push_p99_s",
    "up_p99_s",
}  # fmt: skip
Report = dict[str, Any]


def main() -> int:
    reports = read(Path(sys.argv[1]))
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    paces = ", ".join(sorted({report["pace"] for report in reports}))
    told = [f"Run: {paces}. Machine: {machine()}.", "", *table(reports)]
    PAGE.write_text("\n".join([before + BEGIN, "", *told, "", END + after]))
    return 1 if any(report["broken"] for report in reports) else 0


def read(path: Path) -> list[Report]:
    """The newest report of each row and stack. What does not begin with F and a number is no fault of the world."""
    newest: dict[tuple[str, str], Report] = {}
    for text in path.read_text().splitlines():
        report = json.loads(text)
        if report["row"].startswith("F"):
            newest[(report["row"], report["stack"])] = report
    return [newest[key] for key in sorted(newest)]


def table(reports: Iterable[Report]) -> list[str]:
    return [line(COLUMNS), line(["---"] * len(COLUMNS)), *(row(report) for report in reports)]


def row(report: Report) -> str:
    figures = report["measured"]
    cells = [
        report["row"],
        report["stack"],
        "broken: " + "; ".join(report["broken"]) if report["broken"] else "kept",
        *(str(figures[name]) for name in ("changes", "repeats", "reconnects")),
        seconds(figures["converged_s"]),
        seconds(figures["send_p99_s"]),
        f"{seconds(figures['push_p50_s'])} · {seconds(figures['push_p99_s'])}",
        seconds(figures["up_p99_s"]),
        ", ".join(f"{word(name)} {value:g}" for name, value in figures.items() if name not in USUAL),
    ]
    return line(cells)


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def word(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ") + (" (s)" if name.endswith("_s") else "")


def machine() -> str:
    """As much as compares: processors, memory, kernel, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB, Linux "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())
