"""A file from its first byte to its last day: pieces, quotas, the message that claims it, what deletes it."""

from __future__ import annotations

import json
import os
import uuid
from collections import namedtuple
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import FOREVER
from chat.errors import DiskFull
from chat.messages.actions import delete_message, edit_message
from chat.messages.deliver import empty_bin
from chat.messages.objects import message_item
from chat.messages.queries import last_page
from chat.models import Membership, Message, RemovedMessage, Upload
from chat.moderation.texts import actions as texts
from chat.uploads import keeping, receiving
from chat.uploads.actions import begin_upload, look_at
from chat.uploads.deliver import sweep_now
from tests.base import browser_of, events_of, hearing, refused, say
from tests.cast import Cast
from tests.uploads.desk import begin, fetch, put, send, send_with

Usage = namedtuple("Usage", "total used free")


def is_kept(upload: Upload) -> bool:
    return default_storage.exists(keeping.name_of(upload, "file"))


def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    begun = begin(bob, cast.lounge, "tide.txt", 6).json()
    assert (begun["offset"], begun["state"], begun["piece"]) == (0, "receiving", 4 * 1024 * 1024)
    assert send(bob, begun["id"], b"low").json()["offset"] == 3
    again = send(bob, begun["id"], b"low")
    assert (again.status_code, again.json()["code"], again.json()["offset"]) == (409, "conflict", 3)
    assert bob.get(f"/uploads/{begun['id']}/").json()["offset"] == 3
    # What a process had written when it died, and nobody acknowledged, does not stay.
    upload = Upload.objects.get(pk=begun["id"])
    with receiving.path_of(upload).open("ab") as file:
        file.write(b"garbage")
    assert send(bob, begun["id"], b"tid", 3).json()["offset"] == 6
    assert receiving.path_of(upload).read_bytes() == b"lowtid"


def test_two_pieces_at_once_do_not_mix(cast: Cast) -> None:
    bob = browser_of(cast.bob)
    upload = Upload.objects.get(pk=begin(bob, cast.lounge, size=6).json()["id"])
    with receiving.held(upload):
        answer = send(bob, upload.pk, b"low")
    assert (answer.status_code, answer.json()["offset"]) == (409, 0)


def test_what_a_restart_left_half_looked_at_is_taken_up_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat.uploads import actions, finishing

    monkeypatch.setattr(actions, "finish_soon", finishing.finish)
    upload = begin_upload(user=cast.bob, room_id=cast.lounge.pk, name="tide.txt", size=4)
    receiving.path_of(upload).write_bytes(b"tide")
    long_ago = timezone.now() - timedelta(minutes=1)
    Upload.objects.filter(pk=upload.pk).update(offset=4, state="processing", changed_at=long_ago)
    assert look_at(user=cast.bob, upload_id=upload.pk).state == "ready"


def test_quotas_are_refused_before_a_byte_is_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = browser_of(cast.bob)
    monkeypatch.setattr(settings, "UPLOADS_PER_PERSON", 10)
    assert begin(bob, cast.lounge, size=6).status_code == 201
    second = begin(bob, cast.lounge, size=6)
    assert (second.status_code, second.json()["code"]) == (413, "quota")
    monkeypatch.setattr(settings, "UPLOADS_IN_ALL", 10)
    assert begin(browser_of(cast.mona), cast.lounge, size=6).json()["code"] == "quota"


def test_a_full_disk_takes_no_files_and_still_messages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(100, 91, 9))
    answer = begin(browser_of(cast.bob), cast.lounge)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    with pytest.raises(DiskFull):
        begin_upload(user=cast.bob, room_id=cast.lounge.pk, name="a", size=1)
    say(cast.bob, cast.lounge)


def test_who_may_not_speak_may_not_upload_either(cast: Cast) -> None:
    upload = begin(browser_of(cast.bob), cast.workshop).json()["id"]
    Membership.objects.filter(room=cast.workshop, user=cast.bob).update(muted_until=FOREVER)
    assert send(browser_of(cast.bob), upload, b"abc").json()["code"] == "read_only"
    assert begin(browser_of(cast.bob), cast.workshop).json()["code"] == "read_only"
    assert begin(browser_of(cast.carol), cast.workshop).status_code == 404


def test_a_message_carries_its_files_everywhere(cast: Cast) -> None:
    first, second = put(cast.bob, cast.lounge, "b.txt", b"bb"), put(cast.bob, cast.lounge, "a & b.txt", b"a")
    with hearing() as heard:
        message = send_with(cast.bob, cast.lounge, first, second)
    facts = events_of(heard)[0]["message"]["files"]
    assert [(one["name"], one["size"], one["kind"]) for one in facts] == [
        ("b.txt", 2, "text"),
        ("a & b.txt", 1, "text"),
    ]
    assert facts[1]["url"] == f"/files/{second.pk}/a%20%26%20b.txt"
    item = message_item(last_page(cast.lounge.pk, cast.mona.pk, 1).messages[0])
    assert item["message"]["files"] == facts
    assert f"/files/{second.pk}/" in item["html"]
    assert item["html"] == events_of(heard)[0]["html"]
    page = browser_of(cast.mona).get(f"/rooms/{cast.lounge.pk}/").content.decode()
    assert f"/files/{first.pk}/b.txt" in page
    edit_message(
        user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk, base=message.seq, text="two files"
    )
    assert len(last_page(cast.lounge.pk, cast.mona.pk, 1).messages[0].file_list) == 2


