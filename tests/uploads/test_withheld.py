"""Files of a message that waits for a moderator: seen by who decides about it and by its author, by nobody else."""

from __future__ import annotations

import pytest

from accounts.models import User
from chat.models import Case, Message, Upload
from chat.moderation.automod.actions import RuleValues, add_rule, switch_rule
from chat.moderation.reports.actions import Verdict, decide, report_message, set_hidden
from chat.moderation.reports.queries import cases_seen_by
from tests.base import browser_of
from tests.cast import Cast, add_person
from tests.uploads.corpus import hostile
from tests.uploads.desk import put, send_with

PICTURE = next(one.data for one in hostile() if one.name == "gps.png")


def reported(cast: Cast, room: str, reporter: User, *, text: str = "") -> tuple[Case, Message, Upload]:
    """A picture of bob's that somebody reported and a moderator hid meanwhile."""
    place = getattr(cast, room)
    upload = put(cast.bob, place, "map.png", PICTURE)
    message = send_with(cast.bob, place, upload, text=text)
    report_message(user=reporter, room_id=place.pk, message_id=message.pk, reason="harassment")
    case = Case.objects.get(message=message)
    set_hidden(actor=cast.alice, case_id=case.pk, hidden=True)
    return case, Message.objects.get(pk=message.pk), upload


def statuses(user: User, upload: Upload) -> set[int]:
    """Of all forms of the file."""
    browser = browser_of(user)
    return {
        browser.get(f"/files/{upload.pk}/{form}").status_code for form in ("map.png", "preview/", "thumb/")
    }


@pytest.mark.parametrize("room", ["workshop", "duo"])
def test_who_has_the_case_and_the_author_see_the_files_of_what_is_withheld(cast: Cast, room: str) -> None:
    marshal = add_person("marshal", role=User.Role.MODERATOR)
    add_person("muzzled", role=User.Role.MODERATOR, muted_until="2999-01-01T00:00Z")
    _case, message, upload = reported(cast, room, cast.alice)
    assert message.withheld == "hidden"
    for person in User.objects.exclude(kind=User.Kind.SYSTEM):
        decides = cases_seen_by(person).filter(message=message).exists()
        expected = 200 if decides or person == cast.bob else 404
        assert statuses(person, upload) == {expected}, person.handle
    assert statuses(marshal, upload) == {200}


def test_the_case_shows_them_and_says_no_word_of_a_text_that_never_was(cast: Cast) -> None:
    case, _message, upload = reported(cast, "workshop", cast.gus)
    page = browser_of(cast.mona).get(f"/moderation/cases/{case.pk}/").content.decode()
    assert f'src="/files/{upload.pk}/thumb/"' in page
    assert "no longer kept" not in page
    record = browser_of(cast.bob).get(f"/rooms/{cast.workshop.pk}/").content.decode()
    assert str(upload.pk) not in record


def test_a_moderator_who_is_not_in_the_room_sees_them_only_while_it_is_withheld(cast: Cast) -> None:
    marshal = add_person("marshal", role=User.Role.MODERATOR)
    case, _message, upload = reported(cast, "workshop", cast.gus)
    path = f"/moderation/cases/{case.pk}/"
    assert str(upload.pk) in browser_of(marshal).get(path).content.decode()
    set_hidden(actor=cast.alice, case_id=case.pk, hidden=False)
    assert statuses(marshal, upload) == {404}
    assert str(upload.pk) not in browser_of(marshal).get(path).content.decode()
    assert str(upload.pk) in browser_of(cast.mona).get(path).content.decode()


def test_what_a_rule_held_is_seen_by_its_moderator_until_it_is_removed(cast: Cast) -> None:
    values = RuleValues(name="Gulls", kind="words", outcome="hold", text="gull")
    rule = add_rule(actor=cast.alice, values=values)
    switch_rule(actor=cast.alice, rule_id=rule.pk, enabled=True)
    upload = put(cast.bob, cast.workshop, "map.png", PICTURE)
    message = send_with(cast.bob, cast.workshop, upload, text="a gull")
    assert message.withheld == "held"
    assert statuses(cast.mona, upload) == statuses(cast.bob, upload) == {200}
    assert statuses(cast.gus, upload) == {404}
    case = Case.objects.get(message=message)
    decide(actor=cast.mona, case_id=case.pk, verdict=Verdict("dismiss"))
    assert statuses(cast.gus, upload) == {200}
