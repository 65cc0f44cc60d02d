"""Prepares scenes for browser tests: a process beside the servers, over the same database, that acts on request.

One JSON line in, `{"act": ..., **arguments}`; one JSON line out. Acts are the product's own; what they announce
reaches the servers' browsers as if another process of the site had written it.
"""

import json
import sys
import uuid
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

from allauth.usersessions.models import UserSession  # noqa: E402
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from accounts.actions import change_preferences  # noqa: E402
from accounts.actions.invitations import make_invitation  # noqa: E402
from accounts.actions.joining import set_up_instance  # noqa: E402
from accounts.models import Instance, User  # noqa: E402
from accounts.names import skeleton  # noqa: E402
from chat.messages import actions as messages  # noqa: E402
from chat.messages.keeping.actions import save_message  # noqa: E402
from chat.messages.linking.deliver import look_now  # noqa: E402
from chat.messages.linking.rules import link_of  # noqa: E402
from chat.models import LinkPreview, Membership, Message, Room  # noqa: E402
from chat.moderation.addresses.actions import ban_addresses  # noqa: E402
from chat.moderation.automod.actions import RuleValues, add_rule  # noqa: E402
from chat.moderation.cleanups.actions import start_clean_up  # noqa: E402
from chat.moderation.people import add_note  # noqa: E402
from chat.moderation.reports.actions import report_message  # noqa: E402
from chat.moderation.sanctions.actions import impose  # noqa: E402
from chat.reading import actions as reading  # noqa: E402
from chat.rooms import actions as rooms  # noqa: E402
from chat.text import RENDER_VERSION  # noqa: E402
from tests.previews.stubs import abroad, says  # noqa: E402
from tests.uploads.desk import put, send_with  # noqa: E402

ACTS: dict[str, Callable[..., Any]] = {}


def act(function: Callable[..., Any]) -> Callable[..., Any]:
    ACTS[function.__name__] = function
    return function


@act
def person(name: str, role: str = "member") -> dict[str, Any]:
    """Somebody with a session; the same name is the same person."""
    if Instance.current() is None:
        set_up_instance(name="House Owner", email="owner@example.org", password="not for signing in")
    handle = name.lower().replace(" ", ".")
    user = User.objects.filter(handle=handle).first()
    if user is None:
        user = User.objects.create(
            handle=handle,
            handle_skeleton=skeleton(handle),
            display_name=name,
            role=role,
            password=make_password(None),
        )
    return {"id": user.pk, "name": name, "handle": handle}


@act
def rank(user: int, role: str) -> None:
    """Another role on the instance."""
    User.objects.filter(pk=user).update(role=role)


@act
def report(room: int, user: int, message: int) -> int:
    """The number of the case that this report opens."""
    by = User.objects.get(pk=user)
    return report_message(user=by, room_id=room, message_id=message, reason="spam").case_id


@act
def sanction(actor: int, user: int, kind: str) -> None:
    impose(actor=User.objects.get(pk=actor), person_id=user, kind=kind, reason="for a test")


@act
def grievance(actor: int, by: int, user: int, room: int, message: int, words: str) -> None:
    """All that moderators read and write about somebody, each with these words in it."""
    moderator, reporter = User.objects.get(pk=actor), User.objects.get(pk=by)
    report_message(user=reporter, room_id=room, message_id=message, reason="other", words=words)
    add_note(actor=moderator, person_id=user, text=words)
    impose(actor=moderator, person_id=user, kind="warn", reason=words)
    add_rule(actor=moderator, values=RuleValues(name=words, kind="words", outcome="hold", text=words))
    start_clean_up(actor=moderator, person_id=user, span="hour", reason=words)
    ban_addresses(
        actor=moderator, network="203.0.113.0/24", reason=words, minutes=60, own_address="127.0.0.1"
    )


