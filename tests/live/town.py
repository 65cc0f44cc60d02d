"""People, rooms and sessions on a really running site, made beside the servers by the domain's own acts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from tests.live.client import Tab
from tests.live.http import ask
from tests.servers import Site


@dataclass(frozen=True)
class Town:
    """`people`: name → {id, handle, cookie}; `rooms`: name → id. Names are made unique per town."""

    site: Site
    people: dict[str, dict[str, Any]]
    rooms: dict[str, int]

    def tab(self, name: str, *, process: int = 0, **options: Any) -> Tab:
        return Tab(self.site.origins[process], self.people[name]["cookie"], **options)

    def id(self, name: str) -> int:
        person: int = self.people[name]["id"]
        return person

    async def add(self, name: str) -> None:
        """Alice takes this person into the workshop."""
        await self._manage("members/", {"user": self.people[name]["handle"]})

    async def remove(self, name: str, *, process: int = 0) -> None:
        """Alice removes this person from the workshop."""
        await self._manage(f"members/{self.id(name)}/remove/", {}, process=process)

    async def _manage(self, path: str, form: dict[str, str], *, process: int = 0) -> None:
        address = f"/rooms/{self.workshop}/{path}"
        answer = await ask(self.site.origins[process], address, self.people["alice"]["cookie"], form=form)
        assert answer.status == 302, answer.text[:300]

    @property
    def workshop(self) -> int:
        return self.rooms["workshop"]

    @property
    def lounge(self) -> int:
        return self.rooms["lounge"]


def settle(site: Site, *names: str) -> Town:
    """Alice owns both rooms; everyone named is in the open lounge; all but carol are in the closed workshop."""
    return settle_many(site, 1, *names)[0]


def settle_many(site: Site, count: int, *names: str) -> list[Town]:
    """Several towns that share nobody, in the time of one."""
    names = names or ("alice", "bob", "carol")
    marks = [secrets.token_hex(3) for _ in range(count)]
    printed = site.python(f"from tests.live import town; town.build({names!r}, {marks!r})")
    made = json.loads(printed.strip().splitlines()[-1])
    return [Town(site, one["people"], one["rooms"]) for one in made]


def build(names: tuple[str, ...], marks: list[str]) -> None:
    """Runs inside Django, beside the servers; prints what `settle_many` reads."""
    print(json.dumps([_build_one(names, mark) for mark in marks]))


def _build_one(names: tuple[str, ...], mark: str) -> dict[str, Any]:
    from accounts.models import Instance, User
    from chat.models import Room
    from chat.rooms.actions import add_member, create_room

    if Instance.current() is None:
        Instance.objects.create(name="Test town")
    people = {}
    for name in names:
        handle = f"{name}.{mark}"
        role = User.Role.OWNER if name == "alice" else User.Role.MEMBER
        user = User(handle=handle, handle_skeleton=handle, display_name=name.title(), role=role)
        user.set_unusable_password()
        user.save()
        people[name] = user
    alice = people["alice"]
    lounge = create_room(user=alice, name=f"Lounge {mark}")
    workshop = create_room(user=alice, name=f"Workshop {mark}", kind=Room.Kind.CLOSED)
    for name, user in people.items():
        if name != "alice":
            add_member(user=alice, room_id=lounge.pk, user_id=user.pk)
            if name != "carol":
                add_member(user=alice, room_id=workshop.pk, user_id=user.pk)
    told = {
        name: {"id": user.pk, "handle": user.handle, "cookie": sign_in(user)} for name, user in people.items()
    }
    return {"people": told, "rooms": {"lounge": lounge.pk, "workshop": workshop.pk}}


def sign_in(user: Any) -> str:
    """A session of this person, as the value of a Cookie header."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
