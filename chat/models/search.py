"""What search reads: one row per message of a person or bot, written by triggers of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from django.db import models

# Messages of one millisecond that keep their order.
PER_MILLISECOND = 2**22
MOST = 2**63 - 1 - PER_MILLISECOND
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def place_at(moment: datetime) -> int:
    """The first place that a message of this millisecond may have. Places grow with time, for 69 years each way."""
    place = (moment - BEGINNING) // timedelta(milliseconds=1) * PER_MILLISECOND
    return max(-MOST, min(place, MOST))


class SearchText(models.Model):
    """The folded text of a message; empty while nobody may see one. `id` is its place in time.

    Django never writes here: see chat/models/search_index.py.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.BigIntegerField(unique=True)
    room_id = models.BigIntegerField()
    author_id = models.BigIntegerField()
    folded = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["room_id", "id"], name="search_of_room")]
