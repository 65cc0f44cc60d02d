from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from chatsite.prepare import copy_sqlite


class Command(BaseCommand):
    """Copies the live SQLite database and prints where to."""

    help = "Copy the SQLite database, also while the site runs, and print the path of the copy."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("This site keeps its data in PostgreSQL; use pg_dump.")
        database = Path(settings.DATABASES["default"]["NAME"])
        self.stdout.write(str(copy_sqlite(database, settings.DATA_DIR / "backups")))
