"""What the pages of moderation do beside the matrix: notices, fragments, and refusals in words."""

from __future__ import annotations

import pytest

from chat.models import Case, CleanUp, Hiding, Notice, Rule, Sanction
from chat.moderation.reports.actions import report_message
from chat.moderation.sanctions.actions import impose
from tests.base import browser_of, membership, say
from tests.cast import Cast, place


def test_a_refused_decision_says_who_was_faster(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    case = report_message(
        user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason="spam"
    ).case_id
    first, second = browser_of(cast.mona), browser_of(cast.alice)
    path = f"/moderation/cases/{case}/decide/"
    assert "Decided." in first.post(path, {"decision": "dismiss"}, follow=True).content.decode()
    page = second.post(path, {"decision": "ban", "reason": "no"}, follow=True).content.decode()
    assert "Mona was faster" in page
    answer = second.post(path, {"decision": "ban", "reason": "no"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_room_moderator_sees_only_what_is_theirs_to_decide(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    report_message(user=cast.gus, room_id=cast.workshop.pk, message_id=message.pk, reason="spam")
    path = f"/moderation/cases/{Case.objects.get().pk}/"
    theirs, everything = (browser_of(one).get(path).content.decode() for one in (cast.mona, cast.alice))
    assert 'value="mute_here"' in theirs
    assert 'value="ban"' not in theirs
    assert 'value="ban"' in everything


def test_only_who_was_told_something_is_asked_whether_they_read_it(cast: Cast) -> None:
    browser = browser_of(cast.bob)
    assert "I have read it" not in browser.get("/standing/").content.decode()
    impose(actor=cast.alice, person_id=cast.bob.pk, kind="warn", reason="mind the tide")
    assert "I have read it" in browser.get("/standing/").content.decode()
    browser.post("/standing/")
    assert "I have read it" not in browser.get("/standing/").content.decode()


def test_a_ban_takes_the_clean_up_along(cast: Cast) -> None:
    say(cast.bob, cast.lounge)
    form = {"kind": "ban", "reason": "spam", "minutes": "", "clean_up": "day"}
    browser_of(cast.alice).post(f"/moderation/people/{cast.bob.pk}/sanction/", form)
    assert (Sanction.objects.get().kind, CleanUp.objects.get().total) == ("ban", 1)


def test_a_preview_names_what_a_ban_would_end(cast: Cast) -> None:
    say(cast.bob, cast.lounge)
    page = browser_of(cast.alice).get(f"/moderation/people/{cast.bob.pk}/clean-up/?span=all").content.decode()
    assert "Sessions, which a ban would end" in page
    assert browser_of(cast.alice).get(f"/moderation/people/{cast.bob.pk}/clean-up/?span=x").status_code == 400


def test_the_muted_person_reads_why_and_until_when_in_place_of_the_field(cast: Cast) -> None:
    impose(
        actor=cast.alice,
        person_id=cast.bob.pk,
        kind="mute",
        reason="loud at night",
        minutes=30,
        room_id=cast.lounge.pk,
    )
    page = browser_of(cast.bob).get(f"/rooms/{cast.lounge.pk}/").content.decode()
    assert "loud at night" in page
    assert "data-until=" in page
    assert 'id="composer"' not in page
    assert 'id="composer"' in browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/").content.decode()


def test_notices_stay_until_they_are_read(cast: Cast) -> None:
    impose(actor=cast.alice, person_id=cast.bob.pk, kind="warn", reason="be kind")
    browser = browser_of(cast.bob)
    assert 'id="told" data-kind="told" role="status">' in browser.get("/rooms/").content.decode()
    assert "be kind" in browser.get("/standing/").content.decode()
    browser.post("/standing/")
    assert Notice.objects.get().seen_at
    assert 'role="status" hidden>' in browser.get("/told/").content.decode()


def test_a_rule_is_tried_before_it_is_added(cast: Cast) -> None:
    say(cast.bob, cast.lounge, "a gull")
    browser = browser_of(cast.alice)
    form = {"name": "Gulls", "kind": "words", "text": "gull", "outcome": "hold", "act": "try"}
    page = browser.post("/moderation/rules/", form).content.decode()
    assert "It would have met 1 of the last week's 1 messages; people: 1." in page
    assert not Rule.objects.exists()
    wrong = browser.post("/moderation/rules/", {**form, "kind": "pattern", "text": "("})
    assert wrong.status_code == 422
    assert "cannot be read" in wrong.content.decode()


def test_a_report_hides_its_author_where_asked(cast: Cast) -> None:
    message = say(cast.bob, cast.workshop)
    path = f"/rooms/{cast.workshop.pk}/messages/{message.pk}/report/"
    assert (
        "<html" not in browser_of(cast.gus).get(path, headers={"x-requested-with": "fetch"}).content.decode()
    )
    browser_of(cast.gus).post(path, {"reason": "spam", "hide": "1"})
    assert Hiding.objects.get().hidden == cast.bob


def test_a_lock_for_a_time_and_a_rank_by_the_forms_of_the_room(cast: Cast) -> None:
    browser, room = browser_of(cast.alice), cast.workshop.pk
    browser.post(f"/rooms/{room}/controls/", {"lock": "close", "lock_minutes": "10"})
    cast.workshop.refresh_from_db()
    assert cast.workshop.is_locked
    browser.post(f"/rooms/{room}/controls/", {"slow_seconds": "30"})
    cast.workshop.refresh_from_db()
    assert (cast.workshop.is_locked, cast.workshop.slow_seconds) == (True, 30)
    browser.post(f"/rooms/{room}/controls/", {"lock": "open"})
    cast.workshop.refresh_from_db()
    assert not cast.workshop.is_locked
    browser.post(f"/rooms/{room}/members/{cast.bob.pk}/role/", {"role": "moderator"})
    assert membership(cast.workshop, cast.bob).role == "moderator"


@pytest.mark.parametrize("path", ["slow_seconds=fast", "slow_seconds=-1", "lock=close&lock_minutes=x"])
def test_nonsense_in_a_form_is_refused_in_words(cast: Cast, path: str) -> None:
    answer = browser_of(cast.alice).post(
        f"/rooms/{cast.lounge.pk}/controls/", path, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400


def test_the_moderation_entry_is_there_for_who_has_something_to_moderate(cast: Cast) -> None:
    for person, shown in ((cast.alice, True), (cast.mona, True), (cast.bob, False), (cast.carol, False)):
        page = browser_of(person).get("/rooms/").content.decode()
        assert ('href="/moderation/"' in page) == shown, person
    place(cast.workshop, cast.carol, role="owner")
    assert 'href="/moderation/"' in browser_of(cast.carol).get("/rooms/").content.decode()
