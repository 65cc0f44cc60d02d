"""The programs that the tests need beside Python: installed on Debian and Ubuntu by root, else named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# package: programs, of which one must be there
PACKAGES = {
    "redis-server": ("redis-server",),
    "postgresql": ("initdb",),
    "faketime": ("faketime",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}
POLICY = Path("/usr/sbin/policy-rc.d")


def install_packages() -> None:
    """Install what is missing, or end with one sentence that names it."""
    missing = _missing()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} with apt-get.", flush=True)
        with _services_asleep():
            _apt("update", "-qq")
            _apt("install", "-y", "-qq", "--no-install-recommends", *missing)
        missing = _missing()
    if missing:
        sys.exit(
            f"The tests need {', '.join(missing)}; install them (Debian: apt install {' '.join(missing)})."
        )


def _missing() -> list[str]:
    return [package for package, programs in PACKAGES.items() if not any(map(_present, programs))]


def _present(program: str) -> bool:
    return bool(shutil.which(program) or list(Path("/usr/lib/postgresql").glob(f"*/bin/{program}")))


def _apt(*words: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", *words], env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )


@contextmanager
def _services_asleep() -> Iterator[None]:
    """Debian starts what it installs; the tests start their own."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
