"""The files of a room in its panel: of messages that live, whole messages to a page, for who may read them."""

from __future__ import annotations

import pytest

from chat.messages.actions import delete_message
from chat.uploads.queries import files_of
from tests.base import browser_of, say
from tests.cast import Cast
from tests.uploads.desk import place_file


def test_files_of_living_messages_are_listed_the_newest_first(cast: Cast) -> None:
    said = [say(cast.bob, cast.workshop, str(number)) for number in range(3)]
    placed = [place_file(cast.bob, cast.workshop, message=message) for message in said]
    place_file(cast.bob, cast.workshop)
    place_file(cast.bob, cast.duo, message=say(cast.bob, cast.duo))
    assert files_of(cast.workshop.pk) == ([placed[2], placed[1], placed[0]], None)
    delete_message(user=cast.mona, room_id=cast.workshop.pk, message_id=said[1].pk)
    assert files_of(cast.workshop.pk) == ([placed[2], placed[0]], None)
    page = browser_of(cast.trent).get(f"/rooms/{cast.workshop.pk}/files/").content.decode()
    assert f"/files/{placed[0].pk}/" in page
    assert f"/files/{placed[1].pk}/" not in page
    for before in ("x", "-1", "9" * 30, "٣"):
        assert (
            browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/files/?before={before}").status_code == 200
        )


def test_no_page_cuts_a_message_in_two(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.uploads.queries.FILES_PAGE", 3)
    said = [say(cast.bob, cast.workshop, str(number)) for number in range(3)]
    for message in (*said, *said):
        place_file(cast.bob, cast.workshop, message=message)
    pages, before = [], None
    for _page in range(3):
        found, before = files_of(cast.workshop.pk, before)
        pages.append([said.index(upload.message) for upload in found if upload.message])
    assert (pages, before) == ([[2, 2], [1, 1], [0, 0]], None)
