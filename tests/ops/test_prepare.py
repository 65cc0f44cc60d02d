"""Copies of the database and the secret that is made once."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatsite.checks import file_system
from chatsite.datadir import kept_secret
from chatsite.prepare import COPIES_KEPT, copy_sqlite
from tests.servers import Site


def test_a_copy_holds_what_is_still_in_the_write_ahead_log(tmp_path: Path) -> None:
    live = sqlite3.connect(tmp_path / "chat.sqlite3")
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE words (word TEXT)")
    live.execute("INSERT INTO words VALUES ('kept')")
    live.commit()
    copy = copy_sqlite(tmp_path / "chat.sqlite3", tmp_path / "backups")
    assert sqlite3.connect(copy).execute("SELECT word FROM words").fetchall() == [("kept",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    live.close()


def test_only_the_newest_copies_stay(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "chat.sqlite3").close()
    copies = [copy_sqlite(tmp_path / "chat.sqlite3", tmp_path / "backups") for _ in range(COPIES_KEPT + 3)]
    assert sorted((tmp_path / "backups").iterdir()) == copies[-COPIES_KEPT:]


def test_racing_first_starts_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(tmp_path / "secret.key"), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) > 80
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    assert file_system(tmp_path / "data", mounts) == "nfs4"
    assert file_system(Path("/"), mounts) == "ext4"
    assert file_system(Path("/"), tmp_path / "absent") == ""


def test_a_restore_under_a_running_server_is_refused(site: Site) -> None:
    copy = site.manage("backup").strip()
    with pytest.raises(RuntimeError, match="A server already runs on"):
        site.manage("restore", copy, "--force")
