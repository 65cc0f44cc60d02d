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
    count: int = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    forwarded = hops[-count] if 0 < count <= len(hops) else ""
    return _address(forwarded) or _address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _address(text: str) -> str:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
