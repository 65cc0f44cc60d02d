"""Make a backup, prove it, put it back."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from chatsite.backup import archive
from chatsite.backup.archive import Damaged, Manifest, Part
from chatsite.backup.progress import Tell
from chatsite.backup.stores import Failed, Store
from chatsite.backup.tables import Table

SUFFIX = ".backup"
PROOF = "proved.json"
UPLOADS = "uploads"


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """A folder for whole databases: on the backup's own disk, since a temporary folder is often in memory."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(store: Store, uploads: Path, target: Path, tell: Tell) -> Manifest:
    """Write `target`. Files come after the database: a file that a row names is there, also while people write."""
    with _workshop(target.parent) as folder:
        copy = folder / store.member
        tables = store.dump(copy, tell)
        manifest = Manifest(store.name, datetime.now(UTC).isoformat(timespec="seconds"), tables)
        return archive.write(target, manifest, {store.member: copy, **_files_in(uploads)}, tell)


def _files_in(uploads: Path) -> dict[str, Path]:
    found = sorted(path for path in uploads.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"{UPLOADS}/{path.relative_to(uploads).as_posix()}": path for path in found}


def keep_newest(folder: Path, keep: int) -> None:
    """Remove all backups in `folder` but the newest ones; their names sort by time."""
    for old in sorted(folder.glob(f"chat-*{SUFFIX}"))[:-keep]:
        old.unlink()


def prove(store: Store, file: Path, tell: Tell) -> tuple[Manifest | None, list[str]]:
    """Restore `file` into a scratch place and compare; returns what it says of itself, and what differs, in words."""
    faults = (
        [] if archive.is_sealed(file, tell) else ["the file is not as it was written: bytes of it changed"]
    )
    with _workshop(file.parent) as folder:
        try:
            manifest, found = archive.unpack(file, folder, tell)
        except Damaged as damage:
            return None, [*faults, str(damage)]
        faults += _compare_parts(manifest.parts, found)
        if manifest.store != store.name:
            raise Failed(_other_store(manifest.store))
        if store.member in found:
            tables, more = store.prove(folder / store.member, tell)
            faults += more
            if tables or not more:
                faults += _compare_tables(manifest.tables, tables)
        return manifest, faults


def _compare_parts(told: dict[str, Part], found: dict[str, Part]) -> Iterator[str]:
    for name in sorted(told.keys() | found.keys()):
        if name not in found:
            yield f"{name}: missing"
        elif name not in told:
            yield f"{name}: not in the manifest"
        elif told[name].size != found[name].size:
            yield f"{name}: {told[name].size:,} bytes expected, {found[name].size:,} found"
        elif told[name] != found[name]:
            yield f"{name}: other contents"


def _compare_tables(told: dict[str, Table], found: dict[str, Table]) -> Iterator[str]:
    for name in sorted(told.keys() | found.keys()):
        if name not in found:
            yield f"table {name}: missing"
        elif name not in told:
            yield f"table {name}: not in the manifest"
        elif found[name].fault:
            yield f"table {name}: cannot be read ({found[name].fault})"
        elif told[name].rows != found[name].rows:
            yield f"table {name}: {told[name].rows:,} rows expected, {found[name].rows:,} found"
        elif told[name] != found[name]:
            yield f"table {name}: {told[name].rows:,} rows, but with other contents"


def note_proof(file: Path, manifest: Manifest) -> None:
    """Leave a note beside the backup: which one was proved last, and when."""
    note = {
        "file": file.name,
        "made_at": manifest.made_at,
        "proved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "files": len(manifest.parts) - 1,
    }
    (file.parent / PROOF).write_text(json.dumps(note))


def restore(store: Store, uploads: Path, file: Path, tell: Tell) -> Manifest:
    """Put `file` back, after its bytes were found to be as written. Uploads that were there are kept beside."""
    if not archive.is_sealed(file, tell):
        raise Failed(f"{file} is not as it was written; manage.py prove_backup says what of it changed.")
    with _workshop(uploads.parent) as folder:
        try:
            manifest, _found = archive.unpack(file, folder, tell)
        except Damaged as damage:
            raise Failed(f"{file} cannot be restored: {damage}.") from None
        if manifest.store != store.name:
            raise Failed(_other_store(manifest.store))
        store.restore(folder / store.member)
        _swap_uploads(uploads, folder / UPLOADS)
    return manifest


def _swap_uploads(uploads: Path, restored: Path) -> None:
    if uploads.exists() and any(uploads.iterdir()):
        uploads.rename(uploads.with_name(f"{uploads.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))
    if restored.exists():
        if uploads.exists():
            uploads.rmdir()
        restored.rename(uploads)


def is_copy_of_sqlite(file: Path) -> bool:
    """Whether it is a bare database, as they are kept before a migration."""
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def check_copy(file: Path) -> None:
    """Raises Failed unless the bare database is whole."""
    try:
        lines = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True).execute("PRAGMA quick_check(1)")
        answer = str(lines.fetchone()[0])
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise Failed(f"{file} is damaged ({answer}); take an older copy.")


def _other_store(kind: str) -> str:
    names = {"sqlite": "SQLite: leave DATABASE_URL empty", "postgresql": "PostgreSQL: set DATABASE_URL"}
    return f"It is a backup of a site on {names.get(kind, kind)}, and try again."
