"""Attackers on content (A35 to A40): hostile texts and names on every page of the site, in a real browser.

What must never happen rings: a script that runs, a breach of the content policy, a request to a foreign host.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from django.urls import URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Route, WebSocketRoute, expect

from tests.browser.house import (
    House,
    Person,
    Stagehand,
    box,
    connected,
    open_house,
    row,
    scroll_until,
    until,
    write,
)
from tests.servers import Site
from tests.text.test_hostile import ATTRIBUTES, TAGS, VECTORS

# Names are shown in elements, attributes, titles, JSON and sentences with places for values.
NAMES = [
    "<img src=x onerror=alarm('name')>",
    "\"><svg onload=alarm('name')>",
    "' onfocus=alarm('name') autofocus x='",
    "</title></script><script>alarm('name')</script>",
    "<!--<script>alarm('name')</script>",
    "&lt;img src=x onerror=alarm(1)&gt; %(name)s {room}",
]
TOPIC = "</textarea><iframe srcdoc='<script>parent.alarm(1)</script>'> javascript:alarm('topic')"
ROWS = {
    "case_id": "chat.Case", "sanction_id": "chat.Sanction", "rule_id": "chat.Rule", "ban_id": "chat.AddressBan",
    "clean_up_id": "chat.CleanUp", "removed_id": "chat.RemovedMessage",
}  # fmt: skip
# Pages of the admin whose templates are Django's own, the same for every model.
MADE_BY_DJANGO = ("_add", "_delete", "_history")
# What the page itself adds to a message's body.
ADDED = {"data-me", "title"}

WATCH = """
addEventListener("securitypolicyviolation", (breach) => {
  alarm(`${breach.effectiveDirective} ${breach.blockedURI} ${breach.sample}`, location.pathname)
})
"""
SHAPES = """() => {
  const inside = [...document.querySelectorAll(".message__body *:not([data-word])")]
  const every = [...document.querySelectorAll("*")]
  return {
    tags: [...new Set(inside.map((one) => one.localName))],
    attributes: [...new Set(inside.flatMap((one) => one.getAttributeNames()))],
    schemes: [...new Set([...document.querySelectorAll("a[href]")].map((one) => one.protocol))],
    handlers: every.filter((one) => one.getAttributeNames().some((name) => name.startsWith("on"))).length,
    planted: document.querySelectorAll(
      "iframe, object, embed, base, meta[http-equiv], [srcdoc], script:not([nonce]):not([src]):not([type])").length,
    twice: every.map((one) => one.id).filter((id, at, ids) => id && ids.indexOf(id) !== at),
    clobbered: typeof document.querySelector !== "function" || typeof document.getElementById !== "function",
  }
}"""
# In the record of a person, entries of the log stand like messages.
NAMED = {"b", "bdi"}
CALM: dict[str, Any] = {"handlers": 0, "planted": 0, "twice": [], "clobbered": False}


class Alarms(list[str]):
    """What a text or a name has made a browser do."""

    def watch(self, context: BrowserContext, origin: str) -> None:
        context.expose_binding("alarm", lambda _source, *words: self.append(" ".join(map(str, words))))
        context.add_init_script(WATCH)
        context.on("dialog", self.close)
        context.on("request", lambda request: self.hear(request.url, origin))

    def close(self, dialog: Dialog) -> None:
        self.append(dialog.message)
        dialog.dismiss()

    def hear(self, address: str, origin: str) -> None:
        if not address.startswith((f"{origin}/", "data:", "blob:")):
            self.append(address)


@dataclass
class Den:
    """A site full of hostile texts and names."""

    house: House
    owner: Person
    member: Person
    hostile: list[Person]
    room: int
    arguments: dict[str, Any]
    alarms: Alarms = field(default_factory=Alarms)

    def context(self, person: Person | None) -> BrowserContext:
        context = self.house.context(person)
        self.alarms.watch(context, self.house.site.origin)
        return context


@pytest.fixture(scope="module")
def den(site: Site, stage: Stagehand, chromium: Browser) -> Iterator[Den]:
    with open_house(site, stage, chromium) as house:
        owner, member = house.person("House Owner"), house.person()
        hostile = [house.person(name) for name in NAMES]
        name = stage.instance_name(name=NAMES[0])
        room = house.room(owner, member, *hostile, name=NAMES[3], topic=TOPIC)
        for at, vector in enumerate(VECTORS):
            house.say(room, hostile[at % len(hostile)], vector)
        first = house.say(room, hostile[0], f"{VECTORS[2]} @{member.handle}")[0]
        stage.delete(room=room, user=hostile[0].id, message=house.say(room, hostile[0], VECTORS[0])[0]["id"])
        stage.rename(room=room, user=owner.id, name=NAMES[1])
        stage.direct(people=[owner.id, hostile[1].id])
        stage.direct(people=[member.id, hostile[2].id, hostile[3].id])
        for each in NAMES:
            house.room(hostile[4], name=each, topic=TOPIC)
        page = f"{NAMES[3]} {NAMES[0]} </code></pre>{NAMES[2]}".encode()
        sent = house.send(room, hostile[0], "", {f"{NAMES[1]}.html": page})
        house.say(room, hostile[5], "the end", read=True)
        villain = house.person(f"{NAMES[0]} the villain")
        about = {"user": villain.id, "room": house.room(villain, owner)}
        about["message"] = house.say(about["room"], villain, VECTORS[2])[0]["id"]
        stage.grievance(actor=owner.id, by=owner.id, words=NAMES[3], **about)
        invitation, token = stage.invite(user=owner.id)
        yield Den(house, owner, member, hostile, room, {
            "room_id": room, "message_id": first["id"], "user_id": villain.id, "person_id": villain.id,
            "invitation_id": invitation, "token": token, "language": "zh-hans", "uidb36": "0", "key": "set-password",
            "upload_id": sent["files"][0], "name": "note.txt", "preview_id": 1, "picture_key": "none",
            "emoji_name": "none",
            "app_label": "chat", "content_type_id": 1, "object_id": 1, "url": "nothing",
            **{argument: stage.newest(model=model) for argument, model in ROWS.items()},
        })  # fmt: skip
        stage.instance_name(name=name)


@pytest.fixture(autouse=True)
def silence(den: Den) -> None:
    """What rang in one test says nothing in the next."""
    den.alarms.clear()


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every named route with the names of its arguments."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif entry.name:
            arguments = [*entry.pattern.converters, *entry.pattern.regex.groupindex]
            yield f"{prefix}{entry.name}", list(dict.fromkeys(arguments))


def addresses(den: Den) -> dict[str, str]:
    """Every route to its address in the den; fails for a route whose arguments nobody has named."""
    found = {}
    for name, arguments in routes(get_resolver()):
        if name.startswith("admin:") and name.endswith(MADE_BY_DJANGO):
            continue
        unknown = set(arguments) - set(den.arguments)
        assert not unknown, f"{name}: say in the den what {unknown} stands for"
        values = {each: den.arguments[each] for each in arguments}
        if arguments == ["object_id"]:
            app, _, model = name.removeprefix("admin:").rpartition("_")[0].rpartition("_")
            values["object_id"] = den.house.stage.newest(model=f"{app}.{model}")
        found[name] = reverse(name, kwargs=values)
    return found


def visit(page: Page, address: str) -> dict[str, Any] | None:
    """Opens what renders a page, lets its scripts do their work; its shapes, or None where no page is."""
    # A server may close a connection it kept just when the next request is on its way.
    answer = page.request.get(address, max_redirects=0, max_retries=3)
    if answer.status in (302, 405) or "text/html" not in answer.headers["content-type"]:
        return None
    page.goto(address)
    if page.locator("#boot").count():
        connected(page)
    return cast("dict[str, Any]", page.evaluate(SHAPES))


def check_calm(den: Den, page: Page, where: str, shapes: dict[str, Any] | None = None) -> None:
    """Nothing rang, and what is shown has no other shape than ours."""
    shapes = shapes or page.evaluate(SHAPES)
    assert den.alarms == [], where
    assert shapes | CALM == shapes, where
    assert set(shapes["tags"]) <= TAGS | NAMED, where
    assert set(shapes["attributes"]) <= ATTRIBUTES | ADDED, where
    assert set(shapes["schemes"]) <= {"http:", "https:", "mailto:"}, where


PAGES = {
    "owner": {"chat:room", "chat:directory", "accounts:people", "chat:case", "chat:dossier", "admin:autocomplete"},
    "member": {"chat:room", "chat:permalink", "chat:direct_new", "accounts:settings", "accounts:instance"},
    "nobody": {"account_login", "accounts:invitation", "account_signup"},
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_A35_A36_A38_nothing_runs_on_any_page(den: Den, who: str) -> None:
    page = den.context({"owner": den.owner, "member": den.member}.get(who)).new_page()
    seen = set()
    for name, address in addresses(den).items():
        if name.startswith("admin:") and who != "owner":
            continue
        if shapes := visit(page, address):
            seen.add(name)
            check_calm(den, page, address, shapes)
    page.context.close()
    assert seen >= PAGES[who], seen


def test_A35_A36_A38_nothing_runs_in_a_room_that_is_open(den: Den) -> None:
    page, other = den.context(den.member).new_page(), den.context(den.hostile[0]).new_page()
    for each in (page, other):
        each.goto(f"/rooms/{den.room}/")
        connected(each)
    for at, person in enumerate(den.hostile):
        said = den.house.say(den.room, person, f"{VECTORS[at]} live {at} @{den.member.handle}")[0]
        den.house.stage.edit(
            room=den.room, user=person.id, message=said["id"], text=f"{VECTORS[at]} edited {at}"
        )
        den.house.stage.react(room=den.room, user=person.id, message=said["id"], emoji="👍")
    row(other, "edited 0").hover()
    other.get_by_role("button", name="Reply").first.click()
    write(other, f"{VECTORS[3]} answered")
    expect(row(page, "answered").locator(".reply")).to_contain_text(NAMES[0])

    def seen_typing() -> bool:
        box(other).press_sequentially("x")
        return NAMES[0] in page.locator("#typing").inner_text()

    until(page, seen_typing, "nobody is seen typing")
    expect(row(page, "edited 5")).to_contain_text(NAMES[5])
    den.house.stage.rename(room=den.room, user=den.owner.id, name=NAMES[2])
    expect(page.locator("h1", has_text="onfocus")).to_have_text(NAMES[2])
    page.locator("#panel-toggle").click()
    expect(page.locator("#panel-body")).to_contain_text(NAMES[4])
    box(page).press_sequentially("@<img")
    box(page).fill("")
    page.keyboard.press("Control+k")
    page.locator("#switcher-input").fill("onfocus")
    expect(page.locator("#switcher-list [role=option]").first).to_contain_text(NAMES[2])
    page.keyboard.press("Escape")
    scroll_until(page, "top", "!m.hasAttribute('data-has-older')")
    check_calm(den, page, "the room")
    page.context.close()
    other.context.close()


def test_the_alarms_would_ring(den: Den) -> None:
    page = den.context(den.member).new_page()
    planted = (
        "<script>ran = true</script><img src=x onerror='ran = true'><p style='color:red'>x</p>"
        "<img src=http://foreign.example/x.png><iframe src=/rooms/></iframe><base href=/x/>"
    )

    def plant(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{planted}</main>"))

    page.route("**/rooms/new/", plant)
    page.goto("/rooms/new/")
    for danger in ("document.body.innerHTML = '<b>'", "trustedTypes.createPolicy('other', {})"):
        with pytest.raises(Error):
            page.evaluate(f"() => {{ {danger} }}")
    assert page.evaluate("typeof ran") == "undefined"
    wanted = {
        "script-src-elem", "script-src-attr", "style-src-attr", "img-src", "frame-src", "base-uri",
        "require-trusted-types-for", "trusted-types",
    }  # fmt: skip
    until(page, lambda: {alarm.split()[0] for alarm in den.alarms} >= wanted, "not all rang")
    page.context.close()


def test_no_two_pages_share_a_nonce(den: Den) -> None:
    request = den.context(den.member).request
    policies = [request.get("/rooms/").headers["content-security-policy"] for _ in range(20)]
    assert len(set(policies)) == 20


HOSTILE_QUERY = (
    "?__proto__[polluted]=1&constructor.prototype.polluted=1&next=javascript:alarm(1)&q=<svg/onload=alarm(1)>"
)
HOSTILE_WORDS: list[Any] = [
    "<img src=x onerror=alarm('word')>",
    {"open": "javascript:alarm('word')", "here": 1, "name": "<img src=x onerror=alarm('word')>"},
    {"type": "chat:open", "html": "<img src=x onerror=alarm('word')>", "url": "javascript:alarm('word')"},
]
IMAGE = "<img src=x onerror=alarm('frame')>"


def hostile_frames(room: int) -> list[str]:
    """Frames as only a broken server could send them; what people write passes as their values."""
    frames: list[dict[str, Any]] = [
        {"type": "typing", "room": room, "user": 5, "name": IMAGE, "active": True},
        {"type": "presence", "people": [["__proto__", "online"], ["constructor", IMAGE], [5, "__proto__"]]},
        {"type": "user.updated", "user": {"id": 5, "name": IMAGE, "handle": IMAGE}},
        {"type": "read", "room": "__proto__", "seq": 1, "unread": IMAGE, "mentions": IMAGE},
        {"type": "settings.updated", "room": "__proto__", "level": IMAGE},
        {"type": "__proto__"},
        {"type": "constructor", "room": room},
        {"type": "ok", "ref": "__proto__"},
        {"type": "error", "ref": "constructor", "code": "toString", "detail": IMAGE},
    ]
    pollute = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, '
    return [pollute + json.dumps(frame)[1:] for frame in frames]


def check_unpolluted(den: Den, page: Page, where: str) -> None:
    assert page.evaluate("[({}).polluted, Object.keys(Object.prototype).length]") == [None, 0], where
    check_calm(den, page, where)


def test_A37_addresses_words_and_frames_change_nothing(den: Den) -> None:
    page = den.context(den.member).new_page()
    links: list[WebSocketRoute] = []

    def link(route: WebSocketRoute) -> None:
        route.connect_to_server()
        links.append(route)

    page.route_web_socket(re.compile(r"/ws/$"), link)
    for path in (f"/rooms/{den.room}/", "/rooms/", "/accounts/login/", "/settings/"):
        page.goto(f"{path}{HOSTILE_QUERY}#<img src=x onerror=alarm('hash')>")
        page.evaluate("words => words.forEach((word) => postMessage(word, '*'))", HOSTILE_WORDS)
        check_unpolluted(den, page, path)
    page.goto(f"/rooms/{den.room}/{HOSTILE_QUERY}#javascript:alarm(1)")
    connected(page)
    page.evaluate("words => words.forEach((word) => postMessage(word, '*'))", HOSTILE_WORDS)
    for frame in hostile_frames(den.room):
        links[-1].send(frame)
    write(page, "after all frames")
    expect(row(page, "after all frames").first).to_have_attribute("data-state", "sent")
    check_unpolluted(den, page, "frames")
    page.context.close()


STORED = [
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    '[{"id": "7", "owner": "", "room": ROOM, "text": {"trim": 1}, "at": 7, "state": "<b>"}]',
    '[{"id": "\\"]<img src=x onerror=alarm(1)>", "owner": "", "room": ROOM, "text": "<img src=x onerror=alarm(1)>",'
    ' "at": "2026-01-01T00:00:00Z", "state": "failed", "reason": "<img src=x onerror=alarm(1)>", "retryAt": "<b>"}]',
    '{"text": ["<img src=x onerror=alarm(1)>"], "replyTo": {"id": "<svg onload=alarm(1)>"}}',
    '[[null], 5, "x", {"room": "__proto__"}]',
    '"<img src=x onerror=alarm(1)>"',
    "no json <img src=x onerror=alarm(1)>",
    "7",
    "true",
]  # fmt: skip


def test_A37_a_device_whose_memory_somebody_changed_serves_on(den: Den) -> None:
    page = den.context(den.member).new_page()
    page.goto(f"/rooms/{den.room}/")
    connected(page)
    box(page).fill("a draft")
    page.wait_for_function(
        "room => Object.keys(localStorage).some((key) => key.endsWith(`draft:${room}`))", arg=den.room
    )
    for number, stored in enumerate(STORED):
        page.evaluate(
            """([value, proto]) => {
              addEventListener("pagehide", () => {
                for (const storage of [localStorage, sessionStorage]) {
                  for (const key of Object.keys(storage)) storage.setItem(key, value)
                }
                localStorage.setItem("__proto__", value)
              })
            }""",
            [stored.replace("ROOM", str(den.room)), number],
        )
        page.reload()
        connected(page)
        write(page, f"stored {number}")
        expect(row(page, f"stored {number}")).to_have_attribute("data-state", "sent")
        check_unpolluted(den, page, stored)
    page.context.close()
