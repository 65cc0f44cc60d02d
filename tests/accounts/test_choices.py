"""One's own choices: notifications, keyboard, status, pause, hints."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.actions import change_status
from accounts.models import User
from accounts.preferences import Preferences, pause_end, preferences_of, status_end
from tests.accounts.base import make_instance, make_person, signed_in, text_of
from tests.accounts.heard import announcements

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def bob() -> User:
    make_instance()
    return make_person("bob")


def chosen(user: User) -> Preferences:
    user.refresh_from_db()
    return preferences_of(user)


def test_choices_are_kept_over_one_another_and_unknown_ones_are_left_out(bob: User) -> None:
    browser = signed_in(bob)
    quiet = {"announce": "mentions", "quiet_from": "22:00", "quiet_to": "07:30", "sounds": "on"}
    assert browser.post("/settings/notifications/", quiet).status_code == 302
    assert browser.post("/settings/keyboard/", {"skin": "3"}, headers=SCRIPT).status_code == 204
    wanted = Preferences(
        sounds=True, previews=False, announce="mentions", quiet_from="22:00", quiet_to="07:30",
        letter_keys=False, type_anywhere=False, skin=3,
    )  # fmt: skip
    assert chosen(bob) == wanted
    User.objects.filter(pk=bob.pk).update(preferences={"skin": 2, "gone": True})
    assert chosen(bob) == Preferences(skin=2)


@pytest.mark.parametrize(
    ("page", "wrong"),
    [("notifications", {"announce": "loudly"}), ("notifications", {"announce": "all", "quiet_from": "25:00"}),
     ("keyboard", {"skin": "9"}), ("keyboard", {"skin": "x"})],
)  # fmt: skip
def test_a_wrong_choice_is_told_and_nothing_is_written(bob: User, page: str, wrong: dict[str, str]) -> None:
    browser = signed_in(bob)
    refused = browser.post(f"/settings/{page}/", wrong, headers=SCRIPT)
    assert (refused.status_code, bool(refused.json()["detail"])) == (400, True)
    assert browser.post(f"/settings/{page}/", wrong).status_code == 200
    assert chosen(bob) == Preferences()


def test_a_pause_ends_after_an_hour_or_in_the_morning_of_the_persons_own_zone(bob: User) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert pause_end("hour", late) == late + timedelta(hours=1)
        assert pause_end("tomorrow", late) == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    browser = signed_in(bob)
    browser.post("/settings/pause/", {"for": "hour"})
    assert datetime.fromisoformat(chosen(bob).paused_until) > timezone.now()
    browser.post("/settings/pause/", {"for": "off"})
    assert chosen(bob).paused_until == ""
    assert browser.post("/settings/pause/", {"for": "ever"}).status_code == 400


def test_a_status_is_cleaned_told_to_others_and_gone_when_its_time_is_over(bob: User) -> None:
    browser = signed_in(bob)
    with announcements() as heard:
        browser.post("/settings/status/", {"text": " At \u202elunch ", "until": "half"})
    assert heard == [("changed", "bob", None)]
    bob.refresh_from_db()
    assert bob.status == "At lunch"
    change_status(bob, text="Over", until=timezone.now() - timedelta(seconds=1))
    assert (bob.status_text, bob.status) == ("Over", "")
    wrong = browser.post("/settings/status/", {"text": "x" * 81, "until": "day"}, headers=SCRIPT)
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("choice", "end"),
    [("half", "2026-11-27T12:30"), ("hour", "2026-11-27T13:00"),
     ("day", "2026-11-28T00:00"), ("week", "2026-11-30T00:00")],
)  # fmt: skip
def test_a_status_ends_when_people_think_it_does(choice: str, end: str) -> None:
    friday = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    with timezone.override(UTC):
        found = status_end(choice, friday)
        assert found is not None
        assert found.isoformat().startswith(end)
        assert status_end("never", friday) is None


def test_a_hint_that_was_seen_does_not_come_again(bob: User) -> None:
    browser = signed_in(bob)
    for _ in range(2):
        assert browser.post("/settings/hint/", {"name": "keyboard"}, headers=SCRIPT).status_code == 204
    assert chosen(bob).hints_seen == ("keyboard",)
    assert browser.post("/settings/hint/", {"name": "anything"}).status_code == 400


def test_the_profile_answers_its_script_with_a_status(bob: User) -> None:
    browser = signed_in(bob)
    form = {"display_name": "Bob", "handle": "bob", "theme": "dark", "density": "compact"}
    assert browser.post("/settings/", form, headers=SCRIPT).status_code == 204
    refused = browser.post("/settings/", {**form, "theme": "pink"}, headers=SCRIPT)
    assert "pink" in refused.json()["detail"]
    assert "Notifications" in text_of(browser.get("/settings/"))
