"""Asking a foreign server, under guard: the only place of the product that talks to addresses which people wrote.

A name is resolved once, all of its addresses are judged, and the connection goes to a judged address: what the name
means a moment later does not matter. Each redirect is judged as a new address.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings

from chat.previews.rules import NotFetched, Target, is_public, target_of

SECONDS = 5.0  # for everything, redirects and names included
REDIRECTS = 3
CHUNK = 16_384
AGENT = "Mozilla/5.0 (compatible; ChatLinkPreview/1.0; bot)"
MOVED = frozenset({301, 302, 303, 307, 308})


def resolve(host: str, port: int) -> list[str]:
    """Every address that the system's resolver knows. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Network:
    """What may be reached, and how names are found. The product uses `internet()`; tests have an internet of theirs."""

    resolve: Callable[[str, int], list[str]] = resolve
    may_reach: Callable[[str], bool] = is_public
    connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    own_hosts: Collection[str] = ()


def internet() -> Network:
    return Network(own_hosts=frozenset(settings.ALLOWED_HOSTS))


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` and `host`: where the redirects ended. `body`: at most as many bytes as were asked for."""

    url: str
    host: str
    media_type: str
    charset: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: media types, and how many bytes of it are read at most."""

    media_types: frozenset[str]
    most_bytes: int
    whole: bool = False  # more than that is an error, not cut


def fetch(url: str, wish: Wish, network: Network) -> Fetched:
    """One page or picture. Raises NotFetched for everything else that can happen."""
    deadline = time.monotonic() + SECONDS
    for _step in range(REDIRECTS + 1):
        target = target_of(url, own_hosts=network.own_hosts)
        found = _ask(target, wish, network, deadline)
        if isinstance(found, Fetched):
            return found
        url = urljoin(target.url, found)
    raise NotFetched("too many redirects")


def _ask(target: Target, wish: Wish, network: Network, deadline: float) -> Fetched | str:
    """The answer, or where it sends us."""
    try:
        with _connected(target, network, deadline) as connection:
            connection.request("GET", target.path, headers=_headers(target, wish))
            response = connection.getresponse()
            if response.status in MOVED and (location := response.headers.get("Location")):
                return location
            return _read(response, target, wish)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(f"{type(error).__name__}: {error}") from error


@contextmanager
def _connected(target: Target, network: Network, deadline: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut at the deadline, whatever it is doing: a byte a second would outlive any timeout."""
    address = _address(target, network, deadline)
    # TLS takes the descriptor over; the copy still names the connection.
    with network.connect((address, target.port), _left(deadline)) as plain, plain.dup() as handle:
        cutting = threading.Timer(_left(deadline), _cut, [handle])
        cutting.daemon = True
        cutting.start()
        try:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = _secured(plain, target) if target.scheme == "https" else plain
            with connection.sock:
                yield connection
            _left(deadline)
        finally:
            cutting.cancel()


def _left(deadline: float) -> float:
    """Seconds. Raises NotFetched where there are none: what was cut short is no answer."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched("too slow")
    return left


def _address(target: Target, network: Network, deadline: float) -> str:
    """The first address of the name, once all of them were judged: one bad one spoils the name."""
    addresses = _resolved(target, network, _left(deadline))
    if not addresses or not all(map(network.may_reach, addresses)):
        raise NotFetched("leads inside")
    return addresses[0]


def _resolved(target: Target, network: Network, seconds: float) -> list[str]:
    """In a thread of its own: the system's resolver knows no deadline."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(network.resolve(target.host, target.port))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        raise NotFetched("no name in time") from None


def _secured(plain: socket.socket, target: Target) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _cut(plain: socket.socket) -> None:
    with suppress(OSError):
        plain.shutdown(socket.SHUT_RDWR)


def _headers(target: Target, wish: Wish) -> dict[str, str]:
    """No cookie, no referrer; and nothing compressed, so that nothing can swell."""
    return {
        "Host": target.netloc,
        "User-Agent": AGENT,
        "Accept": ", ".join(sorted(wish.media_types)),
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _read(response: http.client.HTTPResponse, target: Target, wish: Wish) -> Fetched:
    media_type = response.headers.get_content_type()
    if response.status != http.HTTPStatus.OK or media_type not in wish.media_types:
        raise NotFetched(f"{response.status} {media_type}")
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise NotFetched("compressed")
    body = bytearray()
    while len(body) <= wish.most_bytes and (piece := response.read1(CHUNK)):
        body += piece
    if wish.whole and len(body) > wish.most_bytes:
        raise NotFetched("too large")
    charset = response.headers.get_content_charset() or ""
    return Fetched(target.url, target.host, media_type, charset, bytes(body[: wish.most_bytes]))
