"""What is wrong stops the start with one sentence that says what to do, never with a traceback."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nursery import finish
from tests.servers import Site, running_site
from tests.services import free_port
from tests.stores import ROOT, clean_environment


def refused(folder: Path, **env: str) -> str:
    """Start the site, expect it to end by itself, return the one line it printed."""
    environment = clean_environment() | {"DATA_DIR": str(folder / "data"), "PORT": "0"} | env
    code, shown, complaint = finish((sys.executable, "-m", "chatsite.launch"), env=environment)
    assert code == 1
    assert shown == ""
    assert "Traceback" not in complaint
    assert len(complaint.splitlines()) == 1, complaint
    return complaint


def test_a_taken_port_names_port_and_remedy(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        sentence = refused(tmp_path, PORT=port)
    assert sentence.startswith(f"Port {port} of 127.0.0.1 is taken")
    assert "set PORT to another number" in sentence


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    assert "HOST 192.0.2.1 is no address of this machine" in refused(tmp_path, HOST="192.0.2.1")


def test_an_unknown_server_is_refused(tmp_path: Path) -> None:
    sentence = refused(tmp_path, SERVER="gunicorn")
    assert all(name in sentence for name in ("SERVER", "daphne", "uvicorn", "hypercorn"))


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "set DATA_DIR to a folder that this user may write" in refused(
        tmp_path, DATA_DIR=str(tmp_path / "file" / "data")
    )


def test_a_folder_that_even_root_cannot_write_is_refused(tmp_path: Path) -> None:
    assert "cannot be used" in refused(tmp_path, DATA_DIR="/proc/chat")


def test_an_unreachable_redis_is_refused_without_its_password(tmp_path: Path) -> None:
    sentence = refused(tmp_path, REDIS_URL=f"redis://:hunter2@127.0.0.1:{free_port()}/0")
    assert "start it or correct REDIS_URL" in sentence
    assert "hunter2" not in sentence


def test_several_redis_hosts_are_refused(tmp_path: Path) -> None:
    assert "exactly one Redis" in refused(tmp_path, REDIS_URL="redis://a:1,redis://b:1")


def test_an_unreachable_postgresql_is_refused_without_its_password(tmp_path: Path) -> None:
    sentence = refused(tmp_path, DATABASE_URL=f"postgresql://chat:hunter2@127.0.0.1:{free_port()}/chat")
    assert "start it or correct DATABASE_URL" in sentence
    assert "hunter2" not in sentence


def test_a_second_server_on_the_in_process_layer_is_refused(site: Site, tmp_path: Path) -> None:
    sentence = refused(tmp_path, DATA_DIR=site.env["DATA_DIR"])
    assert f"process {site.processes[0].pid}" in sentence
    assert "REDIS_URL" in sentence


def test_the_lock_binds_servers_and_not_commands(site: Site) -> None:
    assert "no issues" in site.manage("check")


def test_a_crashed_server_leaves_no_lock_behind() -> None:
    with running_site() as site:
        site.processes[0].kill()
        site.processes[0].start()


def test_a_weak_secret_is_refused(tmp_path: Path) -> None:
    assert "chatsite.E002" in refused(tmp_path, SECRET_KEY="short")


def test_source_in_error_pages_is_not_served_to_a_network(tmp_path: Path) -> None:
    assert "chatsite.E001" in refused(tmp_path, DEBUG="on", HOST="0.0.0.0")


@pytest.mark.parametrize("words", [["manage", "check"], ["daphne", "chatsite.asgi:application"]])
def test_commands_and_stock_servers_refuse_wrong_values_too(words: list[str], tmp_path: Path) -> None:
    env = clean_environment() | {"DATA_DIR": str(tmp_path), "PUBLIC_ORIGINS": "*"}
    code, _shown, complaint = finish((sys.executable, "-m", *words), env=env)
    assert code == 1
    assert complaint.startswith("PUBLIC_ORIGINS must list whole addresses")
    assert "Traceback" not in complaint


def test_a_missing_venv_module_names_the_package(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    env = clean_environment() | {"PYTHONPATH": str(tmp_path), "VENV_DIR": str(tmp_path / "venv")}
    done = subprocess.run(
        [sys.executable, "-S", "bin/run"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Python's venv module is missing; install it")
