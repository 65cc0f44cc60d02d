"""Checks that the audit log is whole: exit code 1, and the first broken entry named, when somebody rewrote it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.audit.queries import verify


class Command(BaseCommand):
    help = "Checks the chain of hashes of the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", default="", help="the hash that an earlier run ended with, noted elsewhere"
        )

    def handle(self, *args: Any, head: str, **options: Any) -> None:
        length, last, broken = verify()
        if broken:
            raise CommandError(f"Entry {broken.number} {broken.why}.")
        if head and not self._was_written(head):
            raise CommandError(f"No entry has the hash {head}: the log was written anew.")
        self.stdout.write(f"{length} entries hold. The last hash is {last or 'none'}.")

    def _was_written(self, head: str) -> bool:
        from chat.models import AuditEntry

        return AuditEntry.objects.filter(hash=head).exists()
