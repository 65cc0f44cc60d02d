"""Writes the table of permissions into docs/moderation.md, or prints it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chat.access.table import page_part

BEGIN, END = "<!-- permissions: written by manage.py permissions_table -->", "<!-- end of permissions -->"


def page_with(text: str, part: str) -> str:
    """The page with this part between its marks."""
    before, _mark, rest = text.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    return f"{before}{BEGIN}\n{part}\n{END}{after}"


class Command(BaseCommand):
    help = "Prints who may do what in rooms; --write puts it into docs/moderation.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if not write:
            self.stdout.write(page_part())
            return
        page = Path(settings.BASE_DIR) / "docs" / "moderation.md"
        page.write_text(page_with(page.read_text(encoding="utf-8"), page_part()), encoding="utf-8")
