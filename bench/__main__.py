"""`bin/bench`: measures the product as it is really started, with its peers beside it in the same run.

Contestants take turns, so that a machine that slows down slows all of them; the table shows medians. A run in which a
frame was lost, doubled or refused is not reported.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.report import Line, Result, table_of, write_paper
from bench.scenarios import QUICK, SCENARIOS, Contestant, Plan
from bench.tools import Lost, Missing, machine

RUNS = 3


def main() -> int:
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="chat-shared-") as folder:
        # What all sites of a run are copies of: see tests/stores.py.
        os.environ.setdefault("TEST_SHARED_FOLDER", folder)
        return run(options)


def run(options: argparse.Namespace) -> int:
    plan = Plan(quick=options.quick, peers=options.peers, prepared=options.prepared)
    names = options.scenario or (QUICK if options.quick else tuple(SCENARIOS))
    runs = options.runs or (1 if options.quick else RUNS)
    rows = [row for name in names for row in SCENARIOS[name](plan)]
    console = Console(stderr=True)
    results = [Result(row, [Line(one.name, one.ours) for one in row.contestants]) for row in rows]
    with progress_on(console) as progress:
        bar = progress.add_task("", total=runs * sum(len(row.contestants) for row in rows))
        for result in results:
            for line, contestant in turns(result, runs):
                progress.update(bar, description=f"{result.row.name}: {line.name}")
                measure(line, contestant, result)
                progress.advance(bar)
    Console().print(table_of(results))
    if options.json:
        told = {
            "machine": machine(),
            "command": command(),
            "runs": runs,
            "results": [one.as_json() for one in results],
        }
        options.json.write_text(json.dumps(told, indent=1) + "\n")
    if options.paper:
        write_paper(results, machine(), command(), runs)
    return 1 if any(line.failed and line.ours for one in results for line in one.lines) else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "scenario", nargs="*", metavar="scenario", help=f"which to run: {', '.join(SCENARIOS)} (all)"
    )
    parser.add_argument("--peers", action="store_true", help="run the peers beside, installed on demand")
    parser.add_argument("--quick", action="store_true", help="one short run of a few scenarios, within 90 s")
    parser.add_argument("--runs", type=int, metavar="N", help=f"how many interleaved runs ({RUNS})")
    parser.add_argument(
        "--prepared",
        type=Path,
        metavar="FOLDER",
        help="keep the archive that is searched there, and use it again",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single measurement there")
    parser.add_argument("--paper", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    if unknown := [name for name in options.scenario if name not in SCENARIOS]:
        parser.error(f"there is no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    return options


def progress_on(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def turns(result: Result, runs: int) -> Iterator[tuple[Line, Contestant]]:
    """Everybody once, then everybody again."""
    for _each in range(runs):
        yield from zip(result.lines, result.row.contestants, strict=True)


def measure(line: Line, contestant: Contestant, result: Result) -> None:
    if line.failed:
        return
    mine = [run.bytes_each for one in result.lines if one.ours for run in one.runs if run.bytes_each]
    try:
        line.runs.append(contestant.measure(mine[-1] if mine else 0))
    except Missing as missing:
        line.failed = f"needs {missing}"
    except Lost as lost:
        line.failed = f"not reported: {lost}"
        line.runs.clear()


def command() -> str:
    return shlex.join(["bin/bench", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
