"""The browser's view of rows, by the cases that the server's first paint is held to as well."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.house import House, connected

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "decorator.json").read_text())["cases"]

DECORATE = """async ({ cases, groupMs }) => {
  const [{ Decorator }, { PendingRows }, { Rows }, { Window }, { parseOne }] = await Promise.all(
    ['models/decorator', 'models/pending_rows', 'models/rows', 'models/window', 'helpers/html']
      .map(name => import(`chat/${name}.js`)))

  const divider = (entry, kind) => {
    const line = entry.querySelector(`:scope > .divider[data-kind="${kind}"]`)
    return line && [line.textContent, line.getAttribute('aria-label')]
  }
  const quoteOf = article => {
    const reply = article.querySelector('.reply')
    const text = selector => reply.querySelector(selector)?.textContent ?? null
    return reply && [text('bdi'), text('.truncate')]
  }
  const chip = each => [each.dataset.emoji, Number(each.querySelector('span').textContent),
    each.getAttribute('aria-pressed') === 'true', each.getAttribute('aria-label')]
  const seen = ({ entry, article }) => {
    const edited = article.querySelector('[data-word=edited]')
    return {
      own: 'own' in article.dataset, mentioned: 'mentioned' in article.dataset, cont: 'cont' in article.dataset,
      day: divider(entry, 'day'), new: divider(entry, 'new')?.[0] ?? null,
      time: article.querySelector('time').textContent, label: article.getAttribute('aria-label'),
      edited: edited && [edited.textContent, edited.title], quote: quoteOf(article),
      reactions: [...article.querySelectorAll('.reaction')].map(chip),
      line: article.querySelector('.message__body').textContent,
      tag: article.querySelector('.tag')?.textContent ?? null,
      me: article.querySelectorAll('.mention[data-me]').length,
      first: entry.firstElementChild.className, last: entry.lastElementChild === article,
    }
  }
  return cases.map(({ viewer, rows }) => {
    const quotes = new Map(Object.entries(viewer.quotes).map(([id, quote]) => [Number(id), quote]))
    const decorator = new Decorator({ viewer: viewer.id, language: viewer.language, timeZone: viewer.time_zone,
      groupMs, quotes, now: () => new Date(viewer.now) })
    const list = document.createElement('ol')
    const all = new Window()
    const shown = new Rows(list, all, decorator, new PendingRows(list, decorator, viewer.id))
    const items = rows.map(({ fragment }) => {
      const { id, seq, changed, clientId } = parseOne(fragment).dataset
      const message = { id: Number(id), seq: Number(seq), changed_seq: Number(changed), client_id: clientId ?? null }
      return { message, html: fragment }
    })
    shown.apply(items.toReversed())
    all.older = viewer.older
    shown.divide(viewer.read_seq)
    const once = all.rows.map(seen)
    const html = list.innerHTML
    shown.refresh()
    return { rows: once, again: list.innerHTML === html }
  })
}"""


def decorated(page: Page, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(DECORATE, {"cases": cases, "groupMs": 300_000})
    return found


def test_rows_look_as_the_shared_cases_say(house: House) -> None:
    ana = house.person()
    page = house.enter(ana, house.room(ana))
    wrong = []
    for case, shown in zip(CASES, decorated(page, CASES), strict=True):
        assert len(shown["rows"]) == len(case["expect"]), case["name"]
        for got, expected in zip(shown["rows"], case["expect"], strict=True):
            wrong += [
                (case["name"], key, got[key], want) for key, want in expected.items() if got[key] != want
            ]
    assert wrong == []


def test_decorating_twice_changes_nothing(house: House) -> None:
    ana = house.person()
    page = house.enter(ana, house.room(ana))
    assert [shown["again"] for shown in decorated(page, CASES)] == [True] * len(CASES)


def test_dividers_stand_before_the_article(house: House) -> None:
    ana = house.person()
    page = house.enter(ana, house.room(ana))
    case = next(
        case
        for case in CASES
        if case["name"] == "at the start of the room the first row can be the first unread"
    )
    first = decorated(page, [case])[0]["rows"][0]
    assert first["day"] and first["new"] and first["last"]


def test_the_scripts_change_nothing_in_what_the_server_drew(house: House) -> None:
    """First paint and script agree on every attribute and word, for all kinds of rows."""
    ana, bob = house.person(), house.person()
    room = house.room(ana, bob)
    said = house.say(room, bob, "one", "two **bold**\n\n- list", "🙂", f"@{ana.handle} look", read=True)
    house.stage.edit(room=room, user=bob.id, message=said[0]["id"], text="one, edited")
    house.stage.react(room=room, user=bob.id, message=said[1]["id"], emoji="👍")
    house.stage.delete(room=room, user=bob.id, message=said[2]["id"])
    house.send(room, bob, "files", {"tide.py": b"low = 3", "tide.bin": b"\0"})
    house.say(room, ana, "own", read=True)
    house.say(room, bob, "unread")
    plain = house.context(ana, java_script_enabled=False).new_page()
    context = house.context(ana)
    context.add_cookies([{"name": "tz", "value": "Europe%2FBerlin", "url": house.site.origin}])
    plain.context.add_cookies([{"name": "tz", "value": "Europe%2FBerlin", "url": house.site.origin}])
    plain.goto(f"/rooms/{room}/")
    page = context.new_page()
    page.goto(f"/rooms/{room}/")
    connected(page)
    assert facts(page.locator("#messages .entry").evaluate_all(FACTS)) == facts(
        [parse_entry(plain, place) for place in range(plain.locator("#messages .entry").count())]
    )


FACTS = """entries => entries.filter(e => !e.dataset.row).map(e => { const copy = e.cloneNode(true)
  copy.querySelectorAll('.toolbar, .reaction[data-act]').forEach(each => each.remove())
  copy.querySelectorAll('article').forEach(each => each.removeAttribute('tabindex'))
  const marks = n => [...n.attributes].map(a => `${a.name}=${a.value}`).sort().join('|')
  return [...copy.querySelectorAll('*')].map(n => [n.tagName, marks(n),
    [...n.childNodes].filter(c => c.nodeType === 3).map(c => c.data.trim()).join('')].join(' ')) })"""


def parse_entry(page: Page, place: int) -> list[str] | None:
    """The same facts from a page whose scripts are off."""
    entry = page.locator("#messages .entry").nth(place)
    found: list[list[str]] = entry.evaluate_all(FACTS)
    return found[0] if found else None


def facts(entries: list[Any]) -> list[Any]:
    return [entry for entry in entries if entry]
