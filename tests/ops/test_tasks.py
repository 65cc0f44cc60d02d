"""Queued tasks run in the host's thread, at once, and one that fails does not end it."""

import subprocess
import sys
import threading

import pytest
from django_tasks import task

from chatsite.tasks import TaskHost
from tests.servers import running_site
from tests.services import PATIENCE
from tests.stores import ROOT

done = threading.Event()


@task()
def finish() -> None:
    done.set()


@task()
def fail() -> None:
    raise RuntimeError("as a webhook may")


@pytest.mark.django_db(transaction=True)
def test_a_queued_task_runs_at_once_also_after_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatsite.tasks.POLL_INTERVAL", 3600.0)  # whoever is not woken sleeps on
    host = TaskHost()
    host.start()
    try:
        fail.enqueue()
        finish.enqueue()
        assert done.wait(PATIENCE)
    finally:
        host.stop()


def test_the_worker_of_its_own_ends_cleanly_on_a_signal() -> None:
    with running_site(start=False) as site:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work"], cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert "Ctrl-C stops" in worker.stdout.readline()
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
