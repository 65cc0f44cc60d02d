"""The settings pages: oneself, devices, the instance."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Instance, User
from tests.accounts.base import make_instance, make_person, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    make_instance()
    return make_person("bob")


def profile(**values: str) -> dict[str, str]:
    plain = {"display_name": "Bob", "handle": "bob", "theme": "system", "density": "comfortable"}
    return {**plain, "language": "", "time_zone": "", **values}


def test_a_person_changes_name_handle_and_look_and_others_hear_of_the_name(bob: User) -> None:
    browser = signed_in(bob)
    form = profile(display_name=" Bob \u200bRoss", handle="Bob.Ross", theme="dark", time_zone="Asia/Shanghai")
    with announcements() as heard:
        assert browser.post("/settings/", form).status_code == 302
    assert heard == [("changed", "bob.ross", None)]
    bob.refresh_from_db()
    assert (bob.display_name, bob.handle, bob.theme, bob.time_zone) == (
        "Bob Ross",
        "bob.ross",
        "dark",
        "Asia/Shanghai",
    )


def test_a_changed_look_alone_concerns_nobody_else(bob: User) -> None:
    browser = signed_in(bob)
    with announcements() as heard:
        browser.post("/settings/", profile(theme="dark"))
    assert heard == []


@pytest.mark.parametrize(
    "handle", ["a", "x" * 33, "-bob", "b ob", "bób", "аdmin", "admin", "a.d.m.i.n", "", "bob\0", "b@b"]
)
def test_a_handle_that_is_not_well_formed_or_reserved_is_told(bob: User, handle: str) -> None:
    answer = signed_in(bob).post("/settings/", profile(handle=handle))
    assert answer.status_code == 200
    bob.refresh_from_db()
    assert bob.handle == "bob"


@pytest.mark.parametrize("handle", ["mona", "m0na", "mo_na", "MONA"])
def test_a_handle_that_looks_like_somebody_elses_is_taken(bob: User, handle: str) -> None:
    make_person("mona")
    answer = signed_in(bob).post("/settings/", profile(handle=handle))
    assert "is taken" in text_of(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"display_name": "\u202e\u200b"},
        {"display_name": "x" * 61},
        {"display_name": "Аdmin"},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"theme": "x" * 5000},
        {"density": ""},
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_written(bob: User, wrong: dict[str, str]) -> None:
    answer = signed_in(bob).post(
        "/settings/",
        profile(display_name="New", **wrong) if "display_name" not in wrong else profile(**wrong),
    )
    assert answer.status_code == 200
    bob.refresh_from_db()
    assert bob.display_name == "Bob"


def test_no_other_field_of_the_model_can_be_posted(bob: User) -> None:
    extra = {"role": "owner", "state": "closed", "kind": "bot", "email": "x@y.zz", "id": "1", "password": "x"}
    signed_in(bob).post("/settings/", profile(**extra))
    bob.refresh_from_db()
    assert (bob.role, bob.state, bob.kind, bob.email) == (
        "member",
        "active",
        "human",
        "bob@brackwater.example",
    )


def test_pages_speak_the_language_of_the_profile_else_of_the_browser(bob: User) -> None:
    browser = signed_in(bob)
    assert '<html lang="en"' in text_of(browser.get("/settings/", HTTP_ACCEPT_LANGUAGE="en"))
    assert '<html lang="zh-hans"' in text_of(browser.get("/settings/", HTTP_ACCEPT_LANGUAGE="zh-CN"))
    browser.post("/settings/", profile(language="zh-hans"))
    assert '<html lang="zh-hans"' in text_of(browser.get("/settings/", HTTP_ACCEPT_LANGUAGE="en"))


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "", "x/../../y", "a\\b", "\u00e9", "A" * 5000, "/etc/passwd", "Asia"]
)
def test_whatever_the_zone_cookie_says_the_page_stands(bob: User, zone: str) -> None:
    browser = signed_in(bob)
    browser.cookies["tz"] = zone
    assert browser.get("/settings/devices/").status_code == 200


def test_times_are_in_the_zone_of_the_profile_else_of_the_browser(bob: User) -> None:
    browser = signed_in(bob)
    at_home = text_of(browser.get("/settings/devices/"))
    browser.cookies["tz"] = "Asia%2FTokyo"
    tokyo = text_of(browser.get("/settings/devices/"))
    User.objects.update(time_zone="America/New_York")
    assert len({at_home, tokyo, text_of(browser.get("/settings/devices/"))}) == 3


def test_devices_are_listed_and_one_is_ended(bob: User) -> None:
    here = signed_in(bob, headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    there = signed_in(
        bob, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140"}
    )
    page = text_of(here.get("/settings/devices/"))
    assert "Firefox on Linux" in page
    assert "Edge on Windows" in page
    number = there.session.session_key
    with announcements() as heard:
        here.post("/settings/devices/", {"session": str(session_number(number))})
    assert heard == [("ended", "bob", number)]
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


@pytest.mark.parametrize("session", ["", "x", "-1", "9" * 30, "1e3", "١", "\0"])
def test_an_invented_session_ends_nothing(bob: User, session: str) -> None:
    browser = signed_in(bob)
    assert browser.post("/settings/devices/", {"session": session}).status_code == 302
    assert browser.get("/settings/").status_code == 200


def test_nobody_ends_the_session_of_another(bob: User) -> None:
    theirs = signed_in(make_person("mona"))
    signed_in(bob).post("/settings/devices/", {"session": str(session_number(theirs.session.session_key))})
    assert theirs.get("/settings/").status_code == 200


def test_a_session_in_use_lives_on_and_an_idle_one_ends(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(bob)
    key = browser.session.session_key
    before = Session.objects.get(session_key=key).expire_date
    browser.get("/settings/")
    assert Session.objects.get(session_key=key).expire_date == before, "no write on every page"

    monkeypatch.setattr("accounts.middleware.time.time", lambda: time.time_ns() / 1e9 + 90_000)
    browser.get("/settings/")
    assert Session.objects.get(session_key=key).expire_date > before
    Session.objects.update(expire_date=before - timedelta(days=15))
    assert browser.get("/settings/").status_code == 302


def test_signing_out_everywhere_ends_all_this_one_too(bob: User) -> None:
    here, there = signed_in(bob), signed_in(bob)
    with announcements() as heard:
        assert here.post("/settings/devices/", {"everywhere": "1"})["Location"] == "/accounts/login/"
    assert ("ended", "bob", None) in heard
    assert [browser.get("/settings/").status_code for browser in (here, there)] == [302, 302]


def test_the_owner_renames_the_chat_and_opens_it() -> None:
    make_instance()
    browser = signed_in(make_person("alice", role="owner"))
    form = {"name": "Tide \u200bTable", "signup_mode": "open"}
    browser.post("/settings/instance/", form)
    instance = Instance.objects.get()
    assert (instance.name, instance.signup_mode, instance.link_previews) == ("Tide Table", "open", False)
    browser.post("/settings/instance/", {**form, "link_previews": "on"})
    assert Instance.objects.get().link_previews
    assert "Tide Table" in text_of(browser.get("/settings/instance/"))


@pytest.mark.parametrize(
    "form", [{"name": "", "signup_mode": "open"}, {"name": "x", "signup_mode": "?"}, {"name": "x" * 999}]
)
def test_a_senseless_instance_is_told(form: dict[str, str]) -> None:
    make_instance()
    assert signed_in(make_person("alice", role="owner")).post("/settings/instance/", form).status_code == 200
    assert Instance.objects.get().name == "Brackwater"


@pytest.mark.parametrize("role", ["moderator", "member", "guest"])
@pytest.mark.parametrize("path", ["instance/", "people/"])
def test_others_do_not_keep_the_chat(bob: User, role: str, path: str) -> None:
    browser = signed_in(make_person("mona", role=role))
    assert browser.get(f"/settings/{path}").status_code == 403
    assert browser.post(f"/settings/{path}", {"name": "Mine", "signup_mode": "open"}).status_code == 403
    assert Instance.objects.get().name == "Brackwater"


@pytest.mark.parametrize("path", ["", "devices/", "instance/", "people/", "invitations/"])
def test_strangers_are_sent_to_sign_in_and_come_back(bob: User, client: Client, path: str) -> None:
    assert client.get(f"/settings/{path}")["Location"] == f"/accounts/login/?next=/settings/{path}"


def session_number(key: str | None) -> int:
    from allauth.usersessions.models import UserSession

    return int(UserSession.objects.get(session_key=key).pk)
