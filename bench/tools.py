"""The load generator and the machine: compiled on demand, one core for the server and the others for the load."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".bench"  # what is compiled, installed or downloaded for benchmarks
LONGEST = 300.0  # seconds that one phase of the load generator may take

Report = dict[str, Any]


class Lost(Exception):
    """A frame was lost or doubled: whatever the figures say, they are not shown."""


class Missing(Exception):
    """Something this needs is not on this machine; the message says what."""


def compiled(source: Path) -> Path:
    """The program of a C source, made anew when the source has changed. Raises Missing without a compiler."""
    program = BUILT / source.stem
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Missing(f"a C compiler for {source.name} (Debian: apt install gcc libc6-dev)")
    BUILT.mkdir(exist_ok=True)
    done = subprocess.run(
        [compiler, "-O2", "-Wall", "-o", str(program), str(source), "-lm"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Missing(f"a working C compiler: {done.stderr.strip()[-300:]}")
    return program


def on_server_core(command: list[str]) -> list[str]:
    """The first core is the server's alone."""
    return _pinned("0", command)


def on_load_core(command: list[str]) -> list[str]:
    """The rest of the machine generates load."""
    last = (os.cpu_count() or 1) - 1
    return _pinned(f"1-{last}" if last else "0", command)


def _pinned(cores: str, command: list[str]) -> list[str]:
    taskset = shutil.which("taskset")
    return [taskset, "-c", cores, *command] if taskset else command


def load(**options: Any) -> list[Report]:
    """Runs the load generator to its end; its report per phase. Raises Lost, or Missing for want of a compiler."""
    with loading(**options) as process:
        printed, complaint = process.communicate(timeout=LONGEST)
    return reports(printed, complaint, process.returncode)


@contextmanager
def loading(**options: Any) -> Iterator[subprocess.Popen[str]]:
    """The load generator while it runs. `hold=True` waits for a line on its standard input."""
    process = subprocess.Popen(
        load_command(**options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def load_command(**options: Any) -> list[str]:
    words = []
    for name, value in options.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not False:
                words += [f"--{name.replace('_', '-')}", *([] if one is True else [str(one)])]
    return on_load_core([str(compiled(ROOT / "bench" / "load.c")), *words])


def reports(printed: str, complaint: str, code: int) -> list[Report]:
    found: list[Report] = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    if code:
        raise Lost(complaint.strip().splitlines()[-1] if complaint.strip() else f"exit code {code}")
    for one in found:
        if one.get("exact") is False:
            raise Lost(
                f"{one.get('delivered')} of {one.get('expected')} frames came, {one.get('refused')} refused"
            )
    return found


def memory_of(pid: int) -> int:
    """Bytes of a process's own: what is shared with others counts by its share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def machine() -> str:
    """What the figures were taken on, in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return (
        f"{os.cpu_count()} × {model}, Linux {platform.release().split('-')[0]}, "
        f"Python {sys.version.split()[0]}; server on one core, load on the others, loopback"
    )
