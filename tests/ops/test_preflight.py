"""Checks against real stores before the site serves."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatsite import preflight
from chatsite.environment import Refused, read
from tests.stores import ROOT, clean_environment, empty_database, redis_url


def test_a_clock_far_from_that_of_redis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    env, _ = read({"REDIS_URL": redis_url()})
    preflight.ask_redis(env)
    ahead = time.time() + 90
    monkeypatch.setattr(preflight, "time", lambda: ahead)
    with pytest.raises(Refused, match=r"differ by 9\d s"):
        preflight.ask_redis(env)


def test_servers_on_several_machines_migrate_one_after_the_other(tmp_path: Path) -> None:
    with empty_database() as url:
        starts = [
            subprocess.Popen(
                [sys.executable, "-c", "from chatsite.launch import prepare; print(prepare())"],
                cwd=ROOT,
                env=clean_environment()
                | {
                    "DJANGO_SETTINGS_MODULE": "chatsite.settings",
                    "DATA_DIR": str(tmp_path / machine),
                    "DATABASE_URL": url,
                },
                stdout=subprocess.PIPE,
                text=True,
            )
            for machine in ("one", "two")
        ]
        printed = [start.communicate(timeout=60)[0] for start in starts]
        assert [start.returncode for start in starts] == [0, 0]
        assert sum("Applied" in line for line in printed) == 1
