import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import Instance, random_epoch
from chatsite.environment import Refused
from chatsite.prepare import copy_sqlite
from chatsite.single import hold_server_lock


class Command(BaseCommand):
    """Puts a copy back, and gives the data a new epoch so that browsers forget what they had cached."""

    help = (
        "Restore a copy of the SQLite database; without FILE only tell browsers that a backup was restored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is not None:
            self._put_back(options["file"])
        Instance.objects.update(epoch=random_epoch())
        self.stdout.write("Done; start the site.")

    def _put_back(self, file: Path) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(
                "This site keeps its data in PostgreSQL; use pg_restore, then this without a file."
            )
        if not file.is_file() or file.open("rb").read(16) != b"SQLite format 3\0":
            raise CommandError(
                f"{file} is not an SQLite database; give the path that manage.py backup printed."
            )
        try:
            hold_server_lock(settings.DATA_DIR)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        database = Path(settings.DATABASES["default"]["NAME"])
        if database.exists():
            self.stdout.write(
                f"What was there is kept in {copy_sqlite(database, settings.DATA_DIR / 'backups')}"
            )
        connection.close()
        for leftover in ("-wal", "-shm"):
            database.with_name(database.name + leftover).unlink(missing_ok=True)
        draft = database.with_name("restoring.sqlite3")
        shutil.copyfile(file, draft)
        draft.replace(database)
