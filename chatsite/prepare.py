"""What a start does before it serves: migrations after a copy of the database, and static files."""

import fcntl
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatsite.backup.progress import progress
from chatsite.backup.stores import copy_database

COPIES_KEPT = 5
MIGRATION_LOCK = 0x63686174  # "chat"; any number that nobody else uses in this database


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other starts on the same folder waiting: two must not migrate or collect at once."""
    with (folder / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate() -> list[str]:
    """Apply what is pending; returns lines for the operator, none where nothing was pending."""
    if connection.vendor != "postgresql":
        return _migrate()
    with connection.cursor() as cursor:
        # Servers on several machines share no lock file; and a change may take longer than a request may.
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            return _migrate()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
            connection.close()


def _migrate() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return []
    lines = []
    if connection.vendor == "sqlite" and executor.loader.applied_migrations:
        copy = copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), settings.DATA_DIR / "backups")
        lines.append(f"Copied the database to {copy} before changing it.")
    call_command("migrate", interactive=False, verbosity=0)
    return [*lines, f"Applied {len(plan)} database changes."]


def copy_sqlite(database: Path, folder: Path) -> Path:
    """Copy a live SQLite database with its write-ahead log into `folder`, keeping the last COPIES_KEPT."""
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{database.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3"
    copy_database(database, copy, progress())
    copy.chmod(0o600)
    for old in sorted(folder.glob(f"{database.stem}-*.sqlite3"))[:-COPIES_KEPT]:
        old.unlink()
    return copy


def collect_static() -> bool:
    """Prepare static files in STATIC_ROOT unless those there are of the same sources; says whether it did."""
    stamp = Path(settings.STATIC_ROOT) / ".sources"
    now = _digest_sources()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
    stamp.write_text(now)
    return True


def _digest_sources() -> str:
    from django.contrib.staticfiles.finders import get_finders

    from chat import assets

    digest = hashlib.sha256()
    listed = [(path, storage.path(path)) for finder in get_finders() for path, storage in finder.list([])]
    # What joins them counts too: another release may make something else of the same sources.
    listed += [(each.name, str(each)) for each in Path(assets.__file__).parent.glob("*.py")]
    for path, file in sorted(listed):
        facts = Path(file).stat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
