"""Makes the index of search anew. People go on writing meanwhile, and find less until it is done."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from rich.console import Console
from rich.progress import track

from chat.models import Message
from chat.models.search_index import install, put, remove

AT_ONCE = 500  # messages to a transaction, so that nobody's send waits for long


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            remove(connection)
            # From here on the database enters by itself what is written.
            install(connection)
        messages = list(Message.objects.order_by("created_at", "seq").values_list("pk", flat=True))
        for start in track(
            range(0, len(messages), AT_ONCE),
            description="messages",
            console=Console(stderr=True),
            disable=not self.stderr.isatty(),
        ):
            with transaction.atomic():
                put(connection, messages[start : start + AT_ONCE])
        self.stdout.write(f"{len(messages)} messages can be found again.")
