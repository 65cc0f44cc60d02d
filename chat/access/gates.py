"""The only ways to turn an id into a room, a message or a person. What is unknown and what is forbidden look alike."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from accounts.policy import rank
from chat.access.closures import Closure, closure_of
from chat.access.permissions import WRITING, Permission, permissions_of
from chat.errors import Forbidden, NotFound, ReadOnly
from chat.models import HouseRules, LinkPreview, Membership, Message, Room, Upload
from chat.models.prepared import Prepared
from chat.wire.encoding import moment

# A membership with its room and its person, and the version of the automatic rules, in one statement.
PLACE: Prepared[Membership] = Prepared(
    lambda room_id, user_id: (
        Membership.objects.filter(room_id=room_id, user_id=user_id)
        .select_related("room", "user")
        .annotate(rules_version=HouseRules.objects.values("version")[:1])
    )
)


@dataclass(frozen=True, slots=True)
class Access:
    """A room as one person stands to it."""

    user: User
    room: Room
    membership: Membership | None
    permissions: frozenset[Permission]
    rules_version: int = 0  # of the automatic rules

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def check(self, permission: Permission) -> None:
        """Raises NotFound where the person may not even read, ReadOnly or Forbidden where they may."""
        if permission in self.permissions:
            return
        if Permission.READ not in self.permissions:
            raise NotFound
        raise self._closed() if permission in WRITING else Forbidden

    def _closed(self) -> ReadOnly:
        closure = self.closure
        until = {"until": moment(closure.until)} if closure.until else {}
        return ReadOnly(closure.sentence, **until)

    @property
    def closure(self) -> Closure:
        """Why writing is closed to this person; asked only where it is."""
        return closure_of(self.user, self.room, self.membership)

    @property
    def joined(self) -> Membership:
        """The active membership, for acts that are only possible inside."""
        if self.membership is None:
            raise NotFound
        return self.membership


def access_room(user: User, room_id: int, permission: Permission = Permission.READ) -> Access:
    """The room, if this person may do this in it. Raises NotFound, ReadOnly or Forbidden.

    One query for a member, and the person is read anew with it: a socket's own copy is as old as the socket.
    """
    access = _place_of(user, room_id)
    if access is None:
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            raise NotFound
        access = Access(user, room, None, permissions_of(user, room, None))
    if not access.permissions:
        raise NotFound
    access.check(permission)
    return access


def access_message(
    user: User, room_id: int, message_id: int, permission: Permission = Permission.READ
) -> tuple[Access, Message]:
    """A living message of this very room. Raises like `access_room`; NotFound for deleted ones and other rooms'."""
    access = access_room(user, room_id, permission)
    message = Message.objects.in_room(room_id).living().with_author().filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return access, message


def access_own_message(user: User, room_id: int, message_id: int) -> tuple[Access, Message]:
    """A message that this person wrote and may edit. Forbidden for other people's."""
    access, message = access_message(user, room_id, message_id, Permission.EDIT)
    if message.author_id != user.pk or message.kind != Message.Kind.TEXT:
        raise Forbidden
    return access, message


def access_upload(user: User, upload_id: int) -> Upload:
    """One's own upload that no message has yet. Raises NotFound for all others."""
    found = Upload.objects.kept().unclaimed().filter(pk=upload_id, uploader=user).first()
    if found is None:
        raise NotFound
    return found


def access_file(user: User, upload_id: int) -> Upload:
    """A file that this person may read now: of a message that they see, or their own before anybody sees it.

    What is withheld is also read by those who decide about it.
    """
    found = Upload.objects.ready().select_related("message").filter(pk=upload_id).first()
    if found is None:
        raise NotFound
    message = found.message
    is_withheld = message is not None and not message.is_deleted and bool(message.withheld)
    if is_withheld and _may_review(user, found.room_id):
        return found
    access_room(user, found.room_id)
    if message is None or is_withheld:
        hidden = found.uploader_id != user.pk
    else:
        hidden = message.is_empty
    if hidden:
        raise NotFound
    return found


def access_preview(user: User, preview_id: int) -> LinkPreview:
    """A card with a picture, of a message that this person may read now. Raises NotFound."""
    found = LinkPreview.objects.shown().select_related("message").filter(pk=preview_id).first()
    if found is None or found.message is None or found.message.is_empty or not found.has_picture:
        raise NotFound
    access_room(user, found.message.room_id)
    return found


def _may_review(user: User, room_id: int) -> bool:
    """Whether a message of this room that is withheld lies in this person's queue (chat.moderation.reports)."""
    if user.is_at_liberty and rank(user.role) >= rank(User.Role.MODERATOR):
        return True
    access = _place_of(user, room_id)
    return access is not None and access.may(Permission.MODERATE)


def access_person(user: User, person_id: int) -> User:
    """Somebody whom this person may address: an active human or bot of the instance. Raises NotFound."""
    person = User.objects.active().exclude(kind=User.Kind.SYSTEM).filter(pk=person_id).first()
    if person is None or not user.is_active:
        raise NotFound
    return person


def access_room_again(user: User, room_id: int, permission: Permission) -> Access:
    """The gate inside the transaction that has taken the room's turn: what was true before may not be now.

    One query for a member, and the person is read anew with it.
    """
    access = _place_of(user, room_id)
    if access is None:
        return access_room(User.objects.get(pk=user.pk), room_id, permission)
    access.check(permission)
    return access


def _place_of(user: User, room_id: int) -> Access | None:
    """What somebody with a membership may do; None for who never had one."""
    membership = PLACE.first(room_id, user.pk)
    if membership is None:
        return None
    user, room = membership.user, membership.room
    version = getattr(membership, "rules_version", None) or 0
    return Access(user, room, membership, permissions_of(user, room, membership), version)
