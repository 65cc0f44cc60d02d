"""Deleted means deleted: of a text that is gone for good nothing is left, on the server or on any device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis as Client

from tests.browser.house import House, Person, Stagehand, comes_true, connected, expect, open_house, row
from tests.browser.test_offline import READY
from tests.browser.test_tabs import BLUR
from tests.servers import Site, running_site
from tests.services import Redis

MARKER = "zanzibar7719"
# In how much of what a browser keeps of an origin it stands: databases, stored pages, storage, notifications.
ON_DEVICE = """async marker => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)]
  const done = asked => new Promise(resolve => { asked.onsuccess = () => resolve(asked.result) })
  for (const { name } of await indexedDB.databases()) {
    const base = await done(indexedDB.open(name))
    for (const store of base.objectStoreNames)
      found.push(JSON.stringify(await done(base.transaction(store).objectStore(store).getAll())))
    base.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) found.push(await (await cache.match(request)).text())
  }
  const worker = await navigator.serviceWorker.getRegistration()
  for (const { title, body } of await worker.getNotifications()) found.push(title + body)
  return found.filter(text => text.includes(marker)).length
}"""
GONE = f"async marker => await ({ON_DEVICE})(marker) === 0"
EMPTIED = """
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from chat.messages.deliver import empty_bin
from chat.models import RemovedMessage
RemovedMessage.objects.update(removed_at=timezone.now() - timedelta(days=31))
empty_bin.func()
connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
"""


@pytest.fixture
def redis() -> Iterator[Redis]:
    redis = Redis()
    try:
        redis.start()
        yield redis
    finally:
        redis.close()


@pytest.fixture
def lonely(redis: Redis, chromium: Browser) -> Iterator[House]:
    with running_site(REDIS_URL=redis.url) as site:
        stage = Stagehand(site)
        try:
            with open_house(site, stage, chromium) as house:
                yield house
        finally:
            stage.close()


def device(house: House, person: Person, room: int, elsewhere: int) -> tuple[BrowserContext, Page]:
    """Has read the room and keeps it for reading offline; its only page shows another room now."""
    context = house.context(person, service_workers="allow", permissions=["notifications"])
    page = house.enter(person, room, context=context)
    comes_true(page, READY)
    page.reload()
    connected(page)
    comes_true(page, f"async marker => await ({ON_DEVICE})(marker) >= 2", arg=MARKER)
    page.goto(f"/rooms/{elsewhere}/")
    connected(page)
    return context, page


def in_redis(redis: Redis) -> list[bytes]:
    """Keys whose serialised value holds the marker."""
    client = Client.from_url(redis.url)
    client.config_set("rdbcompression", "no")
    return [key for key in client.scan_iter() if MARKER.encode() in key + (client.dump(key) or b"")]


def in_files(site: Site) -> list[str]:
    found = [
        path for path in Path(site.env["DATA_DIR"]).rglob("*") if path.is_file() and path.suffix != ".js"
    ]
    return [path.name for path in found if MARKER.encode() in path.read_bytes()]


def test_of_a_text_that_is_gone_for_good_nothing_is_left(lonely: House, redis: Redis) -> None:
    house, stage = lonely, lonely.stage
    ana, bob, cleo, dan, mona = (house.person() for _each in range(5))
    room, elsewhere = house.room(mona, ana, bob, cleo, dan), house.room(mona, ana, bob, dan)
    own, removed, reported = (
        said["id"] for said in house.say(room, bob, *(f"{MARKER} {number}" for number in range(3)), read=True)
    )
    stage.edit(room=room, user=bob.id, message=removed, text=f"{MARKER} edited")
    open_page = house.enter(cleo, room)
    expect(row(open_page, f"{MARKER} edited")).to_be_visible()
    _context, connected_page = device(house, ana, room, elsewhere)
    away, away_page = device(house, dan, room, elsewhere)
    away.set_offline(True)
    expect(away_page.locator("html")).to_have_attribute("data-conn", "offline")
    connected_page.evaluate(BLUR)
    (called,) = house.say(room, bob, f"@{ana.handle} {MARKER} again")
    comes_true(
        connected_page,
        "async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications()).length === 1",
    )
    assert in_files(house.site)

    for message in (own, called["id"]):
        stage.delete(room=room, user=bob.id, message=message)
    stage.report(room=room, user=ana.id, message=reported)
    for message in (removed, reported):
        stage.delete(room=room, user=mona.id, message=message)
    house.site.python(EMPTIED)

    expect(open_page.get_by_text("Message deleted")).to_have_count(4)
    expect(open_page.get_by_text(MARKER)).to_have_count(0)
    comes_true(connected_page, GONE, arg=MARKER)
    assert away_page.evaluate(ON_DEVICE, MARKER) >= 2
    away.set_offline(False)
    connected(away_page)
    comes_true(away_page, GONE, arg=MARKER)
    assert in_redis(redis) == []
    assert in_files(house.site) == []
    assert MARKER not in house.site.log()
