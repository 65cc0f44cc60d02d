"""Links that let people in: for some, for a while."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actions import join_by_invitation, make_invitation, revoke_invitation
from accounts.errors import InvitationSpent, NotAllowed
from accounts.invitations import invitation_for_welcome, qr_svg
from accounts.models import Invitation, User
from accounts.signals import account_joined
from tests.accounts.base import PASSWORD, make_instance, make_person, new_account, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    make_instance()
    return make_person("alice", role="owner")


def link(invitation: Invitation) -> str:
    return f"/join/{invitation.token}/"


def test_three_fields_and_one_click_lead_in(alice: User, client: Client) -> None:
    invitation = make_invitation(alice)
    page = text_of(client.get(link(invitation)))
    assert "Brackwater" in page
    assert "Alice invites you" in page

    answer = client.post(link(invitation), new_account("Bob Ross", email="Bob@Example.org"))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    bob = User.objects.get(handle="bob.ross")
    assert (bob.role, bob.email, client.session["_auth_user_id"]) == (
        "member",
        "bob@example.org",
        str(bob.pk),
    )
    invitation.refresh_from_db()
    assert invitation.uses == 1


def test_who_invited_whom_is_told_within_the_transaction(alice: User, client: Client) -> None:
    heard: list[Any] = []

    def hear(sender: type, **told: Any) -> None:
        heard.append((told["invitation"].created_by, told["first_run"], connection.in_atomic_block))

    account_joined.connect(hear)
    try:
        client.post(link(make_invitation(alice)), new_account())
    finally:
        account_joined.disconnect(hear)
    assert heard == [(alice, False, True)]


def test_ended_links_of_every_kind_give_one_and_the_same_page(alice: User, client: Client) -> None:
    past = timezone.now() - timedelta(seconds=1)
    expired = make_invitation(alice)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=past)
    used = make_invitation(alice, uses=1)
    Invitation.objects.filter(pk=used.pk).update(uses=1)
    revoked = revoke_invitation(alice, make_invitation(alice))
    forged = f"{make_invitation(alice).pk:x}-{'0' * 22}"
    tokens = [
        expired.token,
        used.token,
        revoked.token,
        forged,
        "1-2",
        "zz",
        "-",
        "9" * 400,
        "١-٢",
        "%00-a",
        "a-%ff",
    ]

    answers = [client.get(f"/join/{token}/") for token in tokens]
    answers += [client.post(f"/join/{token}/", new_account()) for token in tokens]
    assert {answer.status_code for answer in answers} == {410}
    assert len({text_of(answer) for answer in answers}) == 1
    assert User.objects.count() == 1


def test_somebody_signed_in_goes_home_and_spends_nothing(alice: User) -> None:
    invitation = make_invitation(alice)
    answer = signed_in(alice).post(link(invitation), new_account())
    assert answer["Location"] == "/"
    invitation.refresh_from_db()
    assert (invitation.uses, User.objects.count()) == (0, 1)


def test_a_known_address_is_told_to_sign_in_and_spends_nothing(alice: User, client: Client) -> None:
    invitation = make_invitation(alice)
    answer = client.post(link(invitation), new_account(email="ALICE@brackwater.example"))
    assert "Sign in instead" in text_of(answer)
    invitation.refresh_from_db()
    assert invitation.uses == 0


def test_a_newcomer_may_not_pass_for_the_instance(alice: User, client: Client) -> None:
    answer = client.post(link(make_invitation(alice)), new_account("аdmin"))
    assert "taken for the chat" in text_of(answer)
    assert User.objects.count() == 1


def test_people_of_one_name_get_different_handles(alice: User) -> None:
    invitation = make_invitation(alice)
    for number in range(4):
        join_by_invitation(invitation, name="Bob", email=f"b{number}@example.org", password=PASSWORD)
    handles = set(User.objects.filter(display_name="Bob").values_list("handle", flat=True))
    assert handles == {"bob", "bob2", "bob3", "bob4"}


def test_no_link_works_while_the_chat_lets_nobody_in(alice: User, client: Client) -> None:
    invitation = make_invitation(alice)
    alice_page = signed_in(alice)
    alice_page.post("/settings/instance/", {"name": "Brackwater", "signup_mode": "closed"})
    assert client.post(link(invitation), new_account()).status_code == 410
    with pytest.raises(NotAllowed):
        make_invitation(alice)
    assert alice_page.get("/settings/invitations/").status_code == 200


@pytest.mark.parametrize(
    ("role", "may"),
    [("owner", True), ("administrator", True), ("moderator", True), ("member", False), ("guest", False)],
)
def test_moderators_and_above_invite(alice: User, role: str, may: bool) -> None:
    browser = signed_in(make_person("mona", role=role))
    answer = browser.post("/settings/invitations/", {"uses": "3", "days": "2"})
    assert answer.status_code == (302 if may else 403)
    assert Invitation.objects.count() == int(may)


def test_the_page_lists_the_link_with_its_code_and_revokes_it(alice: User, client: Client) -> None:
    browser = signed_in(alice)
    browser.post("/settings/invitations/", {"uses": "3", "days": "2"})
    invitation = Invitation.objects.get()
    assert (invitation.max_uses, (invitation.expires_at - timezone.now()).days) == (3, 1)
    page = text_of(browser.get("/settings/invitations/"))
    assert f"http://testserver{link(invitation)}" in page
    assert "<svg" in page
    browser.post(f"/settings/invitations/{invitation.pk}/revoke/")
    assert client.get(link(invitation)).status_code == 410


def test_a_moderator_neither_sees_nor_revokes_the_links_of_others(alice: User) -> None:
    invitation = make_invitation(alice)
    browser = signed_in(make_person("mona", role="moderator"))
    assert invitation.token not in text_of(browser.get("/settings/invitations/"))
    assert browser.post(f"/settings/invitations/{invitation.pk}/revoke/").status_code == 404
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


@pytest.mark.parametrize("uses", ["0", "-1", "1001", "x", "9" * 500, "1e9", ""])
def test_a_senseless_number_of_people_is_told(alice: User, uses: str) -> None:
    answer = signed_in(alice).post("/settings/invitations/", {"uses": uses, "days": "7"})
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_the_welcome_card_keeps_showing_one_living_link(alice: User) -> None:
    first = invitation_for_welcome(alice)
    assert invitation_for_welcome(alice) == first
    revoke_invitation(alice, first)
    assert invitation_for_welcome(alice) != first


def test_the_code_is_markup_without_style_script_or_the_address() -> None:
    svg = qr_svg('http://example.org/"><script>')
    assert svg.startswith("<svg")
    assert not any(word in svg for word in ("style", "script", "example", "class"))


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_spend_a_link_for_one_only_once() -> None:
    make_instance()
    invitation = make_invitation(make_person("alice", role="owner"), uses=1)

    def join(number: int) -> bool:
        try:
            join_by_invitation(invitation, name="Bob", email=f"b{number}@example.org", password=PASSWORD)
        except InvitationSpent:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(50) as pool:
        won = list(pool.map(join, range(50)))
    assert won.count(True) == 1
    invitation.refresh_from_db()
    assert (invitation.uses, User.objects.count()) == (1, 2)
