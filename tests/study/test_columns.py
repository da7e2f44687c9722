"""Columns, and which weekly digest is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.columns import LATE, WEEK, Column, Columns, NoSuchColumn, edition

SHANGHAI = "Asia/Shanghai"
EARLIEST, LATEST = datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-01-01")
MOMENTS = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
# Friday 6 March 2026, 17:00 in Shanghai.
FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


def test_a_column_is_found_by_its_key() -> None:
    columns = Columns((Column("news", "动态", "📰"),))
    assert columns.find("news").label == "📰 动态"
    assert columns.get(None) is None
    with pytest.raises(NoSuchColumn):
        columns.find("sport")


def test_the_digest_is_of_the_week_that_ends_with_it() -> None:
    due = edition(FRIDAY, SHANGHAI, weekday=5, minute=17 * 60)
    assert due and (due.week, due.since, due.until) == ("2026-W10", FRIDAY - WEEK, FRIDAY)
    assert due.key(7) == "digest:2026-W10:7"


def test_a_digest_is_not_due_before_its_hour_nor_long_after() -> None:
    assert edition(FRIDAY - timedelta(minutes=1), SHANGHAI, weekday=5, minute=17 * 60) is None
    late = edition(FRIDAY + LATE, SHANGHAI, weekday=5, minute=17 * 60)
    assert late and late.until == FRIDAY
    assert edition(FRIDAY + LATE + timedelta(minutes=1), SHANGHAI, weekday=5, minute=17 * 60) is None


def test_the_turn_of_the_year_has_its_week() -> None:
    due = edition(datetime(2027, 1, 1, 9, 30, tzinfo=UTC), None, weekday=5, minute=17 * 60)
    assert due and due.week == "2026-W53"


@given(
    MOMENTS,
    st.integers(1, 7),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from([SHANGHAI, "Europe/Berlin", None]),
)
def test_editions_follow_each_other_without_a_gap(
    now: datetime, weekday: int, minute: int, zone: str | None
) -> None:
    due = edition(now, zone, weekday=weekday, minute=minute)
    if due is None:
        return
    assert due.until <= now <= due.until + LATE
    following = edition(due.until + WEEK + timedelta(hours=2), zone, weekday=weekday, minute=minute)
    assert following and following.since == due.until and following.week != due.week
