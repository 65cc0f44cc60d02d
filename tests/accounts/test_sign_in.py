"""Signing in and out, and who may not."""

import hashlib

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client, RequestFactory

from accounts.models import User
from tests.accounts.base import PASSWORD, make_instance, make_person, new_account, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    make_instance()
    return make_person("bob")


def try_to(
    client: Client, login: str = "bob", password: str = PASSWORD, address: str = "127.0.0.1", said: str = ""
) -> int:
    headers = {"x-forwarded-for": said} if said else {}
    answer = client.post(
        "/accounts/login/", {"login": login, "password": password}, headers=headers, REMOTE_ADDR=address
    )
    return int(answer.status_code)


@pytest.mark.parametrize("login", ["bob", "BOB", " bob ", "bob@brackwater.example", "Bob@Brackwater.EXAMPLE"])
def test_user_name_and_address_both_open(bob: User, client: Client, login: str) -> None:
    assert try_to(client, login) == 302
    assert client.session["_auth_user_id"] == str(bob.pk)


def test_unknown_people_and_wrong_passwords_get_the_same_page(bob: User, client: Client) -> None:
    wrong = [{"login": "bob", "password": "x"}, {"login": "nobody", "password": "x"}]
    pages = [text_of(client.post("/accounts/login/", form)).replace(form["login"], "") for form in wrong]
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]


@pytest.mark.parametrize("login", ["bob", "nobody", "bob@brackwater.example", "no@body.example"])
def test_one_hash_is_computed_whoever_knocks(bob: User, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    def md5(self: object, password: str, salt: str) -> str:
        computed.append(password)
        return f"md5${salt}${hashlib.md5((salt + password).encode()).hexdigest()}"  # noqa: S324

    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", md5)
    assert authenticate(RequestFactory().post("/"), username=login, email=login, password="wrong") is None
    assert len(computed) == 1


@pytest.mark.parametrize(
    ("login", "password"),
    [("a\0b", "x"), ("x" * 100_000, "y" * 100_000), ("", ""), ("\ud800", "x"), ("@", "@"), ("'; --", "%s")],
)
def test_hostile_input_is_told_never_an_error(bob: User, client: Client, login: str, password: str) -> None:
    form = {"login": login.encode(errors="replace").decode(), "password": password}
    assert client.post("/accounts/login/", form).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\0",
    ],
)
def test_nobody_is_led_to_another_site(bob: User, client: Client, target: str) -> None:
    form = {"login": "bob", "password": PASSWORD, "next": target}
    assert client.post("/accounts/login/", form)["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"


def test_within_the_site_the_way_goes_on(bob: User, client: Client) -> None:
    form = {"login": "bob", "password": PASSWORD, "next": "/rooms/7/"}
    assert client.post("/accounts/login/", form)["Location"] == "/rooms/7/"


def test_the_session_gets_a_new_key_at_sign_in_and_an_age(bob: User, client: Client) -> None:
    client.get("/accounts/login/")
    client.cookies["sessionid"] = "planted"
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD, "remember": "on"})
    assert client.cookies["sessionid"].value != "planted"
    assert client.cookies["sessionid"]["max-age"] == 14 * 86_400
    assert client.cookies["sessionid"]["httponly"]


def test_without_the_tick_the_session_ends_with_the_browser(bob: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert client.cookies["sessionid"]["max-age"] == ""


def test_signing_out_ends_that_session_and_says_so(bob: User) -> None:
    browser = signed_in(bob)
    key = browser.session.session_key
    assert "Sign out?" in text_of(browser.get("/accounts/logout/"))
    with announcements() as heard:
        browser.post("/accounts/logout/")
    assert heard == [("ended", "bob", key)]
    assert browser.get("/settings/").status_code == 302


def test_a_deactivated_person_reads_why_with_the_right_password_only(bob: User, client: Client) -> None:
    User.objects.update(state="closed")
    answer = client.post("/accounts/login/", {"login": "bob", "password": PASSWORD}, follow=True)
    assert "deactivated" in text_of(answer)
    wrong = client.post("/accounts/login/", {"login": "bob", "password": "wrong"}, follow=True)
    assert "do not belong together" in text_of(wrong)


def test_guessing_is_stopped_for_the_guesser_and_not_for_the_owner(bob: User, client: Client) -> None:
    for _guess in range(5):
        assert try_to(client, password="guess", address="192.0.2.66") == 200
    stopped = client.post(
        "/accounts/login/", {"login": "bob", "password": PASSWORD}, REMOTE_ADDR="192.0.2.66"
    )
    assert "Too many attempts" in text_of(stopped)
    assert try_to(Client(), address="192.0.2.7") == 302


def test_a_forged_header_neither_hides_the_guesser_nor_blames_another(bob: User, client: Client) -> None:
    for guess in range(5):
        try_to(client, password="guess", address="192.0.2.66", said=f"192.0.2.{guess}")
    stopped = client.post(
        "/accounts/login/", {"login": "bob", "password": PASSWORD}, REMOTE_ADDR="192.0.2.66"
    )
    assert "Too many attempts" in text_of(stopped)


def test_a_flood_gets_the_page_with_429(bob: User, client: Client) -> None:
    codes = {try_to(client, login=f"nobody{number}", password="x") for number in range(61)}
    assert codes == {200, 429}


def test_signing_up_is_by_invitation_unless_open(bob: User, client: Client) -> None:
    answer = client.post("/accounts/signup/", new_account())
    assert (answer.status_code, User.objects.count()) == (403, 1)
    assert "You need an invitation" in text_of(answer)


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_the_open_door_lets_in_and_the_closed_one_not(client: Client, mode: str) -> None:
    make_instance(mode)
    answer = client.post("/accounts/signup/", new_account(next="//evil.example"))
    assert User.objects.filter(handle="ana.duarte").exists() == (mode == "open")
    assert answer.status_code == (302 if mode == "open" else 403)
    assert answer.get("Location", "/") == "/"


def test_signing_up_twice_with_one_address_is_told(client: Client) -> None:
    make_instance("open")
    Client().post("/accounts/signup/", new_account())
    assert "Sign in instead" in text_of(client.post("/accounts/signup/", new_account("Other")))
    assert User.objects.count() == 1


def test_the_default_hasher_is_slow_enough() -> None:
    assert PBKDF2PasswordHasher.iterations >= 1_000_000


PAGES = [
    "login/", "logout/", "inactive/", "signup/", "reauthenticate/", "password/change/", "password/set/",
    "password/reset/", "password/reset/done/", "password/reset/key/done/", "password/reset/key/abc-def/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("inside", [True, False])
def test_every_page_of_the_entrance_is_in_our_look(bob: User, path: str, inside: bool) -> None:
    if path == "password/set/":
        User.objects.update(password="!")
        browser = Client()
        browser.force_login(bob) if inside else None
    else:
        browser = signed_in(bob) if inside else Client()
    answer = browser.get(f"/accounts/{path}", follow=True)
    page = text_of(answer)
    assert 'class="gate' in page or answer.redirect_chain
    assert "style=" not in page


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "login/code/confirm/", "", "password/reset/key/x/"]
)
def test_pages_we_do_not_have_do_not_exist(bob: User, path: str) -> None:
    assert signed_in(bob).get(f"/accounts/{path}").status_code == 404
