"""Thirty readers who are the browser's own modules, in one page of a real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.faults.judgement import differences
from tests.faults.pace import PACE, QUIESCENCE
from tests.faults.people import until_true
from tests.faults.readers import Shown
from tests.faults.record import Record
from tests.faults.stacks import Stack

SCREENS = 30

OPEN = """async ({ room, count, scale }) => {
  const { Socket } = await import('chat/socket.js')
  const { Feed } = await import('chat/models/feed.js')
  const { constants, urls, user } = JSON.parse(document.querySelector('#boot').textContent)
  const quick = Object.fromEntries(Object.entries(constants).map(
    ([name, value]) => [name, /RETRY|STABLE/.test(name) ? value / scale : value]))
  globalThis.screens = Array.from({ length: count }, () => {
    const screen = { rows: new Map(), hellos: 0, floor: 0, waiting: true }
    const socket = new Socket(urls.socket, user.id, quick)
    const feed = new Feed(socket, room, 0)
    const show = items => items.forEach(({ message, html }) => {
      if (message.seq >= screen.floor) screen.rows.set(message.id, { message, html })
    })
    const reload = async () => {
      const page = await (await fetch(`/rooms/${room}/history/`, { headers: { Accept: 'application/json' } })).json()
      screen.rows.clear()
      screen.floor = page.older ? page.items[0].message.seq : 0
      show(page.items)
      feed.resume(page.head)
    }
    const retry = () => reload().catch(() => setTimeout(retry, 300))
    feed.addEventListener('items', ({ detail }) => show(detail.items))
    feed.addEventListener('reset', retry)
    socket.addEventListener('frame', ({ detail: frame }) => {
      if (frame.type === 'hello') {
        screen.hellos += 1
        feed.open()
      } else if (frame.room === room && (frame.type === 'room.more' || frame.type === 'room.batch'
        || ('message' in frame && 'seq' in frame))) feed.receive(frame)
    })
    socket.start()
    return Object.assign(screen, { socket, feed })
  })
}"""
TELL = """() => globalThis.screens.map(({ rows, feed, floor, hellos, socket }) => ({
  cursor: feed.cursor, floor, hellos, online: socket.isOnline,
  rows: [...rows.values()].map(({ message, html }) => [message.id, message.seq, message.changed_seq,
    message.deleted, message.reactions.reduce((sum, [, people]) => sum + people.length, 0), html]),
}))"""
CURRENT = "seq => globalThis.screens.every(({ feed, socket }) => socket.isOnline && feed.cursor >= seq)"


@dataclass(frozen=True)
class Screen:
    """What one of them shows, as a Reader tells it. `hellos`: links that it has had."""

    cursor: int
    floor: int
    hellos: int
    rows: dict[int, Shown]


class Screens:
    def __init__(self, page: Page) -> None:
        self._page = page

    async def judge(self, record: Record) -> list[str]:
        """S4 for real browsers; they have the same time as the others to get there."""

        async def are_current() -> bool:
            return bool(await self._page.evaluate(CURRENT, record.seq))

        await until_true(are_current, QUIESCENCE)
        broken = [differences(screen, record) for screen in await self._told()]
        return [f"S4: a screen {difference}" for difference in broken if difference][:3]

    async def links(self) -> int:
        """How often all of them together were greeted."""
        return sum(screen.hellos for screen in await self._told())

    async def _told(self) -> list[Screen]:
        return [
            Screen(
                told["cursor"],
                told["floor"],
                told["hellos"],
                {id_: Shown(*facts) for id_, *facts in told["rows"]},
            )
            for told in await self._page.evaluate(TELL)
        ]


@asynccontextmanager
async def screens(stack: Stack, room: int) -> AsyncIterator[Screens]:
    """A page with the room open in it, and beside its own reader thirty more."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(base_url=stack.site.origin)
        name, _equals, value = str(stack.town.people["alice"]["cookie"]).partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": stack.site.origin}])
        page = await context.new_page()
        await page.goto(f"/rooms/{room}/")
        await page.locator("html[data-ready]").wait_for(state="attached")
        given: dict[str, Any] = {"room": room, "count": SCREENS, "scale": PACE.scale}
        await page.evaluate(OPEN, given)
        try:
            yield Screens(page)
        finally:
            await browser.close()
