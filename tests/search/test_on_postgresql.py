"""What tests/search/test_finding.py says of SQLite holds on PostgreSQL: the very same tests, run once more."""

import os
import subprocess
import sys

from tests.stores import ROOT, clean_environment, database_copy

SAME = "tests/search/test_finding.py"


def test_the_same_is_found_on_postgresql() -> None:
    with database_copy() as url:
        environment = clean_environment() | {"DATABASE_URL": url, "TEST_KEEPS_DATABASE": "yes"}
        environment.pop("PYTEST_XDIST_WORKER", None)
        environment.pop("DATA_DIR", None)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--reuse-db",
            SAME,
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout[-4_000:] + os.linesep + done.stderr[-1_000:]
