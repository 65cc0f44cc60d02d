"""Makes the index of search anew. People go on writing meanwhile, and find less until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, transaction
from rich.console import Console
from rich.progress import track

from chat.models import Message, Room
from chat.models.search_index import install, put, remove

AT_ONCE = 200  # messages to a transaction, so that nobody's send waits for long


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = self._rebuild()
        except OperationalError as error:
            raise CommandError(
                f"The database was too busy ({error}). Run this again when it is calmer."
            ) from error
        self.stdout.write(f"{count} messages can be found again.")

    def _rebuild(self) -> int:
        """How many messages were entered."""
        with transaction.atomic():
            remove(connection)
            # From here on the database enters by itself what is written.
            install(connection)
        batches = list(_batches())
        for room_id, messages in track(
            batches,
            description="messages",
            console=Console(stderr=True),
            disable=not self.stderr.isatty(),
        ):
            with transaction.atomic():
                # As every change does: its rows may not be taken in another order meanwhile.
                Room.objects.lock([room_id])
                put(connection, messages)
        return sum(len(messages) for _room, messages in batches)


def _batches() -> Iterator[tuple[int, list[int]]]:
    """Each room's messages, the oldest first, some at a time."""
    rows = Message.objects.order_by("room_id", "seq").values_list("room_id", "pk")
    for room_id, own in groupby(rows.iterator(chunk_size=10_000), key=itemgetter(0)):
        messages = [pk for _room, pk in own]
        for start in range(0, len(messages), AT_ONCE):
            yield room_id, messages[start : start + AT_ONCE]
