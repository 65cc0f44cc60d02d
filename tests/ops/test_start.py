"""Start, second start, stop: what `bin/run` does after the packages are there."""

import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.nursery import finish, start
from tests.servers import SERVERS, Site, running_site
from tests.services import PATIENCE, free_port, until
from tests.stores import ROOT, clean_environment

SECOND_START = 3.0  # seconds, promised; measured 0.9
IMPORTS = 0.8  # of them, where it was measured


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def imports(site: Site) -> float:
    """Seconds in which a process imports what a server needs."""
    code = "import django; django.setup(); import chatsite.asgi, chatsite.serving.daphne"
    env = site.env | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"}
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True)
    return time.monotonic() - began


def is_in_time(site: Site) -> bool:
    """Whether a start takes what is promised; a machine that imports more slowly gets as much more."""
    site.processes[0].terminate()
    slowness = max(1.0, imports(site) / IMPORTS)
    began = time.monotonic()
    site.processes[0].start()
    return time.monotonic() - began < SECOND_START * slowness


def test_a_first_start_makes_what_it_needs_and_keeps_secrets_to_itself(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    with running_site(start=False, DATA_DIR=str(data)) as site:
        site.processes[0].start()
        secret = data / "secret.key"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert stat.S_IMODE((data / "chat.sqlite3").stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        kept = secret.read_text()
        assert site.processes[0].terminate() == 0
        site.processes[0].start()
        assert secret.read_text() == kept


def test_the_second_start_answers_within_three_seconds_and_ends_with_the_address() -> None:
    with running_site(start=False) as site:
        process = site.processes[0]
        process.cold = True  # as an operator starts it
        process.start()
        assert any(is_in_time(site) for _ in range(5))  # other tests run beside this one
        assert process.lines[-1] == process.origin
        assert status(f"{process.origin}/up") == 200
        assert not any("Applied" in line or "Prepared" in line for line in process.lines)


def test_what_others_need_to_reach_it_is_printed(site: Site) -> None:
    shown = "\n".join(site.processes[0].lines)
    assert re.search(r"HOST=0\.0\.0\.0 PUBLIC_ORIGINS=http://\S+:\d+,http://localhost:\d+ bin/run", shown)


def test_lifted_limits_and_unknown_names_are_warned_about() -> None:
    with running_site(LIMITS="off", CHAT_PING_INTERVALL="3") as site:
        shown = "\n".join(site.processes[0].lines)
    assert "Warning: LIMITS=off" in shown
    assert "CHAT_PING_INTERVALL is no setting" in shown


def test_public_origins_decide_which_hosts_are_answered() -> None:
    with running_site(PUBLIC_ORIGINS="https://chat.example.org") as site:
        assert site.processes[0].lines[-1] == "https://chat.example.org"
        for host, expected in (("chat.example.org", 200), ("evil.example.org", 400)):
            request = urllib.request.Request(f"{site.origin}/accounts/login/", headers={"Host": host})
            try:
                answer = urllib.request.urlopen(request, timeout=PATIENCE).status
            except urllib.error.HTTPError as error:
                answer = error.code
            assert answer == expected


def test_a_pending_migration_is_applied_after_a_copy_of_the_database() -> None:
    with running_site(start=False) as site:
        data = Path(site.env["DATA_DIR"])
        site.manage("migrate", "sessions", "zero", "-v", "0")
        site.processes[0].start()
        copies = list((data / "backups").iterdir())
        assert len(copies) == 1
        assert not _has_table(copies[0], "django_session")
        assert _has_table(data / "chat.sqlite3", "django_session")
        assert any(str(copies[0]) in line for line in site.processes[0].lines)


def _has_table(database: Path, name: str) -> bool:
    with sqlite3.connect(database) as connection:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(connection.execute(query, [name]).fetchone()[0])


def test_sqlite_is_opened_so_that_acknowledged_messages_survive_a_power_cut(site: Site) -> None:
    code = (
        "from django.db import connection; ask = connection.cursor().execute; "
        "names = ('journal_mode', 'synchronous', 'foreign_keys'); "
        "print([ask('PRAGMA ' + name).fetchone()[0] for name in names])"
    )
    assert site.python(code).strip() == "['wal', 2, 1]"


STOCK = {
    "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", "chatsite.asgi:application"],
    "uvicorn": ["-m", "uvicorn", "--port", "{port}", "chatsite.asgi:application"],
    "hypercorn": ["-m", "hypercorn", "-b", "127.0.0.1:{port}", "chatsite.asgi:application"],
}


def stock_command(server: str, port: str) -> list[str]:
    return [sys.executable, *(word.format(port=port) for word in STOCK[server])]


@pytest.mark.parametrize("server", SERVERS)
def test_the_stock_command_of_each_server_works_and_holds_the_lock(server: str) -> None:
    port = str(free_port())
    with running_site(start=False, PORT=port) as site:
        first = start(stock_command(server, port), env=site.env, stdout=1, stderr=2)
        try:
            until(lambda: _answers(f"http://127.0.0.1:{port}/up"), f"stock {server} does not answer")
            _code, _shown, complaint = finish(stock_command(server, str(free_port())), env=site.env)
            assert "A server already runs on" in complaint
        finally:
            first.terminate()
            first.wait(PATIENCE)


def _answers(address: str) -> bool:
    try:
        return status(address) == 200
    except OSError:
        return False


def test_run_starts_from_another_folder_with_a_relative_data_folder(tmp_path: Path) -> None:
    env = clean_environment() | {"DATA_DIR": "here", "PORT": "0", "VENV_DIR": sys.prefix}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "bin" / "run")], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert any(re.fullmatch(r"http://127\.0\.0\.1:\d+", line.strip()) for line in process.stdout)
        assert (tmp_path / "here" / "secret.key").exists()
    finally:
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 0