def test_a_reply_to_a_file_without_words_shows_its_name(cast: Cast) -> None:
    message = send_with(cast.bob, cast.lounge, put(cast.bob, cast.lounge, "map.txt", b"x"))
    path = f"/rooms/{cast.lounge.pk}/quotes/?ids={message.pk}"
    assert browser_of(cast.mona).get(path).json()["quotes"][str(message.pk)]["excerpt"] == "map.txt"
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk)
    assert browser_of(cast.mona).get(path).json()["quotes"][str(message.pk)]["excerpt"] == ""


def test_a_repeat_is_the_same_intent_only_with_the_same_files(cast: Cast) -> None:
    key = uuid.uuid4()
    one, two = put(cast.bob, cast.lounge, "1.txt", b"1"), put(cast.bob, cast.lounge, "2.txt", b"2")
    message = send_with(cast.bob, cast.lounge, one, key=key)
    assert send_with(cast.bob, cast.lounge, one, key=key).pk == message.pk
    for others in ((two,), (one, two), ()):
        with refused("conflict", cast.lounge):
            send_with(cast.bob, cast.lounge, *others, text="" if others else "x", key=key)
    assert Message.objects.in_room(cast.lounge.pk).filter(file_count=1).count() == 1


def test_a_form_without_script_sends_files_too(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"1")
    form = {"text": "", "client_id": str(uuid.uuid4()), "uploads": [str(upload.pk)]}
    assert browser_of(cast.bob).post(f"/rooms/{cast.lounge.pk}/messages/", form).status_code == 302
    upload.refresh_from_db()
    assert upload.message is not None
    form = {"text": "x", "client_id": str(uuid.uuid4()), "uploads": ["1; DROP"]}
    assert browser_of(cast.bob).post(f"/rooms/{cast.lounge.pk}/messages/", form).status_code == 400


def test_what_its_author_deletes_leaves_the_disk(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"1")
    message = send_with(cast.bob, cast.lounge, upload, text="here")
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk)
    assert sweep_now() == 1
    assert not is_kept(upload)
    assert not Upload.objects.filter(pk=upload.pk).exists()


def test_the_bin_keeps_files_until_it_is_emptied(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"1")
    message = send_with(cast.bob, cast.lounge, upload, text="here")
    delete_message(user=cast.mona, room_id=cast.lounge.pk, message_id=message.pk)
    path = f"/files/{upload.pk}/1.txt"
    assert fetch(browser_of(cast.bob), path).status_code == 404
    assert texts.restore(Message.objects.get(pk=message.pk))
    assert fetch(browser_of(cast.bob), path).body == b"1"
    delete_message(user=cast.mona, room_id=cast.lounge.pk, message_id=message.pk)
    sweep_now()
    assert is_kept(upload)
    RemovedMessage.objects.update(removed_at=timezone.now() - timedelta(days=31))
    empty_bin.call()
    sweep_now()
    assert not is_kept(upload)


def test_what_nobody_sends_is_gone_after_a_day(cast: Cast) -> None:
    young, old = put(cast.bob, cast.lounge, "1.txt", b"1"), put(cast.bob, cast.lounge, "2.txt", b"2")
    begun = begin_upload(user=cast.bob, room_id=cast.lounge.pk, name="3.txt", size=3)
    receiving.path_of(begun).write_bytes(b"3")
    Upload.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(hours=25))
    assert sweep_now() == 2
    assert (is_kept(young), is_kept(old), receiving.path_of(begun).exists()) == (True, False, False)


def test_what_a_kill_left_of_a_picture_is_tidied_up() -> None:
    left, young = (receiving.folder() / f"{receiving.WORKSHOP}{name}" for name in ("left", "young"))
    for workshop in (left, young):
        workshop.mkdir()
    os.utime(left, (0, 0))
    receiving.tidy()
    assert (left.exists(), young.exists()) == (False, True)
    young.rmdir()


def test_one_may_think_better_of_it(cast: Cast) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"1")
    assert browser_of(cast.bob).delete(f"/uploads/{upload.pk}/").status_code == 204
    assert browser_of(cast.bob).get(f"/uploads/{upload.pk}/").status_code == 404
    with refused("not_found", cast.lounge):
        send_with(cast.bob, cast.lounge, upload)


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=0-1", 206, b"01"),
        ("bytes=8-", 206, b"89"),
        ("bytes=-3", 206, b"789"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=-99", 200, b"0123456789"),
        ("bytes=10-", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=3-1", 200, b"0123456789"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
    ],
)
def test_ranges(cast: Cast, asked: str, status: int, body: bytes) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"0123456789")
    answer = fetch(browser_of(cast.bob), f"/files/{upload.pk}/1.txt", Range=asked)
    assert (answer.status_code, answer.body) == (status, body)
    if status == 416:
        assert answer["Content-Range"] == "bytes */10"
    other = fetch(browser_of(cast.bob), f"/files/{upload.pk}/1.txt", Range=asked, If_Range='"another"')
    assert (other.status_code, other.body) == (200, b"0123456789")


def test_nginx_is_told_where_it_lies_and_sends_it_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = put(cast.bob, cast.lounge, "1.txt", b"0123456789")
    monkeypatch.setattr(settings, "FILES_ACCEL", "/files-inside/")
    answer = fetch(browser_of(cast.bob), f"/files/{upload.pk}/1.txt")
    assert answer["X-Accel-Redirect"] == f"/files-inside/{keeping.name_of(upload, 'file')}"
    assert (answer.body, answer["Content-Disposition"][:10]) == (b"", "attachment")
    assert fetch(browser_of(cast.carol), f"/files/{upload.pk}/1.txt").status_code == 404
    assert json.dumps(dict(answer.headers)).isascii()
