import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from accounts.models import Instance, User, random_epoch
from chatsite.backup import acts, site
from chatsite.backup.progress import progress
from chatsite.backup.stores import PostgreSQL
from chatsite.environment import Refused
from chatsite.prepare import copy_sqlite
from chatsite.single import hold_server_lock

GOING_SECONDS = 5.0


class Command(BaseCommand):
    """Puts a backup back, and gives the data a new epoch so that browsers forget what they had cached."""

    help = "Restore a backup; without FILE only tell browsers that one was restored by other means."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument("--force", action="store_true", help="replace a database that holds people")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is not None:
            with site.one_sentence():
                self._put_back(options["file"].absolute(), force=options["force"])
        Instance.objects.update(epoch=random_epoch())
        self.stdout.write("Done; start the site.")

    def _put_back(self, file: Path, *, force: bool) -> None:
        if not file.is_file():
            raise CommandError(f"{file} is no file; give the path that manage.py backup printed.")
        store = site.store()
        if (people := _people()) and not force:
            raise CommandError(
                f"This site holds {people} accounts, which {file} would replace; add --force to do that."
            )
        self._take_over(store)
        self._keep_what_is_there(people)
        if acts.is_copy_of_sqlite(file):
            if isinstance(store, PostgreSQL):
                raise CommandError(
                    f"{file} is an SQLite database, and this site keeps its data in PostgreSQL."
                )
            acts.check_copy(file)
            store.restore(file)
        else:
            acts.restore(store, site.uploads(), file, progress())

    def _take_over(self, store: object) -> None:
        """Nobody may serve what is about to be replaced."""
        connection.close()
        if isinstance(store, PostgreSQL):
            cast(Any, connection).close_pool()
            if others := _others_after_a_while(store):
                raise CommandError(
                    f"{others} connections to the database are open; stop the servers and workers."
                )
            return
        try:
            hold_server_lock(settings.DATA_DIR)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    def _keep_what_is_there(self, people: int) -> None:
        if not people:
            return
        if connection.vendor == "sqlite":
            kept = copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), site.folder())
        else:
            kept = site.folder() / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{acts.SUFFIX}"
            acts.make(site.store(), site.uploads(), kept, progress())
        self.stdout.write(f"What was there is kept in {kept}")


def _others_after_a_while(store: PostgreSQL) -> int:
    """How many connections of others remain: PostgreSQL takes a moment to end those whose programs are gone."""
    until = time.monotonic() + GOING_SECONDS
    while (others := store.others()) and time.monotonic() < until:
        time.sleep(0.1)
    return others


def _people() -> int:
    """How many accounts the present database holds; none where it has no tables yet."""
    try:
        return User.objects.count()
    except DatabaseError:
        return 0
