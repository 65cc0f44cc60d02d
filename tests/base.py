"""What tests of rooms and messages share: saying something, hearing what is announced, acting in parallel."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase

from accounts.models import User
from chat.errors import ChatError
from chat.messages.actions import send_message
from chat.models import Membership, Message, Room
from chat.wire.envelopes import Envelope
from chat.wire.publisher import publisher

Heard = list[tuple[str, Envelope]]


def say(user: User, room: Room, text: str = "Low tide at noon.", *, reply_to: int | None = None) -> Message:
    """Sends through the action; the message as the database has it."""
    sent = send_message(user=user, room_id=room.pk, text=text, client_id=uuid.uuid4(), reply_to=reply_to)
    return Message.objects.get(pk=sent.id)


def browser_of(user: User | None) -> Client:
    """A browser in which this person is signed in; None: nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@contextmanager
def hearing() -> Iterator[Heard]:
    """Yields a list of (group, envelope), filled at the end with what was announced after commit."""
    heard: Heard = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publisher, "put", lambda group, envelope: heard.append((group, envelope)))
        if connection.in_atomic_block:
            with TestCase.captureOnCommitCallbacks(execute=True):
                yield heard
        else:
            yield heard


def events_of(heard: Heard) -> list[dict[str, Any]]:
    """The protocol's events among what was announced."""
    return [json.loads(envelope["text"]) for _group, envelope in heard if envelope.get("text")]


def membership(room: Room, user: User) -> Membership:
    return Membership.objects.get(room=room, user=user)


def fresh(room: Room) -> Room:
    return Room.objects.get(pk=room.pk)


def numbers(room: Room) -> list[int]:
    """The numbers of birth that stand in the room's record."""
    return sorted(Message.objects.in_room(room.pk).values_list("seq", flat=True))


@contextmanager
def no_number_taken(room: Room) -> Iterator[None]:
    """What happens inside leaves the room's counter, its rights version and its newest message alone."""
    before = fresh(room)
    with hearing() as heard:
        yield
    after = fresh(room)
    assert (after.seq, after.acl_version, after.last_seq) == (before.seq, before.acl_version, before.last_seq)
    assert [envelope for _group, envelope in heard if envelope.get("room") == room.pk] == []


@contextmanager
def refused(code: str, room: Room | None = None) -> Iterator[pytest.ExceptionInfo[ChatError]]:
    """What happens inside is refused with this code and, given a room, takes no number of it."""
    with pytest.raises(ChatError) as caught:
        if room is None:
            yield caught
        else:
            with no_number_taken(room):
                yield caught
    assert caught.value.code == code


def in_parallel(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Runs each in a thread of its own, all starting together; their results or ChatErrors, in order.

    Needs a test with `transaction=True`: every thread has a connection of its own.
    """
    acts = list(acts)
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(60)
            results[index] = act()
        except ChatError as error:
            results[index] = error
        except BaseException as error:
            results[index] = error
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
