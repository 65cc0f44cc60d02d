"""Which addresses are banned, and who shares them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User, lasts
from accounts.policy import rank
from chat.errors import Invalid
from chat.models import AddressBan
from chat.models.prepared import PreparedRows
from chat.moderation.policy import may_moderate

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


# Asked before every request and every socket.
_NOT_LIFTED: PreparedRows[tuple[str, datetime]] = PreparedRows(
    lambda: AddressBan.objects.filter(lifted_at=None).values_list("network", "ends_at")
)


def banned_networks() -> list[str]:
    """One query; the bans in force are few."""
    return [network for network, ends_at in _NOT_LIFTED.all() if lasts(ends_at)]


def is_shut_out(address: str, user: User | AnonymousUser) -> bool:
    """Whether a ban of this address meets this person: everybody but who could lift it."""
    is_banned = any(covers(network, address) for network in banned_networks())
    return is_banned and not (isinstance(user, User) and may_moderate(user))


def shut_out(places: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of these (address, person) that a ban meets. One query where nobody is banned, else two."""
    networks = banned_networks()
    met = {place for place in places if any(covers(network, place[0]) for network in networks)}
    people = User.objects.in_bulk({user_id for _address, user_id in met})
    return {
        (address, user_id)
        for address, user_id in met
        if user_id not in people or not may_moderate(people[user_id])
    }


def who_may_lift() -> list[int]:
    """Ids of the people whom no ban of an address meets."""
    staff = [role for role in User.Role if rank(role) >= rank(User.Role.MODERATOR)]
    return [user.pk for user in User.objects.active().filter(role__in=staff) if may_moderate(user)]


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
