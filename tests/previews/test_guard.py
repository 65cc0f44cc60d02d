"""Attackers 50 to 52: previews lead nowhere but to the public internet, and no server keeps us busy."""

from __future__ import annotations

import gzip
import http.server
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from chat.previews import fetching
from chat.previews.fetching import REDIRECTS, Wish, fetch
from chat.previews.rules import NotFetched, first_link, is_public, target_of
from tests.previews.stubs import Abroad, moves, says
from tests.services import PATIENCE

PAGE = Wish(frozenset({"text/html"}), 100_000)
PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001:80b::200e"]
CLOSED = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "198.18.0.1", "192.0.0.170", "192.0.2.1",
    "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "255.255.255.255",
    "240.0.0.1", "::", "::1", "::ffff:169.254.169.254", "::ffff:0:a9fe:a9fe", "::a9fe:a9fe",
    "::ffff:93.184.216.34", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::", "2001::1",
    "2001:db8::1", "3fff::1", "fe80::1", "fe80::1%eth0", "2606:2800::1%eth0", "fc00::1", "fd00:ec2::254",
    "fec0::1", "ff02::1", "100::1", "5f00::1", "example.org", "",
]  # fmt: skip
NO_TARGETS = [
    "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/", "http://127.0.0.1/",
    "http://[::]/", "http://[::1]/", "http://[::ffff:169.254.169.254]/", "http://[fe80::1%25eth0]/",
    "http://93.184.216.34/", "http://localhost/", "http://localhost./", "http://a.localhost/",
    "http://metadata.google.internal/", "http://metadata/", "http://printer.local/", "http://nas.lan/",
    "http://x.home.arpa/", "http://abc.onion/", "ftp://example.org/", "file:///etc/passwd",
    "gopher://example.org/", "javascript:alert(1)", "http://example.org:22/", "http://example.org:8080/",
    "http://example.org:99999/", "http://user@example.org/", "http://user:pass@example.org/",
    "http://example.org\\@127.0.0.1/", "http://example.org\n/", "http://exa mple.org/", "http:///x",
    "http://example..org/", "http://１２７.0.0.1/", "http://chat.example.org/", "//example.org/", "",
    "http://example.org/" + "a" * 3_000,
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", CLOSED)
def test_what_leads_inside_in_any_form_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("url", NO_TARGETS)
def test_what_is_no_public_name_on_a_web_port_is_never_asked(url: str) -> None:
    with pytest.raises(NotFetched):
        target_of(url, own_hosts={"chat.example.org"})


def test_names_in_any_script_are_asked_as_dns_knows_them() -> None:
    assert target_of("https://Bücher.example.org./a?b=c#d").url == "https://xn--bcher-kva.example.org/a?b=c"
    assert target_of("http://example.org:443").port == 443


def test_a_page_is_asked_without_anything_that_tells_who_asks(world: Abroad) -> None:
    world.name(news=[world.OUTSIDE])
    world.web.pages = {"/from?a=1": moves("/page"), "/page": says(b"<title>Low tide</title>")}
    found = fetch(world.url("/from?a=1"), PAGE, world.network())
    assert (found.url, found.body, found.charset) == (
        world.url("/page"),
        b"<title>Low tide</title>",
        "utf-8",
    )
    for head in world.web.heads:
        assert not {"Cookie", "Referer", "Authorization"} & set(head)
        assert "bot" in head["User-Agent"]
        assert head["Host"] == "news.example.org"


def refused(world: Abroad, address: str, wish: Wish = PAGE) -> None:
    with pytest.raises(NotFetched):
        fetch(address, wish, world.network())
    assert world.canary.hits == []


def test_names_that_lead_inside_reach_no_canary(world: Abroad) -> None:
    world.name(inside=[world.INSIDE], both=[world.OUTSIDE, world.INSIDE], six=[world.OUTSIDE, "::1"])
    world.name(nat=["64:ff9b::7f00:1"], mapped=["::ffff:127.0.0.1"], gone=[])
    for host in ("inside", "both", "six", "nat", "mapped", "gone", "unknown"):
        refused(world, world.url(host=host))
    assert world.web.hits == []


def test_a_name_that_changes_its_mind_is_asked_once_and_the_answer_pinned(world: Abroad) -> None:
    world.names.records["rebind.example.org"] = lambda number: [world.INSIDE if number else world.OUTSIDE]
    world.web.pages = {"/": says(b"<title>First</title>")}
    assert fetch(world.url(host="rebind"), PAGE, world.network()).body
    assert world.names.asked == ["rebind.example.org"] * 2  # A and AAAA
    refused(world, world.url(host="rebind"))


def test_redirects_are_judged_like_addresses_and_end(world: Abroad) -> None:
    world.name(news=[world.OUTSIDE], inside=[world.INSIDE])
    world.names.records["turn.example.org"] = lambda number: [world.INSIDE if number else world.OUTSIDE]
    targets = {
        "/literal": "http://127.0.0.1/",
        "/name": world.url(host="inside"),
        "/scheme": "file:///etc/passwd",
        "/port": "http://news.example.org:22/",
        "/credentials": "http://a:b@news.example.org/",
        "/own": world.url(host="chat"),
        "/again": world.url("/again"),
        "/turn": world.url(host="turn"),
    }
    world.web.pages = {path: moves(to) for path, to in targets.items()}
    world.web.pages["/"] = moves(world.url(host="turn"))
    for path in targets:
        world.web.hits.clear()
        refused(world, world.url(path))
        assert len(world.web.hits) <= REDIRECTS + 1, path
    world.web.hits.clear()
    refused(world, world.url("/again"))
    assert len(world.web.hits) == REDIRECTS + 1


def test_the_first_link_that_may_be_asked_is_the_one_that_gets_a_card() -> None:
    links = ["http://10.0.0.1/", "https://chat.example.org/rooms/1/", "mailto:a@example.org"]
    body = "".join(f'<a href="{one}" rel="ugc">x</a>' for one in [*links, "https://example.org/?a=1&amp;b=2"])
    assert first_link(body, {"chat.example.org"}) == "https://example.org/?a=1&b=2"
    assert first_link("<p>https://example.org/</p>", ()) == ""


def drip(request: http.server.BaseHTTPRequestHandler) -> None:
    """A byte at a time, for ever."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        request.wfile.write(b"<")
        time.sleep(0.05)


def drip_head(request: http.server.BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        request.wfile.write(b"a")
        time.sleep(0.05)


def endless(request: http.server.BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10737418240\r\n\r\n")
    while True:
        request.wfile.write(b"<p>tide</p>" * 1_000)


def many_headers(request: http.server.BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n")


SLOW: dict[str, Any] = {"/slow-body": drip, "/slow-head": drip_head}
REFUSED: dict[str, Any] = {
    "/headers": many_headers,
    "/bomb": says(gzip.compress(b"<title>x</title>" * 1_000_000), Content_Encoding="gzip"),
    "/picture": says(b"GIF89a", "image/gif"),
    "/nothing": lambda request: request.send_error(500),
}


def test_no_server_keeps_us_longer_than_it_may(world: Abroad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    world.name(news=[world.OUTSIDE])
    world.web.pages = dict(SLOW)
    for path in SLOW:  # neither would ever end
        refused(world, world.url(path))


def test_no_server_feeds_us_more_than_it_may(world: Abroad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", PATIENCE)
    world.name(news=[world.OUTSIDE])
    world.web.pages = {**REFUSED, "/endless": endless}
    for path in REFUSED:
        refused(world, world.url(path))
    found = fetch(world.url("/endless"), PAGE, world.network())
    assert len(found.body) == PAGE.most_bytes
    refused(world, world.url("/endless"), replace(PAGE, whole=True))


def test_a_name_server_that_never_answers_costs_no_more_than_the_time_there_is(
    world: Abroad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)

    def silent(_host: str, _port: int) -> list[str]:
        answered.wait(PATIENCE)
        return [world.OUTSIDE]

    answered = threading.Event()
    with pytest.raises(NotFetched):
        fetch(world.url(), PAGE, replace(world.network(), resolve=silent))
    answered.set()
    assert world.web.hits == []
