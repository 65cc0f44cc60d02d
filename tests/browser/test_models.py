"""The client's pure parts, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chat import constants
from tests.browser.house import Stagehand, open_house
from tests.browser.profiles import Profiles
from tests.servers import Site


@pytest.fixture(scope="module")
def page(site: Site, stage: Stagehand, chromium: Browser, profiles: Profiles) -> Iterator[Page]:
    with open_house(site, stage, chromium, profiles) as house:
        ana = house.person()
        yield house.enter(ana, house.room(ana))


@pytest.mark.parametrize(
    ("seen", "older", "expected"),
    [([5], False, 5), ([7], False, None), ([5, 7], False, 7), ([7], True, None), ([5, 7, 9], True, None)],
)
def test_reading_moves_only_over_rows_that_were_seen(
    page: Page, seen: list[int], older: bool, expected: Any
) -> None:
    moved = page.evaluate(
        """async ([seen, older]) => {
          const { ReadTracker } = await import('chat/models/read_tracker.js')
          const tracker = new ReadTracker(3)
          seen.forEach(seq => tracker.see(seq))
          return tracker.advance([{ seq: 5 }, { seq: 7 }, { seq: 9 }], older)
        }""",
        [seen, older],
    )
    assert moved == expected


def test_the_window_knows_what_would_make_a_hole(page: Page) -> None:
    done = page.evaluate(
        """async () => {
          const { Window } = await import('chat/models/window.js')
          const rows = new Window()
          for (const seq of [9, 5, 7]) rows.insert({ id: seq, seq, clientId: `key-${seq}` })
          rows.older = rows.newer = true
          const covers = [4, 6, 8, 10].map(seq => rows.covers(seq))
          rows.newer = false
          return { order: rows.rows.map(row => row.seq), covers, tail: rows.covers(10),
            same: rows.find({ id: 0, clientId: 'key-7' }).seq,
            gone: rows.trimOlder(2).map(row => row.seq), older: rows.older }
        }"""
    )
    assert done == {
        "order": [5, 7, 9], "covers": [False, True, True, False], "tail": True, "same": 7, "gone": [5], "older": True,
    }  # fmt: skip


def test_what_came_and_changed_within_one_batch_is_new(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const { isNew } = await import('chat/models/facts.js')
          const event = (type, seq) => ({ type, message: { seq } })
          return [isNew(event("message.created", 5)), isNew(event("message.created", 5), 7),
            isNew(event("message.updated", 8), 7), isNew(event("message.updated", 7), 7),
            isNew(event("message.updated", 8)), isNew(event("message.deleted", 8), 7), isNew({ type: "room.more" })]
        }"""
    )
    assert found == [True, True, True, False, False, False, False]


def mention(query: str, start: int) -> dict[str, Any]:
    return {"kind": "mention", "query": query, "start": start}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@an", mention("an", 0)), ("hi @", mention("", 3)), ("a@b", None),
        (":ro", {"kind": "emoji", "query": "ro", "start": 0}), (":r", None), ("at 10:30", None), ("http://x", None),
        ("line\n@x", mention("x", 5)), ("@an ", None), ("@é", mention("é", 0)),
    ],
)  # fmt: skip
def test_a_mention_is_found_where_it_is_typed(page: Page, text: str, found: Any) -> None:
    got = page.evaluate(
        "async text => (await import('chat/models/suggestion.js')).suggestionAt(text, text.length)", text
    )
    assert got == found


def test_keys_without_a_secure_context_are_version_four(page: Page) -> None:
    made = page.evaluate(
        """async () => {
          const native = crypto.randomUUID
          crypto.randomUUID = undefined
          const { uuid } = await import('chat/helpers/ids.js')
          const made = Array.from({ length: 50 }, () => uuid())
          crypto.randomUUID = native
          return made
        }"""
    )
    import uuid

    assert len(set(made)) == 50
    assert {uuid.UUID(each).version for each in made} == {4}


def test_words_come_from_the_catalogue_with_their_plural_forms(page: Page) -> None:
    done = page.evaluate(
        """async () => {
          const { t, ngettext, useCatalogue } = await import('chat/helpers/i18n.js')
          useCatalogue('pl', { 'Hello %(name)s': 'Witaj %(name)s', row: ['wiersz', 'wiersze', 'wierszy'] })
          const many = [1, 2, 5, 22].map(count => ngettext('row', 'rows', count))
          return { hello: t('Hello %(name)s', { name: 'Ola' }), other: t('Unknown'), many }
        }"""
    )
    assert done == {
        "hello": "Witaj Ola",
        "other": "Unknown",
        "many": ["wiersz", "wiersze", "wierszy", "wiersze"],
    }


def test_an_outbox_is_adopted_when_its_tab_is_gone(page: Page) -> None:
    done = page.evaluate(
        """async () => {
          const { Outbox } = await import('chat/models/outbox.js')
          const store = new Map()
          const storage = { getItem: key => store.get(key) ?? null,
            setItem: (key, text) => store.set(key, text), removeItem: key => store.delete(key) }
          const first = new Outbox(1, 'first', storage)
          first.add({ room: 3, text: 'hello' })
          const second = new Outbox(1, 'second', storage)
          const whileAlive = second.items().length
          first.rest()
          second.adopt()
          const [item] = second.items(3)
          second.remove(item.id)
          second.add({ room: 4, text: 'more' })
          const unsent = [...second.unsent()]
          second.wipe()
          second.add({ room: 4, text: 'late' })
          return { whileAlive, text: item.text, unsent, left: [...store.keys()] }
        }"""
    )
    assert done == {"whileAlive": 0, "text": "hello", "unsent": [[4, 1]], "left": []}


def test_constants_of_the_page_are_the_servers(page: Page) -> None:
    shown = page.evaluate("JSON.parse(document.querySelector('#boot').textContent).constants")
    assert shown["STICK_PX"] == constants.STICK_PX
    assert shown["UNCONFIRMED_AFTER_MS"] == constants.UNCONFIRMED_AFTER_MS


@pytest.mark.parametrize(
    ("quiet", "clock", "reason"),
    [
        (("22:00", "07:00"), "23:30", "quiet"), (("22:00", "07:00"), "06:59", "quiet"),
        (("22:00", "07:00"), "07:00", ""),
        (("09:00", "17:00"), "12:00", "quiet"), (("09:00", "17:00"), "17:00", ""), (("09:00", ""), "12:00", ""),
        (("09:00", "09:00"), "09:00", ""),
    ],
)  # fmt: skip
def test_NO_06_quiet_hours_hold_over_midnight_too(
    page: Page, quiet: tuple[str, str], clock: str, reason: str
) -> None:
    got = page.evaluate(
        """async ([from, to, clock]) => (await import('chat/models/quiet.js'))
          .quietAt({ quiet_from: from, quiet_to: to, paused_until: '' }, new Date(), clock).reason""",
        [*quiet, clock],
    )
    assert got == reason
