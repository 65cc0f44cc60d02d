"""The table of permissions as people read it, made from the table that the gates use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import FOREVER, User
from chat.access.permissions import Permission, permissions_of
from chat.models import Membership, Room

P = Permission
WORDS = {
    P.SEE: "know that the room is there",
    P.READ: "read",
    P.JOIN: "join",
    P.LEAVE: "leave",
    P.POST: "write",
    P.REACT: "react",
    P.EDIT: "edit their own messages",
    P.DELETE_OWN: "delete their own messages",
    P.DELETE_ANY: "remove messages of others",
    P.PIN: "pin messages",
    P.ADD_MEMBER: "add people",
    P.REMOVE_MEMBER: "remove people",
    P.RENAME: "change name and topic",
    P.ARCHIVE: "archive and reopen",
    P.REPORT: "report",
    P.MODERATE: "see the room's reports, warn, mute, ban from it",
    P.CONTROL: "slow mode, lock, who writes",
    P.APPOINT: "give ranks in the room",
}

Case = tuple[User, Room, Membership | None]


def _person(**values: object) -> User:
    return User(pk=1, joined_at=datetime(2026, 1, 1, tzinfo=UTC), **values)


def _inside(*, person: User | None = None, room: Room | None = None, **values: object) -> Case:
    return person or _person(), room or Room(kind=Room.Kind.OPEN), Membership(**values)


# Columns: what stands above it, and somebody who stands so.
ROLES: dict[str, Callable[[], Case]] = {
    "outside": lambda: (_person(), Room(kind=Room.Kind.OPEN), None),
    "reads only": lambda: _inside(role=Membership.Role.READ_ONLY),
    "member": lambda: _inside(),
    "moderator": lambda: _inside(role=Membership.Role.MODERATOR),
    "owner": lambda: _inside(role=Membership.Role.OWNER),
    "guest": lambda: _inside(person=_person(role=User.Role.GUEST)),
}
LIMITED: dict[str, Callable[[], Case]] = {
    "muted": lambda: _inside(muted_until=FOREVER),
    "suspended": lambda: _inside(person=_person(suspended_until=FOREVER)),
    "banned from it": lambda: _inside(state=Membership.State.BANNED),
    "banned": lambda: _inside(person=_person(banned_until=FOREVER)),
    "room locked": lambda: _inside(room=Room(kind=Room.Kind.OPEN, locked_until=FOREVER)),
    "announcements": lambda: _inside(room=Room(kind=Room.Kind.OPEN, posting=Room.Posting.MODERATORS)),
    "archived": lambda: _inside(room=Room(kind=Room.Kind.OPEN, state=Room.State.ARCHIVED)),
    "conversation": lambda: _inside(room=Room(kind=Room.Kind.DIRECT)),
}


def table_of(columns: dict[str, Callable[[], Case]]) -> str:
    """Markdown: a row for each permission, a dot where it is granted."""
    granted = {name: permissions_of(*case()) for name, case in columns.items()}
    lines = [
        "| may | " + " | ".join(columns) + " |",
        "|---|" + ":-:|" * len(columns),
    ]
    for permission in Permission:
        cells = ("●" if permission in found else "" for found in granted.values())
        lines.append(f"| {WORDS[permission]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page_part() -> str:
    """What stands in docs/moderation.md between its marks."""
    return (
        "In an open room, by the role in it:\n\n"
        f"{table_of(ROLES)}\n\n"
        "A member of it, where something is limited:\n\n"
        f"{table_of(LIMITED)}"
    )
