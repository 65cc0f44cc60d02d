"""What is found, by whom, and that it follows every path that changes a message. The same on both databases."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from chat.errors import ChatError
from chat.messages.actions import delete_message, edit_message
from chat.models import Hiding, Message, SearchText
from chat.models.search_index import after_migrations, before_migrations
from chat.models.uploads import Upload
from chat.rooms.actions import add_member, remove_member
from chat.rooms.sidebar import sidebar_of
from chat.search.queries import find, messages_of
from chat.search.rules import parse
from chat.search.scope import names_like, wanted_of
from chat.uploads.actions import release
from tests.base import browser_of, say
from tests.cast import Cast

TEXTS = [
    "The deployment of Brackwater begins at noon",
    "Café CRÈME at the Straße",
    "明天下午三点在图书馆开会",
    "**bold**ly `code_name` and snake_case, 100% of a_b",
    "See https://tide.example/noon for times",
    "x",
    "ΟΔΟΣ Σίσυφος",
    "C:\\temp 'quoted' \"double\" -- OR NEAR(a) * ) (",
    "q🦀z",
]


def found(user: User, text: str, limit: int = 50) -> list[str]:
    wanted = wanted_of(user, parse(text), sidebar_of(user))
    return [one.source for one in messages_of(user, find(wanted, limit=limit))]


def many(cast: Cast, words: str, count: int) -> None:
    """As `populate` writes: many rows in one statement, here of one moment."""
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            room=cast.lounge,
            seq=900 + n,
            changed_seq=900 + n,
            author=cast.bob,
            source=f"{words} {n}",
            created_at=now,
        )
        for n in range(count)
    )


def say_with_file(cast: Cast, text: str, *, name: str, kind: str) -> Message:
    message = say(cast.bob, cast.lounge, text or "to be emptied")
    Message.objects.filter(pk=message.pk).update(source=text, file_count=1)
    hang(cast, message, name=name, kind=kind)
    return message


def hang(cast: Cast, message: Message, *, name: str, kind: str, position: int = 0) -> None:
    """As a send does: what is there already gets a message."""
    upload = Upload.objects.create(
        uploader=cast.bob, room=cast.lounge, name=name, size=1, kind=kind, state="ready", position=position
    )
    Upload.objects.filter(pk=upload.pk).update(message=message)


# What is typed, and which of the texts have it.
WORDS = {
    "deploy": [0],
    "BRACK noon": [0],
    "cafe creme": [1],
    "strasse": [],
    "图": [2],
    "开会": [2],
    "三点 图书馆": [2],
    "会": [2],
    "boldly": [3],
    "code_name": [3],
    "100%": [3],
    "%": [3],
    "_": [3],
    "q": [7, 8],
    "z": [8],
    "🦀": [8],
    "has:link": [4],
    "οδοσ": [6],
    "σισυφος": [6],
    "'quoted'": [7],
    "C:\\temp": [7],
    "“begins at noon”": [0],
    "“noon begins”": [],
    "noon": [0, 4],
    "in:lounge from:bob noon": [0, 4],
    "from:alice noon": [],
    "x": [4, 5],
}


def test_words_and_parts_of_words_are_found(cast: Cast) -> None:
    for text in TEXTS:
        say(cast.bob, cast.lounge, text)
    expected = {words: [TEXTS[one] for one in reversed(which)] for words, which in WORDS.items()}
    assert {words: found(cast.bob, words) for words in WORDS} == expected


def test_the_newest_come_first_and_pages_follow_one_another(cast: Cast) -> None:
    many(cast, "tide number", 60)
    browser = browser_of(cast.bob)
    shown: list[str] = []
    address = "/search/?q=tide"
    while address:
        answer = browser.get(address).context["answer"]
        shown += ["".join(part.text for part in one.parts) for one in answer.results]
        address = f"/search/{answer.more_address}" if answer.more is not None else ""
    assert shown == [f"tide number {number}" for number in reversed(range(60))]


def test_the_best_first_puts_whole_words_before_parts(cast: Cast) -> None:
    say(cast.bob, cast.lounge, "a tide")
    say(cast.bob, cast.lounge, "tidewater")
    answer = browser_of(cast.bob).get("/search/?q=tide&sort=relevance").context["answer"]
    assert [one.parts[0].text for one in answer.results] == ["a ", "tide"]


def test_dates_bound_the_list(cast: Cast) -> None:
    early = say(cast.bob, cast.lounge, "tide of yesterday")
    say(cast.bob, cast.lounge, "tide of today")
    Message.objects.filter(pk=early.pk).delete()
    Message.objects.create(
        pk=early.pk, room=cast.lounge, seq=early.seq, changed_seq=early.seq, author=cast.bob,
        source="tide of yesterday", created_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    assert found(cast.bob, "tide before:today") == ["tide of yesterday"]
    assert found(cast.bob, "tide after:yesterday") == ["tide of today"]
    assert found(cast.bob, "tide after:today") == []
    assert found(cast.bob, "tide after:0001 before:9998") == ["tide of today", "tide of yesterday"]


def test_mentions_of_oneself(cast: Cast) -> None:
    say(cast.bob, cast.lounge, "@alice the tide")
    say(cast.bob, cast.lounge, "the tide")
    assert found(cast.alice, "mentions:me") == ["@alice the tide"]
    assert found(cast.bob, "mentions:me") == []


def test_files_are_found_by_their_names_with_or_without_a_text(cast: Cast) -> None:
    for kind, name, text in (
        ("image", "Pegel GRÖSSE.png", ""),
        ("file", "tide.pdf", "the table"),
        ("file", "other", "x"),
    ):
        say_with_file(cast, text, name=name, kind=kind)
    assert found(cast.alice, "has:file") == ["x", "the table", ""]
    assert found(cast.alice, "has:image") == [""]
    assert found(cast.alice, "has:image grosse") == [""]
    assert found(cast.alice, "has:file tide.pdf table") == ["the table"]
    assert found(cast.alice, "has:file nowhere") == []
    assert found(cast.alice, "tide table") == ["the table"]
    assert found(cast.alice, "grösse.PNG") == [""]
    assert found(cast.carol, "has:file") == found(cast.carol, "tide") == []


def test_a_files_name_goes_with_its_message_and_with_its_file(cast: Cast) -> None:
    gone, deleted, hidden = (say_with_file(cast, "", name=f"tide {n}.pdf", kind="file") for n in range(3))
    assert len(found(cast.alice, "tide")) == 3
    release([gone.pk])
    assert len(found(cast.alice, "tide")) == 2
    Message.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    assert len(found(cast.alice, "tide")) == 1
    Message.objects.filter(pk=hidden.pk).update(withheld="hidden")
    assert found(cast.alice, "has:file") == found(cast.alice, "tide") == []
    assert nothing_kept_of("tide")
    Message.objects.filter(pk=hidden.pk).update(withheld="")
    assert len(found(cast.alice, "tide 2.pdf")) == 1
    Upload.objects.filter(message=hidden).delete()
    assert nothing_kept_of("tide")


def test_names_of_files_are_shown_the_marked_ones_first(cast: Cast) -> None:
    message = say_with_file(cast, "here", name="other.png", kind="image")
    hang(cast, message, name="the tide.pdf", kind="file", position=1)
    (result,) = browser_of(cast.alice).get("/search/?q=tide").context["answer"].results
    shown = [("".join(part.text for part in one.parts), one.is_image, one.is_marked) for one in result.files]
    assert shown == [("the tide.pdf", False, True), ("other.png", True, False)]


def test_only_what_one_may_read_now(cast: Cast) -> None:
    say(cast.bob, cast.workshop, "hushword")
    assert found(cast.bob, "hushword") == ["hushword"]
    assert found(cast.erin, "hushword") == []
    assert found(cast.carol, "hushword") == []
    add_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.carol.pk)
    assert found(cast.carol, "hushword") == ["hushword"]
    remove_member(user=cast.alice, room_id=cast.workshop.pk, user_id=cast.carol.pk)
    assert found(cast.carol, "hushword") == []


def test_a_word_of_a_private_room_answers_like_a_word_of_nowhere(cast: Cast) -> None:
    """M4, attackers 26 and 28: byte for byte."""
    say(cast.alice, cast.workshop, "xhushx")
    say(cast.alice, cast.duo, "xhushx noon https://xhushx.example")
    carol = browser_of(cast.carol)
    for query in ("{}", "{} noon", "from:alice {}", '"{}" before:2030', "has:link {}", "{}&sort=relevance"):
        for headers in ({}, {"X-Requested-With": "fetch"}):
            known, nowhere = (
                carol.get(f"/search/?q={query.format(word)}", headers=headers)
                for word in ("xhushx", "xnoonx")
            )
            assert known.status_code == nowhere.status_code == 200
            told = known.content.decode(), nowhere.content.decode().replace("xnoonx", "xhushx")
            assert without_nonces(told[0]) == without_nonces(told[1]), query


@pytest.mark.parametrize("room", ["Workshop", "Alice", "nowhere"])
def test_a_room_of_others_is_as_unknown_as_no_room(cast: Cast, room: str) -> None:
    answer = browser_of(cast.carol).get(f"/search/?q=in:{room}").context["answer"]
    assert answer.complaint == f"You are in no room called “{room}”."
    assert names_like(cast.carol, parse("Workshop"), sidebar_of(cast.carol)).rooms == []


def without_nonces(page: str) -> str:
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_who_is_hidden_is_not_found(cast: Cast) -> None:
    say(cast.bob, cast.lounge, "the tide")
    Hiding.objects.create(user=cast.alice, hidden=cast.bob)
    assert found(cast.alice, "tide") == []
    assert found(cast.mona, "tide") == ["the tide"]


def test_edits_and_deletions_are_followed_at_once(cast: Cast) -> None:
    message = say(cast.bob, cast.lounge, "firstword")
    edit_message(
        user=cast.bob,
        room_id=cast.lounge.pk,
        message_id=message.pk,
        base=message.changed_seq,
        text="secondword",
    )
    assert (found(cast.bob, "firstword"), found(cast.bob, "secondword")) == ([], ["secondword"])
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=message.pk)
    assert found(cast.bob, "secondword") == []
    assert nothing_kept_of("secondword")


def nothing_kept_of(word: str) -> bool:
    """M8: neither the text nor a piece of it."""
    assert not SearchText.objects.filter(folded__contains=word).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM chat_searchindex WHERE chat_searchindex MATCH %s", [f'"{word[:3]}"']
            )
            return bool(cursor.fetchone()[0] == 0)
    return True


def test_what_a_moderator_hides_and_restores_is_followed(cast: Cast) -> None:
    message = say(cast.bob, cast.lounge, "harshword")
    Message.objects.filter(pk=message.pk).update(withheld="hidden", source="")
    assert found(cast.bob, "harshword") == []
    Message.objects.filter(pk=message.pk).update(withheld="", source="harshword")
    assert found(cast.bob, "harshword") == ["harshword"]


def test_rows_made_at_once_and_rows_that_go_are_followed(cast: Cast) -> None:
    many(cast, "bulkword", 5)
    assert found(cast.bob, "bulkword") == [f"bulkword {n}" for n in reversed(range(5))]
    Message.objects.filter(source__startswith="bulkword").delete()
    assert found(cast.bob, "bulkword") == []


def test_triggers_that_went_with_their_table_come_back(cast: Cast) -> None:
    before_migrations(using="default", plan=[object()])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert not cursor.fetchall(), "none may stand in the way of a table that is drawn anew"
        else:
            cursor.execute("DROP TRIGGER chat_search ON chat_message")
    say(cast.bob, cast.lounge, "lostword")
    assert found(cast.bob, "lostword") == []
    after_migrations(using="default")
    say(cast.bob, cast.lounge, "keptword")
    assert found(cast.bob, "keptword") == ["keptword"]


def test_an_index_that_lost_something_is_made_anew(cast: Cast) -> None:
    many(cast, "lostword", 3)
    deleted = say(cast.bob, cast.lounge, "lostword deleted")
    delete_message(user=cast.bob, room_id=cast.lounge.pk, message_id=deleted.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM chat_searchtext")
    assert found(cast.bob, "lostword") == []
    call_command("rebuild_search", stdout=StringIO())
    assert found(cast.bob, "lostword") == [f"lostword {n}" for n in reversed(range(3))]
    say(cast.bob, cast.lounge, "a keptword")
    assert found(cast.bob, "keptword") == ["a keptword"]


def test_a_database_that_is_too_busy_is_told_in_words(cast: Cast) -> None:
    def locked(*_arguments: Any) -> None:
        raise OperationalError("database is locked")

    with connection.execute_wrapper(locked), pytest.raises(CommandError, match="too busy"):
        call_command("rebuild_search", stdout=StringIO())


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("\"'()*:-^+~{}|&!\\%_;\x00 aenNEAROD"), st.characters(codec="utf-8")),
    max_size=60,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_nothing_that_is_typed_breaks_the_search(cast: Cast, text: str) -> None:
    if not Message.objects.filter(source=TEXTS[7]).exists():
        say(cast.bob, cast.lounge, TEXTS[7])
    with suppress(ChatError):
        found(cast.bob, text)


def test_a_search_that_takes_too_long_is_ended_and_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from chat.search import queries

    many(cast, "tide", 3)
    monkeypatch.setattr(queries, "PATIENCE", 0.001)
    monkeypatch.setattr(queries, "STEPS_BETWEEN_LOOKS", 1)
    monkeypatch.setattr(queries, "_words", slow_words)
    answer = browser_of(cast.bob).get("/search/?q=tide").context["answer"]
    assert answer.complaint == "That search takes too long. Add a word or a filter."


def slow_words(_wanted: object) -> list[object]:
    from chat.search.queries import Condition

    if connection.vendor == "postgresql":
        return [Condition("pg_sleep(5) IS NOT NULL")]
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT max(x) FROM n"
    return [Condition(f"({many}) > 0")]


def test_searches_are_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setattr("chat.limits._take", lambda *_key: 1.5)
    answer = browser_of(cast.bob).get("/search/?q=tide", headers={"Accept": "application/json"})
    assert answer.status_code == 429
    assert answer.json()["detail"] == "You are searching very fast. Wait a moment."
