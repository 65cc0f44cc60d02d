"""The virtual environment: made where missing, filled when the lock has changed. Standard library only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV_DIR", ROOT / ".venv"))


def install(lock: str) -> Path:
    """Return the Python of a virtual environment that holds what `lock` lists, or end with one sentence."""
    if sys.version_info < (3, 11):  # noqa: UP036  # whatever python3 is on a fresh machine
        sys.exit(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; install it and start again."
        )
    python = VENV / "bin" / "python"
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    stamp = VENV / f".{lock}.sha256"
    if python.exists() and _reads(stamp) == wanted:
        return python
    with _alone():
        if python.exists() and _reads(stamp) == wanted:
            return python
        _make(python)
        print(f"Installing what {lock} lists; this takes a minute or two.", flush=True)
        command = [
            str(python),
            "-m",
            "pip",
            "install",
            "-qq",
            "--no-input",
            "--require-hashes",
            "-r",
            str(ROOT / lock),
        ]
        environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        if subprocess.run(command, env=environment, check=False).returncode:
            sys.exit(
                "Packages could not be installed; see the lines above (is there a network?) and try again."
            )
        stamp.write_text(wanted)
    return python


def _make(python: Path) -> None:
    usable = (
        python.exists() and subprocess.run([str(python), "-c", "import pip"], check=False).returncode == 0
    )
    if usable:
        return
    try:
        import ensurepip  # noqa: F401  # Debian ships venv without it
        import venv
    except ImportError:
        sys.exit(
            "Python's venv module is missing; install it (Debian: apt install python3-venv) and try again."
        )
    try:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"The folder {VENV} cannot be made ({error}); make the project's folder writable and try again."
        )


def _reads(stamp: Path) -> str:
    try:
        return stamp.read_text()
    except OSError:
        return ""


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once must not fill one environment."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
