"""What happened in one room, told in the order of the room's numbers: each change takes the next one.

Nothing is written here: a story collects rows that keep every invariant of the real acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from accounts.models import User
from chat.demo.phrases import EMOJI
from chat.models import Membership, Mention, Message, Reaction, RemovedMessage, Revision, Room
from chat.text import RENDER_VERSION, Person, Rendered, handles_in, render

# Shares of messages after which one of the latest is answered, liked, mended or taken back.
REPLIES, REACTIONS, EDITS, DELETIONS = 0.08, 0.14, 0.04, 0.015
# How far back people reach for what they react to.
_LATEST = 6


@dataclass
class Story:
    """One room's rows; nothing in them is later than `until`. `members[0]` is the owner."""

    room: Room
    members: list[User]
    rng: Random
    until: datetime
    messages: list[Message] = field(default_factory=list)
    memberships: dict[int, Membership] = field(default_factory=dict)
    reactions: dict[int, list[Reaction]] = field(default_factory=dict)
    mentions: dict[int, list[Mention]] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    bin: list[RemovedMessage] = field(default_factory=list)

    @property
    def owner(self) -> User:
        return self.members[0]

    def open(self, at: datetime) -> None:
        """The room is made and its people come in."""
        if not self.room.is_direct and not self.room.seq:
            self._line("room_created", self.owner, at)
        for person in self.members:
            if not self.room.is_direct and person is not self.owner:
                self._arrival(person, at)
            role = Membership.Role.OWNER if person is self.owner and not self.room.is_direct else "member"
            self.memberships[person.pk] = Membership(
                room=self.room,
                user=person,
                role=role,
                created_at=at,
                since_seq=self.room.seq,
                read_seq=self.room.seq,
                changed_seq=self.room.seq,
            )

    def say(self, author: User, text: str, at: datetime) -> None:
        """One message; now and then a reply, and now and then followed by a change to a recent one."""
        rendered = _rendered(text, self._mentionable(text))
        message = Message(
            room=self.room,
            seq=self._turn(at),
            author=author,
            source=text,
            html=rendered.html,
            render_version=RENDER_VERSION,
            created_at=at,
        )
        message.changed_seq = message.seq
        if self.rng.random() < REPLIES:
            message.reply_to = self._recent(but_by=author)
        self.messages.append(message)
        self.room.last_seq = message.seq
        self.memberships[author.pk].read_seq = message.seq
        if rendered.mentions:
            self.mentions[message.pk] = [
                Mention(message=message, user_id=one, room=self.room, seq=message.seq)
                for one in rendered.mentions
            ]
        self._aftermath(at)

    def archive(self, at: datetime) -> None:
        self._line("archived", self.owner, at, value="archived")
        self.room.state = Room.State.ARCHIVED

    def settle(self) -> None:
        """How far everyone has read: most to the end, some are behind; what one wrote oneself is read."""
        for membership in self.memberships.values():
            if self.rng.random() < 0.7:
                membership.read_seq = self.room.seq
            else:
                membership.read_seq = max(membership.read_seq, int(self.room.seq * self.rng.uniform(0.9, 1)))
            membership.pinned = self.rng.random() < 0.1
            membership.level = self.rng.choices(["mentions", "all", "nothing"], [8, 2, 1])[0]

    def _turn(self, at: datetime) -> int:
        self.room.seq += 1
        self.room.changed_at = at
        return self.room.seq

    def _line(self, act: str, actor: User, at: datetime, **arguments: Any) -> None:
        seq = self._turn(at)
        told = {"act": act, "actor": {"id": actor.pk, "name": actor.display_name}, **arguments}
        self.messages.append(
            Message(
                room=self.room,
                seq=seq,
                changed_seq=seq,
                author=actor,
                kind=Message.Kind.SYSTEM,
                arguments=told,
                created_at=at,
            )
        )

    def _arrival(self, person: User, at: datetime) -> None:
        if self.room.kind == Room.Kind.OPEN:
            self._line("joined", person, at)
        else:
            self._line("added", self.owner, at, target={"id": person.pk, "name": person.display_name})

    def _mentionable(self, text: str) -> tuple[Person, ...]:
        handles = handles_in(text)
        return tuple(
            Person(one.pk, one.handle, one.display_name) for one in self.members if one.handle in handles
        )

    def _recent(self, *, but_by: User | None = None) -> Message | None:
        latest = [one for one in self.messages[-_LATEST:] if one.kind == "text" and one.deleted_at is None]
        latest = [one for one in latest if one.author != but_by]
        return self.rng.choice(latest) if latest else None

    def _aftermath(self, at: datetime) -> None:
        for share, change in ((REACTIONS, self._like), (EDITS, self._mend), (DELETIONS, self._remove)):
            target = self._recent() if self.rng.random() < share else None
            if target:
                change(target, min(at + timedelta(seconds=3), self.until))

    def _like(self, message: Message, at: datetime) -> None:
        emoji = self.rng.choice(EMOJI)
        given = self.reactions.setdefault(message.pk, [])
        for person in self.rng.sample(self.members, min(self.rng.randint(1, 4), len(self.members))):
            if not any(one.user_id == person.pk and one.emoji == emoji for one in given):
                given.append(Reaction(message=message, user=person, emoji=emoji))
                message.changed_seq = self._turn(at)

    def _mend(self, message: Message, at: datetime) -> None:
        """What is there now is the mended text; before it, the last character was missing."""
        message.changed_seq = self._turn(at)
        message.edited_at = at
        self.revisions.append(
            Revision(
                message=message, seq=message.changed_seq, source=message.source[:-1] or "…", replaced_at=at
            )
        )

    def _remove(self, message: Message, at: datetime) -> None:
        by = message.author if self.rng.random() < 0.5 or self.room.is_direct else self.owner
        message.changed_seq = self._turn(at)
        if by.pk == message.author_id:
            self.revisions = [one for one in self.revisions if one.message is not message]
        else:
            self.bin.append(
                RemovedMessage(
                    message=message, source=message.source, html=message.html, removed_by=by, removed_at=at
                )
            )
        self.reactions.pop(message.pk, None)
        self.mentions.pop(message.pk, None)
        message.source = message.html = ""
        message.deleted_at, message.deleted_by = at, by
        living = (one.seq for one in reversed(self.messages) if one.kind == "text" and one.deleted_at is None)
        self.room.last_seq = next(living, 0)


@lru_cache(maxsize=4096)
def _rendered(text: str, people: tuple[Person, ...]) -> Rendered:
    return render(text, people={one.handle: one for one in people})
