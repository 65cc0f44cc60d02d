"""Changing a password, and the ways back in for those who lost it."""

import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.actions import make_reset_link
from accounts.errors import NotAllowed, SelfChange
from accounts.models import User
from tests.accounts.base import PASSWORD, make_instance, make_person, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db
NEW = "herring over the quay"


@pytest.fixture
def bob() -> User:
    make_instance()
    return make_person("bob")


@pytest.fixture
def alice(bob: User) -> User:
    return make_person("alice", role="owner")


def set_by(link: str, *, client: Client, password: str = NEW) -> int:
    form_page = client.get(link, follow=True)
    if not form_page.redirect_chain:
        return int(form_page.status_code)
    where = form_page.redirect_chain[-1][0]
    return int(client.post(where, {"password1": password, "password2": password}).status_code)


def test_a_new_password_signs_the_other_devices_out_and_keeps_this_one(bob: User) -> None:
    here, there = signed_in(bob), signed_in(bob)
    old, other = here.session.session_key, there.session.session_key
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    with announcements() as heard:
        assert here.post("/accounts/password/change/", form)["Location"] == "/settings/"
    assert sorted(heard) == [("ended", "bob", other), ("moved", "bob", old)]
    assert here.session.session_key != old
    assert here.get("/settings/").status_code == 200
    assert there.get("/settings/").status_code == 302


def test_a_wrong_present_password_changes_nothing(bob: User) -> None:
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert signed_in(bob).post("/accounts/password/change/", form).status_code == 200
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_without_mail_the_page_says_whom_to_ask(bob: User, client: Client) -> None:
    for answer in (
        client.get("/accounts/password/reset/"),
        client.post("/accounts/password/reset/", {"email": "x"}),
    ):
        assert "Ask an administrator of Brackwater" in text_of(answer)


def test_an_administrator_makes_a_link_that_works_once_and_ends_all_sessions(alice: User, bob: User) -> None:
    lost = signed_in(bob)
    link = make_reset_link(alice, bob)
    with announcements() as heard:
        assert set_by(link, client=Client()) == 302
    assert heard == [("ended", "bob", None)]
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert lost.get("/settings/").status_code == 302
    assert "no longer works" in text_of(Client().get(link))


def test_a_sign_in_makes_the_link_void(alice: User, bob: User) -> None:
    link = make_reset_link(alice, bob)
    signed_in(bob)
    assert "no longer works" in text_of(Client().get(link))


@pytest.mark.parametrize("key", ["abc-def", "1-cyq6vr-9b0a", "zzzzzzzzzzzzz-cyq6vr-0", "1-" + "x" * 80])
def test_invented_links_open_nothing(bob: User, client: Client, key: str) -> None:
    assert "no longer works" in text_of(client.get(f"/accounts/password/reset/key/{key}/"))


def test_nobody_makes_links_for_equals_superiors_or_themselves(alice: User, bob: User) -> None:
    admin, other = make_person("adele", role="administrator"), make_person("anton", role="administrator")
    for person in (alice, other):
        with pytest.raises(NotAllowed):
            make_reset_link(admin, person)
    with pytest.raises(SelfChange):
        make_reset_link(admin, admin)
    with pytest.raises(NotAllowed):
        make_reset_link(bob, other)


def test_the_page_asks_the_password_again_and_shows_the_link_once(alice: User, bob: User) -> None:
    browser = signed_in(alice)
    where = f"/settings/people/{bob.pk}/reset-link/"
    asked = browser.post(where)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    shown = browser.post(asked["Location"], {"password": PASSWORD})
    link = re.search(r'http://testserver(/accounts/password/reset/key/[^"]+)', text_of(shown))
    assert link
    assert set_by(link[1], client=Client()) == 302
    assert browser.get(where)["Location"].startswith("/settings/people/")


def test_the_operator_gets_a_link_by_handle_or_address(bob: User, settings: Settings) -> None:
    settings.PUBLIC_ORIGINS = ["https://chat.example.org"]
    for person in ("bob", "@bob", "BOB@brackwater.example"):
        out = StringIO()
        call_command("reset_link", person, stdout=out)
        assert out.getvalue().startswith("https://chat.example.org/accounts/password/reset/key/")


@pytest.mark.parametrize("person", ["nobody", "no@body.example", ""])
def test_the_operator_is_told_of_unknown_people(bob: User, person: str) -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_link", person)


@pytest.fixture
def with_mail(settings: Settings) -> None:
    settings.MAIL_CONFIGURED = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.mark.usefixtures("with_mail")
@pytest.mark.django_db(transaction=True)
def test_with_mail_set_up_a_link_arrives_and_works(bob: User, client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "BOB@brackwater.example"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert [message.to for message in mail.outbox] == [["bob@brackwater.example"]]
    assert "Brackwater" in mail.outbox[0].subject
    link = re.search(r"http://localhost:8000(\S+)", str(mail.outbox[0].body))
    assert link
    assert set_by(link[1], client=client) == 302


@pytest.mark.usefixtures("with_mail")
@pytest.mark.django_db(transaction=True)
def test_no_header_decides_where_the_link_in_a_mail_leads(bob: User, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": bob.email}, headers={"host": "localhost:666"})
    assert [":666" in str(message.body) for message in mail.outbox] == [False]


@pytest.mark.usefixtures("with_mail")
@pytest.mark.django_db(transaction=True)
def test_an_unknown_address_gets_the_same_answer_and_no_mail(bob: User, client: Client) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": who})
        for who in ("bob@brackwater.example", "x@y.zz")
    ]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("with_mail")
def test_a_foreign_host_name_makes_no_link(bob: User, client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": bob.email}, HTTP_HOST="evil.example")
    assert answer.status_code == 400


def test_a_link_opened_in_a_browser_where_one_is_signed_in_works_as_well(alice: User, bob: User) -> None:
    browser = signed_in(bob)
    assert set_by(make_reset_link(alice, bob), client=browser) == 302
    assert browser.get("/settings/").status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(NEW)
