"""Days, hours and quiet hours."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import calendar

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("7:30", 450),
        ("07:30", 450),
        ("07：30", 450),
        ("730", 450),
        ("0730", 450),
        ("7点30", 450),
        ("7点", 420),
        ("7", 420),
        ("23:59", 1439),
        ("24:00", None),
        ("7:60", None),
        ("早上", None),
        ("", None),
        ("7:3x", None),
        ("-1:00", None),
    ],
)
def test_times_of_day_are_read_as_people_write_them(text: str, minute: int | None) -> None:
    assert calendar.parse_clock(text) == minute


@given(st.integers(0, 1439))
def test_a_time_written_is_the_time_read(minute: int) -> None:
    assert calendar.parse_clock(calendar.clock_text(minute)) == minute


def test_a_day_begins_at_local_midnight() -> None:
    assert calendar.day_of(datetime(2026, 3, 1, 15, 59, tzinfo=UTC), SHANGHAI) == date(2026, 3, 1)
    assert calendar.day_of(datetime(2026, 3, 1, 16, 0, tzinfo=UTC), SHANGHAI) == date(2026, 3, 2)


def test_minutes_past_midnight_belong_to_the_next_day() -> None:
    assert calendar.moment(date(2026, 12, 31), 1440 + 30, SHANGHAI) == datetime(
        2026, 12, 31, 16, 30, tzinfo=UTC
    )


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.integers(0, 1439))
def test_a_moment_falls_on_its_own_day_and_minute(day: date, minute: int) -> None:
    when = calendar.moment(day, minute, SHANGHAI)
    assert (calendar.day_of(when, SHANGHAI), calendar.minute_of(when, SHANGHAI)) == (day, minute)


@pytest.mark.parametrize(
    ("minute", "quiet"),
    [(22 * 60, True), (23 * 60, True), (0, True), (6 * 60 + 59, True), (7 * 60, False), (12 * 60, False)],
)
def test_quiet_hours_run_over_midnight(minute: int, quiet: bool) -> None:
    assert calendar.in_quiet_hours(minute, quiet_from=22 * 60, quiet_until=7 * 60) is quiet


def test_quiet_hours_may_lie_within_a_day() -> None:
    assert calendar.in_quiet_hours(13 * 60, quiet_from=12 * 60, quiet_until=14 * 60)
    assert not calendar.in_quiet_hours(14 * 60, quiet_from=12 * 60, quiet_until=14 * 60)
