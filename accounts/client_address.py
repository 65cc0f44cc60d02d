"""Which address a request counts for. Rate limits and the list of devices ask here."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Whoever cannot be told apart (a UNIX socket without proxy headers) shares one bucket: strict, no error.
UNKNOWN = "0.0.0.0"  # noqa: S104  (an address to count by, not to listen on)


def client_address(request: HttpRequest) -> str:
    """The visitor's IP address, always a valid one.

    X-Forwarded-For is believed only as far as TRUSTED_PROXY_COUNT proxies wrote it, counted from the right:
    what stands further left was written by the visitor.
    """
    return address_among(request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", ""))


def address_among(forwarded: str, peer: str) -> str:
    """The same from the value of the header and the address of the connection, for a socket's handshake."""
    count: int = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in forwarded.split(",")]
    told = hops[-count] if 0 < count <= len(hops) else ""
    return _address(told) or _address(peer) or UNKNOWN


def _address(text: str) -> str:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
