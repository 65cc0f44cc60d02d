"""Banning addresses for a time, and lifting it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import end_session
from accounts.models import User
from chat.audit.actions import record
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import AddressBan
from chat.moderation.addresses.queries import covers, network_of, shared_by, who_may_lift
from chat.moderation.durations import end_after
from chat.moderation.policy import may_moderate, may_sanction
from chat.moderation.sanctions.rules import check_reason
from chat.wire import envelopes
from chat.wire.publish import tell_hubs_on_commit


def ban_addresses(
    *, actor: User, network: str, reason: str, minutes: int | None, own_address: str
) -> AddressBan:
    """The door is closed to everybody who comes from there, except those who could lift it.

    Open tabs from there end, and so do the sessions that began there of those below the actor.

    Raises Forbidden, or Invalid: also for a network that the actor's own address is in.
    """
    if not may_moderate(actor):
        raise Forbidden
    network, reason = network_of(network), check_reason(reason)
    if covers(network, own_address):
        raise Invalid(_("You are in there yourself."))
    ends_at = end_after(minutes)
    with transaction.atomic():
        ban = AddressBan.objects.create(network=network, reason=reason, ends_at=ends_at, created_by=actor)
        shared = shared_by(network)
        for person in shared.people:
            if may_sanction(actor, person):
                for session in shared.sessions:
                    end_session(person, session_id=session)

        tell_hubs_on_commit(envelopes.addresses_banned(network=network, spared=who_may_lift()))
        after = {"network": network, "people": len(shared.people)}
        record("address_ban", actor=actor, reason=reason, after=after)
    return ban


def lift_address_ban(*, actor: User, ban_id: int) -> None:
    if not may_moderate(actor):
        raise Forbidden
    with transaction.atomic():
        ban = AddressBan.objects.select_for_update().filter(pk=ban_id).first()
        if ban is None:
            raise NotFound
        if ban.lifted_at is None:
            ban.lifted_at, ban.lifted_by = timezone.now(), actor
            ban.save(update_fields=["lifted_at", "lifted_by"])
            record("address_ban_lifted", actor=actor, before={"network": ban.network})
