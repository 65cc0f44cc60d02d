"""Brings locale/ up to date with the strings in Python, templates and JavaScript, or checks that it is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.catalogue.extraction import collect

SOURCE = "en"


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if something is missing"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        try:
            # For the people who work on the project, like all of requirements-dev.
            from chat.catalogue.files import Catalogue
        except ImportError as error:
            raise CommandError("This needs polib: install requirements-dev.txt.") from error
        texts = collect(Path(settings.BASE_DIR))
        faults: list[str] = []
        for language in (code for code, _name in settings.LANGUAGES if code != SOURCE):
            catalogue = Catalogue(settings.LOCALE_PATHS[0], language)
            if not check:
                catalogue.update(texts)
                catalogue.save()
            faults += [f"{language}: {fault}" for fault in catalogue.faults(texts)]
        self.stdout.write(
            f"{len(texts)} strings, {sum(text.in_script for text in texts.values())} said by the browser."
        )
        if faults and check:
            raise CommandError("\n".join(faults))
        for fault in faults:
            self.stdout.write(fault)
