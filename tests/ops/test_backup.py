"""One file holds the site as it was at one moment, is proved by restoring it, and puts the site back."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chatsite.backup import acts, archive
from chatsite.backup.stores import SQLite
from tests.live.town import settle
from tests.servers import Site, Stores, running_site
from tests.services import until

SHOW = "from accounts.models import Instance; i = Instance.objects.get(); print(i.name, i.epoch)"
SPEAK = """
from accounts.models import User
from chat.messages.actions import send_message
import itertools, pathlib, uuid
user = User.objects.get(pk={user})
for number in itertools.count():
    send_message(user=user, room_id={room}, text=f'line {{number}}', client_id=uuid.uuid4())
    if number == 10:
        pathlib.Path('{stop}.begun').touch()
    if pathlib.Path('{stop}').exists():
        break
print(number)
"""


def quiet(_words: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    chosen: Stores = request.param
    return chosen


@pytest.fixture(scope="module")
def written(stores: Stores) -> Iterator[tuple[Site, Path]]:
    """A site that is not served, with people, rooms and uploads, and a backup made while somebody wrote."""
    with running_site(stores=stores, start=False, LIMITS="off") as site:
        town = settle(site)
        uploads = Path(site.env["DATA_DIR"]) / "uploads" / "ab"
        uploads.mkdir(parents=True)
        (uploads / "picture.png").write_bytes(bytes(range(256)) * 40)
        stop = site.folder / "stop"
        code = SPEAK.format(user=town.id("alice"), room=town.lounge, stop=stop)
        spoken: list[str] = []
        speaking = threading.Thread(target=lambda: spoken.append(site.python(code)))
        speaking.start()
        try:
            until(Path(f"{stop}.begun").exists, "nobody writes", 60)
            copy = Path(site.manage("backup").strip())
        finally:
            stop.touch()
            speaking.join()
        assert int(spoken[0]) > 10
        yield site, copy


def test_a_backup_made_while_people_write_is_one_moment_and_is_proved(written: tuple[Site, Path]) -> None:
    site, copy = written
    assert copy.stat().st_mode & 0o777 == 0o600
    code, shown, _complaint = site.ask("prove_backup")
    assert code == 0, shown
    assert str(copy) in shown.splitlines()[0]
    assert "  chat_message " in shown
    assert shown.splitlines()[-1].startswith("Proved: restored, ")
    assert "1 uploaded files are as they were." in shown
    note = json.loads((copy.parent / "proved.json").read_text())
    assert note["file"] == copy.name
    assert note["rows"] > 0


def test_any_tar_unpacks_it_and_no_secret_is_in_it(written: tuple[Site, Path], tmp_path: Path) -> None:
    site, copy = written
    subprocess.run(["tar", "-xf", str(copy), "-C", str(tmp_path)], check=True)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    database = "database.sqlite3" if "DATABASE_URL" not in site.env else "database.dump"
    assert names == {database, "uploads/ab/picture.png", "manifest.json"}
    secret = (Path(site.env["DATA_DIR"]) / "secret.key").read_bytes()
    assert secret not in copy.read_bytes()


def flip(file: Path, place: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 1]))


def test_one_changed_byte_is_noticed_wherever_it_is(written: tuple[Site, Path], tmp_path: Path) -> None:
    _site, copy = written
    damaged = tmp_path / "damaged"
    shutil.copyfile(copy, damaged)
    size = damaged.stat().st_size
    assert archive.is_sealed(damaged, quiet)
    chance = random.Random(4)
    for place in [0, size - 1, size - 70, size // 2, *(chance.randrange(size) for _ in range(12))]:
        flip(damaged, place)
        assert not archive.is_sealed(damaged, quiet), place
        flip(damaged, place)
    with damaged.open("ab") as opened:
        opened.write(b"\0")
    assert not archive.is_sealed(damaged, quiet)


def test_the_proof_names_what_differs(written: tuple[Site, Path], tmp_path: Path) -> None:
    site, copy = written
    damaged = tmp_path / "damaged.backup"
    shutil.copyfile(copy, damaged)
    with tarfile.open(copy) as tar:
        picture, manifest = tar.getmember("uploads/ab/picture.png"), tar.getmember("manifest.json")
    text = damaged.read_bytes()
    at = text.index(b'"chat_message": {\n   "rows": ') + len(b'"chat_message": {\n   "rows": ')
    assert manifest.offset_data < at
    digit = b"8" if text[at : at + 1] == b"9" else b"9"
    damaged.write_bytes(text[:at] + digit + text[at + 1 :])
    flip(damaged, picture.offset_data + 100)
    code, shown, complaint = site.ask("prove_backup", str(damaged))
    assert code == 1
    assert "Differs: the file is not as it was written: bytes of it changed" in shown
    assert "Differs: uploads/ab/picture.png: other contents" in shown
    assert "Differs: table chat_message: " in shown
    assert complaint.strip().endswith("3 differences.")
    code, _shown, complaint = site.ask("restore", str(damaged), "--force")
    assert code == 1
    assert "is not as it was written" in complaint


def test_rows_that_were_changed_are_named_by_their_table(written: tuple[Site, Path], tmp_path: Path) -> None:
    """Somebody repacked it, so that all checksums are right; the rows are not."""
    site, copy = written
    store = SQLite(tmp_path / "unused")
    if "DATABASE_URL" in site.env:
        pytest.skip("one kind of store is enough: what is compared is the same")
    manifest, _found = archive.unpack(copy, tmp_path, quiet)
    with closing(sqlite3.connect(tmp_path / store.member)) as database, database:
        database.execute("UPDATE chat_message SET html = 'other' WHERE source = 'line 1'")
        database.execute("DELETE FROM chat_membership WHERE id = (SELECT max(id) FROM chat_membership)")
        database.execute("DROP TABLE django_admin_log")
    wrong = tmp_path / "wrong.backup"
    parts = {name: tmp_path / name for name in manifest.parts}
    archive.write(wrong, manifest, parts, quiet)
    _manifest, faults = acts.prove(store, wrong, quiet)
    assert faults[0].startswith("table chat_membership: ")
    assert faults[0].endswith(" found")
    assert faults[1].startswith("table chat_message: ")
    assert faults[1].endswith(" rows, but with other contents")
    assert "table django_admin_log: missing" in faults


@pytest.mark.parametrize("damage", ["empty", "half", "text", "pages"])
def test_what_is_no_backup_is_said_in_words(damage: str, tmp_path: Path) -> None:
    database = tmp_path / "chat.sqlite3"
    with closing(sqlite3.connect(database)) as made, made:
        made.execute("CREATE TABLE words (word TEXT)")
        made.executemany("INSERT INTO words VALUES (?)", [("x" * 500,) for _ in range(200)])
    wrong = tmp_path / "wrong.backup"
    acts.make(SQLite(database), tmp_path / "uploads", wrong, quiet)
    whole = wrong.read_bytes()
    wrong.write_bytes(
        {
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "text": b"hello\n" * 400,
            "pages": whole[:6000] + b"\xff" * 30_000 + whole[36_000:],
        }[damage]
    )
    _manifest, faults = acts.prove(SQLite(database), wrong, quiet)
    assert faults[0] == "the file is not as it was written: bytes of it changed"
    assert len(faults) > 1


def test_a_restored_backup_holds_what_was_there_and_a_new_epoch(written: tuple[Site, Path]) -> None:
    site, copy = written
    uploads = Path(site.env["DATA_DIR"]) / "uploads"
    before = site.python(f"{SHOW}; Instance.objects.update(name='Gone')").split()
    (uploads / "ab" / "picture.png").unlink()
    (uploads / "later.png").write_bytes(b"later")
    code, _shown, complaint = site.ask("restore", str(copy))
    assert code == 1
    assert "holds 3 accounts" in complaint
    assert "--force" in complaint
    told = site.manage("restore", str(copy), "--force")
    kept = Path(told.split("kept in ")[1].splitlines()[0])
    after = site.python(SHOW).split()
    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]
    assert [path.name for path in uploads.rglob("*.png")] == ["picture.png"]
    assert list(uploads.parent.glob("uploads-*/later.png"))
    # What was replaced can be had back.
    site.manage("restore", str(kept), "--force")
    assert site.python(SHOW).split()[0] == "Gone"


def test_backups_leave_nothing_behind_and_old_ones_go(tmp_path: Path) -> None:
    database, folder = tmp_path / "chat.sqlite3", tmp_path / "backups"
    sqlite3.connect(database).close()
    folder.mkdir()
    names = [f"chat-{number}{acts.SUFFIX}" for number in range(4)]
    for name in names:
        acts.make(SQLite(database), tmp_path / "uploads", folder / name, quiet)
    acts.keep_newest(folder, 2)
    assert sorted(path.name for path in folder.iterdir()) == names[2:]
    with pytest.raises(OSError, match="No such file"):
        acts.make(SQLite(database), tmp_path / "uploads", tmp_path / "missing" / names[0], quiet)
