"""Posts into a room at a steady rate, by the same action as a browser's send."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from chat.errors import ChatError, RateLimited
from chat.messages.actions import send_message
from chat.models import Membership, Room


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--room", required=True, help="the room's number or its exact name")
        parser.add_argument("--rate", type=float, default=1.0, metavar="N", help="messages per second (1)")
        parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="for how long (10)")
        parser.add_argument("--size", type=int, default=40, help="characters in each message (40)")

    def handle(self, *, room: str, rate: float, seconds: float, size: int, **options: Any) -> None:
        if rate <= 0 or seconds <= 0:
            raise CommandError("--rate and --seconds must be above zero.")
        place = _room(room)
        posters = _posters(place)
        sent = refused = 0
        begun = time.monotonic()
        for number in _beats(rate, seconds):
            try:
                send_message(
                    user=next(posters), room_id=place.pk, text=_text(number, size), client_id=str(uuid4())
                )
                sent += 1
            except RateLimited:
                refused += 1
            except ChatError as error:
                raise CommandError(str(error.detail)) from None
        took = time.monotonic() - begun
        self.stdout.write(
            f"{sent} sent in {took:.1f} s ({sent / took:.1f} per second), {refused} held back by limits."
        )


def _room(name: str) -> Room:
    found = Room.objects.filter(pk=int(name)) if name.isdecimal() else Room.objects.filter(name=name)
    room = found.first()
    if room is None:
        raise CommandError(f"There is no room {name}.")
    return room


def _posters(room: Room) -> Iterator[User]:
    """The people who may write there, in turn, since each has a limit of their own."""
    inside = Membership.objects.active().filter(room=room).exclude(role=Membership.Role.READ_ONLY)
    people = list(User.objects.active().filter(memberships__in=inside).order_by("pk"))
    if not people:
        raise CommandError("Nobody in that room may write.")
    return cycle(people)


def _beats(rate: float, seconds: float) -> Iterator[int]:
    """1, 2, 3 … at the rate; what took longer than its share is made up for."""
    begun = time.monotonic()
    for number in range(max(1, round(rate * seconds))):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        yield number + 1


def _text(number: int, size: int) -> str:
    """Starts with its number, so that a reader sees a gap."""
    return f"{number} ".ljust(size, "·")[: max(size, len(str(number)))]
