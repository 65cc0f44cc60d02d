"""The columns of the matrix: every role of the room and of the instance, inside, outside and gone."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import FOREVER, Invitation, User
from chat.messages.actions import delete_message
from chat.models import (
    AddressBan,
    Case,
    CleanUp,
    LinkPreview,
    Membership,
    Message,
    Picture,
    Rule,
    Sanction,
    Upload,
)
from chat.moderation.sanctions.actions import impose
from tests.base import say
from tests.cast import Cast, add_person, make_person, place
from tests.previews.desk import place_preview
from tests.uploads.desk import place_emoji, place_file, place_picture

COLUMNS = (
    "owner",
    "mod",
    "member",
    "reader",
    "i-own",
    "i-adm",
    "i-mod",
    "guest",
    "bot",
    "susp",
    "muted",
    "out",
    "ex",
    "ban",
    "anon",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A closed room with somebody in every column, one message of the member's, and what addresses need."""

    cast: Cast
    people: dict[str, User | None]
    message: Message
    other: User  # a member whom nobody's column plays
    invitation: Invitation
    case: Case  # about `other`, who wrote `removed`
    sanction: Sanction
    rule: Rule
    ban: AddressBan
    clean_up: CleanUp
    removed: Message
    upload: Upload  # hangs on `message`
    draft: Upload  # the member's, sent with nothing yet
    preview: LinkPreview  # of `message`
    picture: Picture  # that `other` shows of themselves, and of the emoji `gull`

    def fill(self, template: str) -> str:
        """Puts real ids into a path or a field of the table."""
        return template.format(
            room=self.cast.workshop.pk,
            message=self.message.pk,
            user=self.other.pk,
            stranger="dora",
            invitation=self.invitation.pk,
            token=self.invitation.token,
        )


def build_stage(cast: Cast) -> Stage:
    room, role = cast.workshop, User.Role
    instance_roles = {"i-own": role.OWNER, "i-adm": role.ADMINISTRATOR, "i-mod": role.MODERATOR}
    extra = {
        "owner": make_person("olga"),
        "susp": make_person("susan", suspended_until=FOREVER),
        "muted": make_person("mute"),
        "ban": make_person("bandit"),
        "other": make_person("oscar"),
        **{column: make_person(f"inst-{one}", role=one) for column, one in instance_roles.items()},
    }
    User.objects.bulk_create(extra.values())
    Membership.objects.bulk_create(
        Membership(room=room, user=person, read_seq=1, role="owner" if column == "owner" else "member")
        for column, person in extra.items()
    )
    Membership.objects.filter(room=room, user=extra["muted"]).update(muted_until=FOREVER)
    Membership.objects.filter(room=room, user=extra["ban"]).update(state="banned", banned_until=FOREVER)
    add_person("dora")
    other = extra.pop("other")
    people: dict[str, User | None] = {
        **extra,
        "mod": cast.mona,
        "member": cast.bob,
        "reader": cast.trent,
        "guest": cast.gus,
        "bot": cast.robo,
        "out": cast.carol,
        "ex": cast.erin,
        "anon": None,
    }
    assert set(people) == set(COLUMNS)
    invitation = Invitation.objects.create(created_by=cast.alice)
    removed = say(other, cast.workshop, "High tide.")
    delete_message(user=cast.alice, room_id=room.pk, message_id=removed.pk)
    message = say(cast.bob, room, "Low tide at noon.")
    return Stage(
        cast,
        people,
        message,
        other,
        invitation,
        case=Case.objects.create(about=other),
        sanction=impose(actor=cast.alice, person_id=other.pk, kind="mute", reason="loud", minutes=10),
        rule=Rule.objects.create(name="Gulls", kind="words", text="gull", created_by=cast.alice),
        ban=AddressBan.objects.create(network="203.0.113.9/32", reason="spam", created_by=cast.alice),
        clean_up=CleanUp.objects.create(
            person=other, by=cast.alice, span="all", state="done", reason="spam", total=0
        ),
        removed=removed,
        upload=place_file(message.author, room, message=message),
        draft=place_file(message.author, room),
        preview=place_preview(message),
        picture=place_emoji(cast.alice, place_picture(other)),
    )


def outsiders_of_rank(cast: Cast) -> list[User]:
    """Every instance role twice: one who never was in the workshop, one who was removed from it."""
    found = []
    for rank in User.Role.values:
        found.append(add_person(f"never-{rank}", role=rank))
        found.append(add_person(f"gone-{rank}", role=rank))
        place(cast.workshop, found[-1], state="removed")
    return found
