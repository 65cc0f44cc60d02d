"""The page that answers once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.actions import set_up_instance
from accounts.errors import AlreadySetUp
from accounts.models import Instance, User
from accounts.signals import account_joined
from tests.accounts.base import PASSWORD, make_instance, make_person, new_account, text_of

pytestmark = pytest.mark.django_db


def test_three_fields_make_the_owner_and_lead_home(client: Client) -> None:
    answer = client.post("/welcome/", new_account())

    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = User.objects.get(handle="ana.duarte")
    assert (owner.role, owner.display_name, owner.email) == ("owner", "Ana Duarte", "ana@brackwater.example")
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert Instance.objects.get().signup_mode == "invitation"


def test_the_rest_of_the_product_hears_of_it_within_the_transaction(client: Client) -> None:
    heard: list[Any] = []

    def hear(sender: type, **told: Any) -> None:
        heard.append(
            (told["user"].display_name, told["invitation"], told["first_run"], connection.in_atomic_block)
        )

    account_joined.connect(hear)
    try:
        client.post("/welcome/", new_account())
    finally:
        account_joined.disconnect(hear)
    assert heard == [("Ana Duarte", None, True, True)]


def test_the_page_shows_three_fields_and_what_was_found_on_the_machine(client: Client) -> None:
    page = text_of(client.get("/welcome/"))
    assert [page.count(f'name="{name}"') for name in ("name", "email", "password")] == [1, 1, 1]
    assert "SQLite" in page or "PostgreSQL" in page
    assert "not set up; links work without it" in page
    assert "style=" not in page


def test_afterwards_the_page_leads_away(client: Client) -> None:
    make_instance()
    assert client.get("/welcome/")["Location"] == "/"
    assert client.post("/welcome/", new_account())["Location"] == "/"
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_before_it_the_other_entrances_lead_to_it(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/welcome/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " \u200b "},
        {"name": "x" * 61},
        {"email": "no address"},
        {"email": f"{'x' * 250}@example.org"},
        {"password": "short"},
        {"password": "password123"},
        {"password": "Ana Duarte"},
        {"password": "x" * 100_000},
        {"name": "a\0b"},
        {"email": "a\0@example.org"},
    ],
)
def test_a_wrong_field_is_told_and_makes_nothing(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post("/welcome/", new_account(**wrong))
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in text_of(answer)
    assert not Instance.objects.exists()


def test_fields_of_the_model_that_the_form_does_not_name_are_passed_over(client: Client) -> None:
    extra = {"id": "1", "role": "guest", "kind": "bot", "state": "closed", "handle": "x", "is_superuser": "1"}
    client.post("/welcome/", new_account(**extra))
    owner = User.objects.get()
    assert (owner.role, owner.kind, owner.state, owner.handle) == ("owner", "human", "active", "ana.duarte")
    assert owner.pk != 1


def test_the_owner_may_be_called_admin_but_the_handle_is_kept(client: Client) -> None:
    client.post("/welcome/", new_account(name="Admin"))
    assert User.objects.get().handle == "admin2"


def test_whoever_comes_second_reads_a_calm_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_instance()
    make_person("ana", role="owner")
    # The other one finished between our look and our writing.
    monkeypatch.setattr("accounts.views.entrance.Instance.current", lambda: None)
    answer = client.post("/welcome/", new_account(email="late@example.org"))
    assert answer.status_code == 409
    assert "already set up" in text_of(answer)
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_racing_first_runs_one_makes_the_instance() -> None:
    def race(number: int) -> bool:
        try:
            set_up_instance(name=f"Racer {number}", email=f"r{number}@example.org", password=PASSWORD)
        except AlreadySetUp:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))
    assert won.count(True) == 1
    assert (Instance.objects.count(), User.objects.count()) == (1, 1)
