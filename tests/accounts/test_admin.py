"""Django's admin: it looks up freely, and writes as the pages do."""

import pytest
from django.test import Client

from accounts.actions import make_invitation
from accounts.models import Instance, Invitation, User
from tests.accounts.base import PASSWORD, make_instance, make_person, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    make_instance()
    return make_person("alice", role="owner")


@pytest.mark.parametrize("path", ["user/", "user/?q=ali&role__exact=owner", "invitation/", "instance/"])
def test_the_lists_open(alice: User, path: str) -> None:
    make_invitation(alice)
    assert signed_in(alice).get(f"/admin/accounts/{path}").status_code == 200


def test_a_changed_role_goes_the_way_of_the_pages(alice: User) -> None:
    bob = make_person("bob")
    form = {"display_name": "Robert", "handle": "rob", "role": "moderator"}
    with announcements() as heard:
        answer = signed_in(alice).post(f"/admin/accounts/user/{bob.pk}/change/", form)
    assert answer.status_code == 302
    assert heard == [("changed", "bob", None), ("changed", "rob", None)]
    bob.refresh_from_db()
    assert (bob.role, bob.handle, bob.handle_skeleton) == ("moderator", "rob", "rob")


def test_an_administrator_cannot_rise_by_this_door(alice: User) -> None:
    admin = make_person("adele", role="administrator")
    browser = signed_in(admin)
    for person in (admin, alice):
        form = {"display_name": "X", "handle": person.handle, "role": "owner" if person == admin else "guest"}
        browser.post(f"/admin/accounts/user/{person.pk}/change/", form)
    assert list(User.objects.filter(role="owner")) == [alice]
    assert not User.objects.filter(pk=alice.pk, display_name="X").exists()


def test_an_administrator_does_not_rename_the_owner(alice: User) -> None:
    browser = signed_in(make_person("adele", role="administrator"))
    form = {"display_name": "X", "handle": "alice", "role": "owner"}
    page = text_of(browser.post(f"/admin/accounts/user/{alice.pk}/change/", form, follow=True))
    assert "Your role does not allow this" in page
    assert "was changed successfully" not in page
    assert not User.objects.filter(display_name="X").exists()


def test_people_are_deactivated_from_the_list_with_all_that_belongs_to_it(alice: User) -> None:
    bob = make_person("bob")
    with announcements() as heard:
        form = {"action": "deactivate_chosen", "_selected_action": [bob.pk, alice.pk]}
        signed_in(alice).post("/admin/accounts/user/", form)
    assert ("closed", "bob", None) in heard
    assert ("closed", "alice", None) not in heard


@pytest.mark.parametrize("path", ["user/add/", "invitation/add/", "instance/add/"])
def test_nothing_is_added_here(alice: User, path: str) -> None:
    assert signed_in(alice).get(f"/admin/accounts/{path}").status_code == 403


def test_nobody_is_deleted(alice: User) -> None:
    bob = make_person("bob")
    assert signed_in(alice).post(f"/admin/accounts/user/{bob.pk}/delete/", {"post": "yes"}).status_code == 403
    signed_in(alice).post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [bob.pk]}
    )
    assert User.objects.filter(pk=bob.pk).exists()


def test_invitations_are_revoked_from_the_list(alice: User) -> None:
    invitation = make_invitation(alice)
    form = {"action": "revoke_chosen", "_selected_action": [invitation.pk]}
    signed_in(alice).post("/admin/accounts/invitation/", form)
    assert not Invitation.objects.live().exists()


def test_the_instance_is_renamed_here_too(alice: User) -> None:
    pk = Instance.objects.get().pk
    signed_in(alice).post(f"/admin/accounts/instance/{pk}/change/", {"name": "Tide", "signup_mode": "closed"})
    assert Instance.objects.get().name == "Tide"


def test_its_sign_in_is_ours_and_counts_the_failures(alice: User, client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": "alice", "password": PASSWORD})["Location"].startswith(
        "/accounts/"
    )
    assert signed_in(alice).get("/admin/password_change/")["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize("role", ["moderator", "member", "guest"])
def test_others_do_not_come_in(alice: User, role: str) -> None:
    browser = signed_in(make_person("mona", role=role))
    assert browser.get("/admin/accounts/user/", follow=True).status_code == 403
