"""Who is here: the people of this process, their sockets and their rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chat.socket.feed import Feed
from chat.socket.frames import frame_of
from chat.socket.outlet import Outlet


class Registry:
    """Rooms → people → sockets."""

    def __init__(self) -> None:
        self.people: dict[int, set[Outlet]] = {}
        self.rooms_of: defaultdict[int, set[int]] = defaultdict(set)
        self.feeds: dict[int, Feed] = {}

    def add(self, outlet: Outlet) -> None:
        self.people.setdefault(outlet.user_id, set()).add(outlet)

    def remove(self, outlet: Outlet) -> bool:
        """Whether the person had no other socket, and is therefore gone too."""
        outlets = self.people.get(outlet.user_id, set())
        outlets.discard(outlet)
        if not outlets:
            self.people.pop(outlet.user_id, None)
        return not outlets

    def outlets(self) -> list[Outlet]:
        return [outlet for outlets in self.people.values() for outlet in outlets]

    def tell(self, user_id: int, text: str) -> None:
        """To all of a person's tabs."""
        if outlets := self.people.get(user_id):
            frame = frame_of(text)
            for outlet in outlets:
                outlet.deliver(frame)

    def listeners(self, feed: Feed) -> Iterable[Outlet]:
        for person in feed.members:
            yield from self.people.get(person, ())

    def showing(self, feed: Feed) -> Iterable[Outlet]:
        """The tabs here that show who is in this room: those that have it open, and all of a conversation."""
        listeners = self.listeners(feed)
        return (one for one in listeners if feed.is_direct or feed.room in one.open_rooms)

    def admit(self, feed: Feed, user_id: int) -> None:
        """From here on this person hears the room, if they are here at all."""
        if user_id in self.people:
            feed.members.add(user_id)
            self.rooms_of[user_id].add(feed.room)

    def dismiss(self, feed: Feed, user_id: int) -> None:
        """From here on they do not."""
        feed.members.discard(user_id)
        self.rooms_of[user_id].discard(feed.room)
        for outlet in self.people.get(user_id, ()):
            outlet.open_rooms.discard(feed.room)
