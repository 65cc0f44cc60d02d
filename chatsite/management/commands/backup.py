from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatsite.backup import acts, site
from chatsite.backup.progress import progress


class Command(BaseCommand):
    """Writes the whole site into one file and prints its path, as the only line."""

    help = "Write database and uploads, as they are at this moment, into one file, also while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="where to; otherwise DATA_DIR/backups"
        )
        parser.add_argument("--keep", type=int, default=7, help="how many stay in DATA_DIR/backups (7)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 1:
            raise CommandError("--keep is a number above 0.")
        with site.one_sentence():
            name = f"chat-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{acts.SUFFIX}"
            target: Path = options["file"] or site.folder() / name
            acts.make(site.store(), site.uploads(), target.absolute(), progress())
            if options["file"] is None:
                acts.keep_newest(site.folder(), options["keep"])
        if options["verbosity"]:
            self.stderr.write("secret.key is not in it: keep a copy of it apart.")
        self.stdout.write(str(target))
