"""Fills the instance with a living demo: people, rooms and two weeks of talk in several languages."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.actions import set_up_instance
from accounts.models import Instance, User
from chat.demo.cast import create_people, sign_in_cookies
from chat.demo.plot import Scene, plan_directs, plan_rooms, share_out, tell
from chat.demo.writing import write_story
from chat.models import Room


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--users", type=int, default=40, help="people to create (40)")
        parser.add_argument("--rooms", type=int, default=14, help="open and closed rooms to create (14)")
        parser.add_argument("--directs", type=int, default=8, help="direct conversations to create (8)")
        parser.add_argument("--members", type=int, default=12, help="people in each room (12)")
        parser.add_argument("--messages", type=int, default=3000, help="messages over all rooms (3000)")
        parser.add_argument("--seed", type=int, help="the same number makes the same people and texts")
        parser.add_argument(
            "--host", metavar="HANDLE", help="somebody who exists and is to be in all of the rooms"
        )
        parser.add_argument(
            "--cookies", type=Path, metavar="FILE", help="write one Cookie header value per person"
        )

    def handle(self, **options: Any) -> None:
        if min(options[name] for name in ("users", "rooms", "directs", "members", "messages")) < 0:
            raise CommandError("Counts cannot be negative.")
        rng = Random(options["seed"])  # noqa: S311 (a demo, not a secret)
        host = self._host(options["host"])
        people = create_people(rng, options["users"])
        scenes = self._plan(rng, people, host, options)
        with _progress(self.stderr.isatty()) as progress:
            bar = progress.add_task("messages", total=options["messages"])
            archived = self._archived(scenes)
            for scene in scenes:
                write_story(tell(rng, scene, archived=scene is archived))
                progress.advance(bar, scene.messages)
        if options["cookies"]:
            _write_cookies(options["cookies"], sign_in_cookies(people))
        self.stdout.write(f"{len(people)} people, {len(scenes)} rooms, {options['messages']} messages.")

    def _host(self, handle: str | None) -> User | None:
        if handle:
            host = User.objects.active().filter(handle=handle.lower()).first()
            if host is None:
                raise CommandError(f"Nobody here is called {handle}.")
            return host
        return None if Instance.current() else self._first_owner()

    def _first_owner(self) -> User:
        """An empty instance gets its owner; the password is shown once and kept nowhere."""
        password = secrets.token_urlsafe(12)
        owner = set_up_instance(name="Ana", email="ana@example.org", password=password)
        self.stdout.write(f"A new instance. Sign in as {owner.handle} with the password {password}")
        return owner

    def _plan(
        self, rng: Random, people: dict[User, str], host: User | None, options: dict[str, Any]
    ) -> list[Scene]:
        until = timezone.now()
        scenes = plan_rooms(
            rng, people, rooms=options["rooms"], members=options["members"], host=host, until=until
        )
        scenes += plan_directs(rng, people, count=options["directs"], host=host, until=until)
        share_out(rng, scenes, options["messages"])
        return scenes

    def _archived(self, scenes: list[Scene]) -> Scene | None:
        """The quietest room, where there are enough to spare one."""
        rooms = [one for one in scenes if one.story.room.kind == Room.Kind.OPEN]
        return min(rooms, key=lambda one: one.messages) if len(rooms) > 3 else None


def _progress(shown: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not shown)


def _write_cookies(file: Path, cookies: list[str]) -> None:
    """Readable by this user alone: each line is a way in."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.writelines(f"{cookie}\n" for cookie in cookies)
