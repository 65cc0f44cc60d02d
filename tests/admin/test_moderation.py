"""Moderation in Django's admin: looked at, and taken back through the same acts."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from chat.models import AuditEntry, Case, Rule
from chat.moderation.addresses.actions import ban_addresses
from chat.moderation.reports.actions import report_message, report_person
from chat.moderation.sanctions.actions import impose
from tests.admin.test_rooms_and_messages import act, office, page
from tests.base import say
from tests.cast import Cast

__all__ = ["office"]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    message = say(cast.bob, cast.workshop, "You gulls!")
    report_message(user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason="spam")
    impose(actor=cast.alice, person_id=cast.bob.pk, kind="mute", reason="loud")
    Rule.objects.create(name="Gulls", kind="words", text="gull", created_by=cast.alice)
    ban_addresses(actor=cast.alice, network="203.0.113.7", reason="x", minutes=5, own_address="::1")
    return cast


@pytest.mark.parametrize(
    ("model", "seen"),
    [
        ("case", "Bob"),
        ("sanction", "loud"),
        ("rule", "Gulls"),
        ("addressban", "203.0.113.7/32"),
        ("auditentry", "muted"),
        ("cleanup", "0 "),
    ],
)
def test_lists_show_and_offer_no_other_way_to_change(
    busy: Cast, office: Client, model: str, seen: str
) -> None:
    shown = page(office, f"{model}/?q=")
    assert seen in shown
    assert f"/admin/chat/{model}/add/" not in shown
    assert office.get(f"/admin/chat/{model}/add/").status_code == 403


def test_taking_back_is_the_act_of_the_product(busy: Cast, office: Client) -> None:
    act(office, "sanction", "take_back", User.objects.get(pk=busy.bob.pk).sanctions.get())
    assert User.objects.get(pk=busy.bob.pk).muted_until is None
    act(office, "rule", "switch_on", Rule.objects.get())
    assert Rule.objects.get().enabled
    assert list(AuditEntry.objects.values_list("act", flat=True))[-2:] == ["mute_lifted", "rule_on"]


def test_the_log_is_in_words_here_too(busy: Cast, office: Client) -> None:
    assert '?act=mute">muted' in page(office, "auditentry/")
    entry = AuditEntry.objects.get(act="address_ban")
    assert "addresses: 203.0.113.7/32" in page(office, f"auditentry/{entry.pk}/change/")
    assert page(office, "auditentry/?act=mute").count("/admin/chat/auditentry/") == 1 + page(
        office, "auditentry/?act=none"
    ).count("/admin/chat/auditentry/")


def test_a_case_about_the_reader_is_not_shown(cast: Cast, office: Client) -> None:
    report_person(user=cast.bob, person_id=cast.alice.pk, reason="spam")
    number = Case.objects.get().pk
    assert office.get(f"/admin/chat/case/{number}/change/").status_code == 302
