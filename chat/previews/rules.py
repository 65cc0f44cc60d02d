"""Which link of a message gets a card, and which addresses the server may ask for it. Pure.

Python's `ipaddress.is_global` calls addresses global that lead inside (NAT64, 6to4, translated and compatible forms
of IPv4, multicast), and 100.64.0.0/10 neither: what may be reached is told here.
"""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from chat.models.previews import LONGEST_HOST, LONGEST_URL

PORTS = frozenset({80, 443})
DEFAULT_PORTS = {"http": 80, "https": 443}
_LINK = re.compile(r'<a href="(https?://[^"]+)"')

# Of IPv4 everything but these; of IPv6 nothing but global unicast, and of that not these.
_CLOSED = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
]  # fmt: skip
_UNICAST = ipaddress.ip_network("2000::/3")

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# A number of any base is no name: 127.1, 0x7f000001 and 2130706433 are all addresses to a resolver.
_TOP_LEVEL = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_INSIDE = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "onion"}
)


class NotFetched(Exception):
    """There is no preview. Why is for tests and operators: people are told nothing, since the reason would tell
    them what stands inside the operator's network."""


@dataclass(frozen=True, slots=True)
class Target:
    """One request: `host` in ASCII, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"


def first_link(body: str, own_hosts: Collection[str]) -> str:
    """The first address in a message's HTML that may be asked at all; "" where there is none.

    One card a message: fifty links must not make this server ask fifty others.
    """
    for found in _LINK.finditer(body):
        url = html.unescape(found[1])
        with suppress(NotFetched):
            target_of(url, own_hosts=own_hosts)
            return url
    return ""


def is_public(address: str) -> bool:
    """Whether the public internet answers there, and nothing of ours. Zones lead to links of this machine."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6 and (parsed.scope_id or parsed not in _UNICAST):
        return False
    return not any(parsed in network for network in _CLOSED if network.version == parsed.version)


def target_of(url: str, *, own_hosts: Collection[str] = ()) -> Target:
    """What to ask for a URL. Raises NotFetched for every other scheme, port and kind of host, and for credentials."""
    if len(url) > LONGEST_URL or not url.isprintable() or "\\" in url or " " in url:
        raise NotFetched("no address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotFetched("no address") from error
    if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc:
        raise NotFetched("scheme or credentials")
    host = _name(parts.hostname or "")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in PORTS or host in own_hosts:
        raise NotFetched("port or own host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise NotFetched("not encoded")
    return Target(parts.scheme, host, port, path)


def _name(host: str) -> str:
    """The host as a name that public DNS may know. Raises NotFetched, for any literal address too."""
    try:
        name = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError as error:
        raise NotFetched("no name") from error
    labels = name.split(".")
    well_formed = len(labels) > 1 and len(name) <= LONGEST_HOST and all(map(_LABEL.fullmatch, labels))
    if not well_formed or not _TOP_LEVEL.fullmatch(labels[-1]):
        raise NotFetched("no name")
    if labels[-1] in _INSIDE or name.endswith(".home.arpa"):
        raise NotFetched("inside")
    return name
