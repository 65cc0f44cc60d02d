"""The table: on the screen while it grows, as JSON, and in docs/performance.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from bench.scenarios import Measure, Row
from bench.tools import ROOT

PAPER = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass
class Line:
    """One contestant of one row, over all runs."""

    name: str
    ours: bool
    runs: list[Measure] = field(default_factory=list)
    failed: str = ""

    @property
    def value(self) -> float:
        return median(run.value for run in self.runs)

    @property
    def memory(self) -> float:
        return median(run.memory for run in self.runs)


@dataclass
class Result:
    """One row with the measurements of all who took part."""

    row: Row
    lines: list[Line]

    def ratio(self, mine: Line, peer: Line) -> float:
        """Above 1 where ours is better."""
        better, worse = (peer, mine) if self.row.less else (mine, peer)
        return better.value / worse.value if worse.value else 0.0

    def as_texts(self) -> list[tuple[str, str, str, str, str]]:
        """Per contestant of ours: scenario, ours, peers in the same run, ratio, memory. Alone where none ran."""
        peers = [line for line in self.lines if line.runs and not line.ours]
        texts = []
        for mine in (line for line in self.lines if line.ours):
            if not mine.runs:
                texts.append((self.row.name, f"{mine.name}: {mine.failed}", "", "", ""))
                continue
            said = "; ".join(sorted({run.also for run in mine.runs[-1:] if run.also}))
            own = f"{mine.name} {number(mine.value)} {self.row.unit}" + (f" ({said})" if said else "")
            texts.append(
                (
                    self.row.name,
                    own,
                    "; ".join(f"{peer.name} {number(peer.value)}" for peer in peers),
                    "; ".join(f"{self.ratio(mine, peer):.2f}" for peer in peers),
                    f"{mine.memory / 1e6:.0f} MB" if mine.memory else "",
                )
            )
        left_out = [f"{line.name}: {line.failed}" for line in self.lines if line.failed and not line.ours]
        return texts + [(self.row.name, "", f"not measured: {one}", "", "") for one in left_out]

    def as_json(self) -> dict[str, Any]:
        lines = [
            {
                "name": line.name,
                "ours": line.ours,
                "failed": line.failed,
                "runs": [asdict(run) for run in line.runs],
            }
            for line in self.lines
        ]
        return {
            "scenario": self.row.name,
            "unit": self.row.unit,
            "less_is_better": self.row.less,
            "lines": lines,
        }


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


TITLES = ("Scenario", "Ours", "Peers in the same run", "Ratio", "Memory")


def table_of(results: list[Result]) -> Table:
    table = Table(*TITLES, show_lines=False)
    for result in results:
        for texts in result.as_texts():
            table.add_row(*texts)
    return table


def write_paper(results: list[Result], machine: str, command: str, runs: int, path: Path = PAPER) -> None:
    """Puts the figures into their place in docs/performance.md; what people wrote around them stays."""
    lines = [
        BEGIN,
        "",
        f"`{command}`: medians of {runs} interleaved runs. {machine}.",
        "",
        "| " + " | ".join(TITLES) + " |",
        "|" + "---|" * len(TITLES),
        *("| " + " | ".join(texts) + " |" for result in results for texts in result.as_texts()),
        "",
        END,
    ]
    before, _begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    path.write_text(before + "\n".join(lines) + after, encoding="utf-8")