@act
def session(user: int) -> list[str]:
    """Name and value of a cookie that is signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=user), backend=settings.AUTHENTICATION_BACKENDS[0])
    key = client.session.session_key
    UserSession.objects.create(user_id=user, session_key=key, ip="127.0.0.1", user_agent="a browser test")
    return [settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value]


@act
def room(name: str, people: list[int], kind: str = "open", topic: str = "") -> int:
    """A room of these people, the first of them its owner; everybody has read all of it."""
    owner, *others = (User.objects.get(pk=each) for each in people)
    made = rooms.create_room(user=owner, name=name, topic=topic, kind=kind)
    for other in others:
        rooms.add_member(user=owner, room_id=made.pk, user_id=other.pk)
    _read_all(made.pk)
    return made.pk


@act
def direct(people: list[int]) -> int:
    owner = User.objects.get(pk=people[0])
    return rooms.open_direct(user=owner, people=people[1:]).pk


@act
def say(
    room: int,
    user: int,
    texts: list[str],
    minutes_ago: float = 0,
    apart: float = 0,
    read: bool = False,
    reply_to: int | None = None,
) -> list[dict[str, int]]:
    """Messages of one person; `apart` seconds between them; `read`: everybody has read them."""
    author = User.objects.get(pk=user)
    sent = [
        messages.send_message(user=author, room_id=room, text=text, client_id=uuid.uuid4(), reply_to=reply_to)
        for text in texts
    ]
    if minutes_ago or apart:
        for place, each in enumerate(reversed(sent)):
            age = timedelta(minutes=minutes_ago, seconds=apart * place)
            Message.objects.filter(pk=each.id).update(created_at=F("created_at") - age)
    if read:
        _read_all(room)
    return [{"id": each.id, "seq": each.seq} for each in sent]


@act
def send(room: int, user: int, text: str, files: dict[str, str]) -> dict[str, Any]:
    """A message with files: their names, and what is in them as base64."""
    author, place = User.objects.get(pk=user), Room.objects.get(pk=room)
    kept = [put(author, place, name, b64decode(content)) for name, content in files.items()]
    message = send_with(author, place, *kept, text=text)
    return {"id": message.pk, "seq": message.seq, "files": [one.pk for one in kept]}


@act
def chatter(room: int, user: int, count: int) -> None:
    """So many more messages at once, read by everybody; open pages hear nothing of them."""
    first = Room.objects.values_list("seq", flat=True).get(pk=room) + 1
    record = [
        Message(
            room_id=room, author_id=user, seq=at, changed_seq=at, source=f"chatter {at}", html=f"<p>chatter {at}</p>\n",
            render_version=RENDER_VERSION,
        )
        for at in range(first, first + count)
    ]  # fmt: skip
    Message.objects.bulk_create(record, batch_size=500)
    Room.objects.filter(pk=room).update(seq=F("seq") + count, last_seq=F("seq") + count)
    _read_all(room)


def _read_all(room: int) -> None:
    last = Room.objects.values_list("seq", flat=True).get(pk=room)
    Membership.objects.filter(room_id=room).update(read_seq=last)


@act
def backdate(room: int, days: dict[str, int]) -> None:
    """Everything up to the message of each text was written so many days ago; the first text is the oldest."""
    record = Message.objects.filter(room_id=room)
    for text, age in reversed(days.items()):
        last = record.values_list("seq", flat=True).get(source=text)
        record.filter(seq__lte=last).update(created_at=timezone.now() - timedelta(days=age))


@act
def edit(room: int, user: int, message: int, text: str) -> None:
    base = Message.objects.values_list("changed_seq", flat=True).get(pk=message)
    who = User.objects.get(pk=user)
    messages.edit_message(user=who, room_id=room, message_id=message, base=base, text=text)


@act
def delete(room: int, user: int, message: int) -> None:
    messages.delete_message(user=User.objects.get(pk=user), room_id=room, message_id=message)


@act
def react(room: int, user: int, message: int, emoji: str) -> None:
    who = User.objects.get(pk=user)
    messages.react(user=who, room_id=room, message_id=message, emoji=emoji, present=True)


@act
def save(room: int, user: int, message: int) -> None:
    save_message(user=User.objects.get(pk=user), room_id=room, message_id=message, saved=True)


@act
def read(room: int, user: int, seq: int) -> None:
    reading.mark_read(user=User.objects.get(pk=user), room_id=room, seq=seq)


@act
def rename(room: int, user: int, name: str) -> None:
    rooms.rename_room(user=User.objects.get(pk=user), room_id=room, name=name)


@act
def archive(room: int, user: int, archived: bool = True) -> None:
    rooms.archive_room(user=User.objects.get(pk=user), room_id=room, archived=archived)


@act
def add(room: int, user: int, member: int) -> None:
    rooms.add_member(user=User.objects.get(pk=user), room_id=room, user_id=member)


@act
def remove(room: int, user: int, member: int) -> None:
    rooms.remove_member(user=User.objects.get(pk=user), room_id=room, user_id=member)


@act
def prefer(user: int, **choices: Any) -> None:
    change_preferences(User.objects.get(pk=user), **choices)


@act
def stored(room: int) -> list[dict[str, Any]]:
    """What the database holds of a room, in order."""
    rows = Message.objects.filter(room_id=room, kind="text").order_by("seq")
    return [{"id": each.pk, "seq": each.seq, "text": each.source, "author": each.author_id} for each in rows]


@act
def read_seq(room: int, user: int) -> int:
    return Membership.objects.values_list("read_seq", flat=True).get(room_id=room, user_id=user)


@act
def instance_name(name: str) -> str:
    """Gives the site another name, unchecked; the one it had."""
    before = Instance.objects.values_list("name", flat=True).get()
    Instance.objects.update(name=name)
    return before


@act
def preview(message: int, page: str) -> None:
    """The card comes that a message's first link asks for; an internet of this process serves the page."""
    link = urlsplit(link_of(Message.objects.values_list("html", flat=True).get(pk=message)))
    picture = BytesIO()
    Image.linear_gradient("L").resize((600, 400)).save(picture, "JPEG")
    with abroad() as world:
        world.names.records[str(link.hostname)] = lambda _number: [world.OUTSIDE]
        world.web.pages = {link.path: says(page.encode()), "/picture": says(picture.getvalue(), "image/jpeg")}
        look_now(message, world.network())
    assert LinkPreview.objects.shown().filter(message=message).exists(), "no card came"


@act
def invite(user: int) -> list[Any]:
    """The key and the token of an invitation by this person."""
    made = make_invitation(User.objects.get(pk=user))
    return [made.pk, made.token]


@act
def newest(model: str) -> str:
    """The key of the newest row of a model, as `chat.room`; "0" where there is none."""
    return str(apps.get_model(model).objects.order_by("pk").values_list("pk", flat=True).last() or 0)


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": ACTS[request.pop("act")](**request)}
        except Exception as error:  # told to the test, which fails with it
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
