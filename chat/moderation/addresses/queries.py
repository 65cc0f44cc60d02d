"""Which addresses are banned, and who shares them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.errors import Invalid
from chat.models import AddressBan

WIDEST = {4: 8, 6: 16}  # bits of a network: a wider one is a slip of the hand
MOST_SESSIONS = 50_000


def network_of(text: str) -> str:
    """The network in CIDR. Raises Invalid for what is none, or too wide."""
    try:
        network = ipaddress.ip_network(text.strip()[:64], strict=False)
    except ValueError as error:
        raise Invalid(_("Write an address like 203.0.113.7 or 203.0.113.0/24.")) from error
    if network.prefixlen < WIDEST[network.version]:
        raise Invalid(_("That is too many addresses at once."))
    return str(network)


def covers(network: str, address: str) -> bool:
    """An IPv4 address that came in by IPv6 is the same address."""
    try:
        plain = ipaddress.ip_address(address)
        return (getattr(plain, "ipv4_mapped", None) or plain) in ipaddress.ip_network(network)
    except ValueError:
        return False


def is_banned(address: str) -> bool:
    """One query; the bans in force are few."""
    bans = AddressBan.objects.filter(lifted_at=None, ends_at__gt=timezone.now())
    return any(covers(network, address) for network in bans.values_list("network", flat=True))


def address_bans() -> list[AddressBan]:
    return list(AddressBan.objects.select_related("created_by", "lifted_by").order_by("-pk")[:200])


@dataclass(frozen=True, slots=True)
class Shared:
    """Who is signed in from these addresses now."""

    people: list[User]
    sessions: list[int]


def shared_by(network: str) -> Shared:
    rows = UserSession.objects.select_related("user").order_by("-pk")[:MOST_SESSIONS]
    inside = [row for row in rows if covers(network, row.ip)]
    people = {row.user_id: row.user for row in inside}
    return Shared(sorted(people.values(), key=lambda one: one.display_name), [row.pk for row in inside])
