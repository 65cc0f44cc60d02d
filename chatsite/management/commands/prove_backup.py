from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatsite.backup import acts, site
from chatsite.backup.archive import Manifest
from chatsite.backup.progress import progress


class Command(BaseCommand):
    """Restores a backup into a scratch place, compares everything, and names what differs."""

    help = "Restore a backup into a scratch place and compare every table and file; ends with 1 where one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="otherwise the newest one")

    def handle(self, *args: Any, **options: Any) -> None:
        with site.one_sentence():
            file: Path = options["file"] or site.newest()
            manifest, faults = acts.prove(site.store(), file.absolute(), progress())
            if manifest:
                self._show(file, manifest)
            for fault in faults:
                self.stdout.write(f"Differs: {fault}")
            if faults or manifest is None:
                raise CommandError(f"{file} does not restore to what was there: {len(faults)} differences.")
            acts.note_proof(file, manifest)
        self.stdout.write(
            f"Proved: restored, {len(manifest.tables)} tables with {manifest.rows:,} rows and "
            f"{len(manifest.parts) - 1} uploaded files are as they were."
        )

    def _show(self, file: Path, manifest: Manifest) -> None:
        self.stdout.write(f"{file}, made at {manifest.made_at} from {manifest.store}")
        for name, table in sorted(manifest.tables.items()):
            self.stdout.write(f"  {name:<40} {table.rows:>12,} rows  {table.digest[:16]}")
