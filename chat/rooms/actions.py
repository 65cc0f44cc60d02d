"""What happens to rooms and their people. Each act checks, writes and announces, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from chat import limits
from chat.access.gates import Access, access_person, access_room, access_room_again
from chat.access.peace import takes_conversations
from chat.access.permissions import Permission
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.messages.actions import write_line
from chat.messages.objects import message_item
from chat.models import Membership, Message, Room
from chat.models.rooms import MembershipQuerySet, Turn
from chat.rooms.facts import person_facts, room_facts
from chat.rooms.rules import MOST_IN_DIRECT, check_room_name, check_topic, direct_key
from chat.wire import envelopes, events
from chat.wire.publish import announce_on_commit, publish_on_commit


def create_room(
    *, user: User, name: str, topic: str = "", kind: str = Room.Kind.OPEN, is_default: bool = False
) -> Room:
    """A new open or closed room with its maker as owner."""
    name, topic = check_room_name(name), check_topic(topic)
    if kind not in (Room.Kind.OPEN, Room.Kind.CLOSED):
        raise Invalid
    check_may_create(user)
    limits.check_may_change(user.pk)

    with transaction.atomic():
        room = Room.objects.create(name=name, topic=topic, kind=kind, is_default=is_default, created_by=user)
        turn = Room.objects.take_turn(room.pk)
        _write_membership(room.pk, user, turn, role=Membership.Role.OWNER)
        write_line(room_id=room.pk, turn=turn, actor=user, act="room_created")

        publish_on_commit(user.pk, envelopes.user_joined(user=user.pk, room=room.pk, seq=turn.seq))
    room.refresh_from_db()
    return room


def check_may_create(user: User) -> None:
    """Raises Forbidden for guests, and for who is muted everywhere or suspended."""
    if not user.is_at_liberty or user.role == User.Role.GUEST:
        raise Forbidden


def rename_room(*, user: User, room_id: int, name: str | None = None, topic: str | None = None) -> None:
    """Another name or topic, or both; each is a line of its own in the record. What is the same changes nothing."""
    wanted = {
        "renamed": ("name", None if name is None else check_room_name(name)),
        "topic_changed": ("topic", None if topic is None else check_topic(topic)),
    }
    access = access_room(user, room_id, Permission.RENAME)
    limits.check_may_change(user.pk)
    for act, (field, value) in wanted.items():
        if value is not None and getattr(access.room, field) != value:
            _change_room(user, room_id, Permission.RENAME, act, {field: value})


def archive_room(*, user: User, room_id: int, archived: bool) -> None:
    """Closes a room for writing and takes it off the list, or opens it again. Everyone keeps reading."""
    access = access_room(user, room_id, Permission.ARCHIVE)
    state = Room.State.ARCHIVED if archived else Room.State.ACTIVE
    if access.room.is_default and archived:
        raise Forbidden(_("Everyone arrives in this room; it cannot be archived."))
    if access.room.state != state:
        act = "archived" if archived else "unarchived"
        _change_room(user, room_id, Permission.ARCHIVE, act, {"state": state})


def _change_room(user: User, room_id: int, permission: Permission, act: str, change: dict[str, str]) -> None:
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, permission)
        if not Room.objects.filter(pk=room_id).exclude(**change).update(**change):
            transaction.set_rollback(True)  # somebody else was first with the same
            return
        line = write_line(
            room_id=room_id, turn=turn, actor=access.user, act=act, value=next(iter(change.values()))
        )

        announce_room(room_id, turn, line)


def join_room(*, user: User, room_id: int) -> None:
    """Enters an open room. To be in it already is fine."""
    access = access_room_to_join(user, room_id)
    if access.membership and access.membership.is_active:
        return
    limits.check_may_change(user.pk)
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        if access_room_to_join(user, room_id).may(Permission.READ):
            transaction.set_rollback(True)
            return
        enter_room(room_id, user, turn, actor=user, act="joined")


def access_room_to_join(user: User, room_id: int) -> Access:
    """Inside already, or allowed to come in."""
    access = access_room(user, room_id, Permission.SEE)
    if not access.may(Permission.READ) and not access.may(Permission.JOIN):
        raise NotFound
    return access


def leave_room(*, user: User, room_id: int) -> None:
    """Leaves; the last owner hands the room to the member of the longest standing who can keep it."""
    access_room(user, room_id, Permission.LEAVE)
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id, revokes=True)
        access_room_again(user, room_id, Permission.LEAVE)
        exit_room(room_id, user, turn, actor=user, state=Membership.State.LEFT)


def add_member(*, user: User, room_id: int, user_id: int) -> None:
    """Brings somebody in. Whoever was banned stays out; who is in already stays in."""
    access_room(user, room_id, Permission.ADD_MEMBER)
    person = access_person(user, user_id)
    limits.check_may_change(user.pk)
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id)
        access = access_room_again(user, room_id, Permission.ADD_MEMBER)
        present = Membership.objects.filter(room_id=room_id, user=person).first()
        if present and present.is_banned:
            raise Forbidden(_("This person is banned from the room."))
        if present and present.state == Membership.State.REMOVED and not access.may(Permission.MODERATE):
            raise Forbidden(
                _("A moderator removed this person from the room, and only one brings them back.")
            )
        if present and present.is_active:
            transaction.set_rollback(True)
            return
        enter_room(room_id, person, turn, actor=access.user, act="added")


def remove_member(*, user: User, room_id: int, user_id: int) -> None:
    """Shows somebody out. Nothing that is committed after this reaches them. Owners are removed by owners only."""
    access_room(user, room_id, Permission.REMOVE_MEMBER)
    limits.check_may_change(user.pk)
    with transaction.atomic():
        turn = Room.objects.take_turn(room_id, revokes=True)
        access = access_room_again(user, room_id, Permission.REMOVE_MEMBER)
        present = (
            Membership.objects.active()
            .select_related("user")
            .filter(room_id=room_id, user_id=user_id)
            .first()
        )
        if present is None:
            raise NotFound
        if present.role == Membership.Role.OWNER and not access.may(Permission.ARCHIVE):
            raise Forbidden
        if user_id == user.pk:
            raise Invalid(_("To go yourself, leave the room."))
        exit_room(room_id, present.user, turn, actor=access.user, state=Membership.State.REMOVED)
        record("remove", actor=access.user, target=present.user, room=room_id)


def open_direct(*, user: User, people: Iterable[int]) -> Room:
    """The one direct room of these people and oneself: made the first time, found ever after."""
    ids = sorted(set(people) - {user.pk})
    if not ids:
        raise Invalid(_("Choose at least one person."))
    if len(ids) >= MOST_IN_DIRECT:
        raise Invalid(_("A direct conversation has at most %(limit)s people.") % {"limit": MOST_IN_DIRECT})
    others = [access_person(user, one) for one in ids]
    if not user.is_at_liberty:
        raise Forbidden
    key = direct_key([user.pk, *(one.pk for one in others)])
    if room := Room.objects.filter(direct_key=key).first():
        return room
    if not takes_conversations(user, others):
        raise Forbidden(_("They do not take new conversations from you."))
    limits.check_may_change(user.pk)
    try:
        with transaction.atomic():
            room = Room.objects.create(kind=Room.Kind.DIRECT, direct_key=key, created_by=user)
            for person in (user, *others):
                Membership.objects.create(room=room, user=person)
                publish_on_commit(person.pk, envelopes.user_joined(user=person.pk, room=room.pk, seq=0))
    except IntegrityError:
        return Room.objects.get(direct_key=key)
    return room


def set_preferences(*, user: User, room_id: int, **changes: Any) -> None:
    """One's own `pinned` or `level` in a room; all of one's tabs follow."""
    access = access_room(user, room_id)
    if "level" in changes and changes["level"] not in Membership.Level.values:
        raise Invalid
    with transaction.atomic():
        Membership.objects.filter(pk=access.joined.pk).update(**changes)
        event = events.settings_updated(room=room_id, **changes)
        publish_on_commit(user.pk, envelopes.user_event(user=user.pk, event=event))


def _write_membership(room_id: int, user: User, turn: Turn, *, role: str = Membership.Role.MEMBER) -> None:
    """`role` is for a row that is new; who comes back finds the one that `exit_room` left."""
    entered = {
        "state": Membership.State.ACTIVE,
        "since_seq": turn.seq,
        "until_seq": None,
        "read_seq": turn.seq,
        "changed_seq": turn.seq,
    }
    Membership.objects.update_or_create(
        room_id=room_id, user=user, defaults=entered, create_defaults={**entered, "role": role}
    )


def enter_room(room_id: int, person: User, turn: Turn, *, actor: User, act: str, **arguments: Any) -> None:
    """Writes and announces an arrival, inside the transaction that took the turn; the caller has checked it."""
    _write_membership(room_id, person, turn)
    if actor.pk != person.pk:
        arguments["target"] = {"id": person.pk, "name": person.display_name}
    line = write_line(room_id=room_id, turn=turn, actor=actor, act=act, **arguments)
    announce_member(room_id, turn, line, person)
    publish_on_commit(person.pk, envelopes.user_joined(user=person.pk, room=room_id, seq=turn.seq))


def exit_room(room_id: int, person: User, turn: Turn, *, actor: User, state: str) -> None:
    """Writes and announces a departure, inside the transaction that took a revoking turn."""
    members = Membership.objects.active().filter(room_id=room_id)
    # A rank ends with the membership; a restriction does not, else leaving and coming back would lift it.
    ranked = [Membership.Role.OWNER, Membership.Role.MODERATOR]
    members.filter(user=person, role__in=ranked).update(role=Membership.Role.MEMBER)
    members.filter(user=person).update(state=state, until_seq=turn.seq, changed_seq=turn.seq, pinned=False)
    if not members.filter(role=Membership.Role.OWNER).exists() and (heir := _heir(members)):
        members.filter(pk=heir.pk).update(role=Membership.Role.OWNER)
    target = {} if actor.pk == person.pk else {"target": {"id": person.pk, "name": person.display_name}}
    line = write_line(room_id=room_id, turn=turn, actor=actor, act=state, **target)
    announce_member(room_id, turn, line, person)
    envelope = envelopes.user_left(user=person.pk, room=room_id, seq=turn.seq, reason=state)
    publish_on_commit(person.pk, envelope)


def bar_from_room(
    room_id: int,
    person: User,
    turn: Turn,
    *,
    actor: User,
    state: str = Membership.State.BANNED,
    act: str = Membership.State.BANNED,
) -> None:
    """As `exit_room`, and also for who is outside: the door is closed, or with another `state` opened again."""
    if Membership.objects.active().filter(room_id=room_id, user=person).exists():
        exit_room(room_id, person, turn, actor=actor, state=state)
        return
    outside = {"state": state, "until_seq": turn.seq, "changed_seq": turn.seq}
    Membership.objects.update_or_create(room_id=room_id, user=person, defaults=outside)
    target = {"id": person.pk, "name": person.display_name}
    line = write_line(room_id=room_id, turn=turn, actor=actor, act=act, target=target)
    announce_member(room_id, turn, line, person)


def _heir(members: MembershipQuerySet) -> Membership | None:
    """Who has been here longest of those who could keep a room: no guest, bot or reader, nobody who is gone."""
    able = members.filter(user__in=User.objects.active(), user__kind=User.Kind.HUMAN)
    able = able.exclude(user__role=User.Role.GUEST).exclude(role=Membership.Role.READ_ONLY)
    return able.order_by("created_at", "pk").first()


def announce_room(room_id: int, turn: Turn, line: Message) -> None:
    def event() -> events.Event:
        facts = room_facts(Room.objects.get(pk=room_id))
        return events.room_updated(room=room_id, seq=turn.seq, facts=facts, **message_item(line))

    announce_on_commit(room=room_id, seq=turn.seq, acl=turn.acl, event=event)


def announce_member(room_id: int, turn: Turn, line: Message, person: User) -> None:
    def event() -> events.Event:
        return events.member_changed(
            room=room_id,
            seq=turn.seq,
            user=person_facts(person),
            facts=room_facts(Room.objects.get(pk=room_id)),
            **message_item(line),
        )

    announce_on_commit(room=room_id, seq=turn.seq, acl=turn.acl, event=event)
