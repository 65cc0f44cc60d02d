"""The small drawings and dates that templates call for."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from chat.templatetags.dates import short_time, written_day
from chat.templatetags.directory import spark
from chat.templatetags.icons import icon


@pytest.fixture(autouse=True)
def english_in_utc() -> object:
    with translation.override("en"), timezone.override(UTC):
        yield


def heights(svg: str) -> list[float]:
    return [float(height) for height in re.findall(r"v-([\d.]+)h", svg)]


def test_the_busiest_day_is_as_high_as_the_drawing_and_a_quiet_one_still_shows() -> None:
    assert heights(spark([0, 4, 16])) == [1.5, 12.0, 24.0]


def test_a_room_without_messages_draws_its_days_all_the_same() -> None:
    assert heights(spark([0] * 14)) == [1.5] * 14
    assert 'aria-label="0 messages in the last 14 days"' in spark([0] * 14)


def test_no_days_at_all_are_no_error() -> None:
    assert heights(spark([])) == []


def test_an_icon_is_hidden_from_the_ear_and_its_name_is_escaped() -> None:
    assert icon('"><b') == '<svg class="icon" aria-hidden="true"><use href="#i-&quot;&gt;&lt;b"/></svg>'
    assert icon("reply", "small", flip=True).startswith('<svg class="icon" data-size="small" data-flip ')


@pytest.mark.parametrize(
    ("days", "pattern"), [(0, r"\d\d:\d\d"), (3, r"[A-Z][a-z]{2}"), (400, r"[A-Z][a-z]{2} \d{4}")]
)
def test_older_moments_are_written_more_roughly(days: int, pattern: str) -> None:
    assert re.fullmatch(pattern, short_time(timezone.now() - timedelta(days=days)))


def test_a_day_has_its_year() -> None:
    assert written_day(datetime(2026, 9, 1, 9, tzinfo=UTC)) == "1 September 2026"
