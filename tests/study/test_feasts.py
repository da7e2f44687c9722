"""On which day a reminder falls, and when its draft is proposed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.feasts import TERMS, Day, Feast, Fixed, Kind, Lunar, Nth, Term, coming, due

YEARS = st.integers(1901, 2098)
DAYS = st.dates(date(1902, 1, 1), date(2097, 12, 31))


def feast(day: Day, *, days_before: int = 7, key: str = "one") -> Feast:
    return Feast(key, "提醒", day, days_before, Kind.CONDUCT, "文", "据")


# As the Hong Kong Observatory and the State Council's holiday notices have them.
@pytest.mark.parametrize(
    ("day", "year", "on"),
    [
        (Lunar(1, 1), 2024, date(2024, 2, 10)),
        (Lunar(1, 1), 2025, date(2025, 1, 29)),
        (Lunar(1, 1), 2026, date(2026, 2, 17)),
        (Lunar(1, 1), 2027, date(2027, 2, 6)),
        (Lunar(1, 1), 2028, date(2028, 1, 26)),
        (Lunar(5, 5), 2025, date(2025, 5, 31)),
        (Lunar(5, 5), 2026, date(2026, 6, 19)),
        (Lunar(5, 5), 2027, date(2027, 6, 9)),
        (Lunar(8, 15), 2020, date(2020, 10, 1)),
        (Lunar(8, 15), 2025, date(2025, 10, 6)),
        (Lunar(8, 15), 2026, date(2026, 9, 25)),
        (Term("清明"), 2025, date(2025, 4, 4)),
        (Term("清明"), 2026, date(2026, 4, 5)),
        (Term("冬至"), 2026, date(2026, 12, 22)),
        (Fixed(5, 12), 2026, date(2026, 5, 12)),
        (Fixed(2, 29), 2027, date(2027, 2, 28)),
        (Nth(5, 2, 7), 2026, date(2026, 5, 10)),
        (Nth(11, -1, 4), 2026, date(2026, 11, 26)),
    ],
)
def test_days_are_those_of_the_calendar(day: Day, year: int, on: date) -> None:
    assert day.on(year) == on


# 2025 has a leap sixth month, 2028 a leap fifth, 2023 a leap second.
@pytest.mark.parametrize(
    ("day", "year", "on"),
    [
        (Lunar(6, 1), 2025, date(2025, 6, 25)),
        (Lunar(7, 1), 2025, date(2025, 8, 23)),
        (Lunar(5, 5), 2028, date(2028, 5, 28)),
        (Lunar(2, 2), 2023, date(2023, 2, 21)),
    ],
)
def test_a_leap_month_has_no_feasts(day: Day, year: int, on: date) -> None:
    assert day.on(year) == on


def test_the_thirtieth_of_a_short_month_is_its_last_day() -> None:
    assert Lunar(12, 30).on(2025) == date(2026, 2, 16), "the eve of the spring festival of 2026"


@given(YEARS)
def test_the_eve_is_the_day_before_the_spring_festival(year: int) -> None:
    assert Lunar(12, 30).on(year) + timedelta(days=1) == Lunar(1, 1).on(year + 1)


@given(YEARS, st.integers(1, 12), st.sampled_from([1, 2, 3, 4, -1]), st.integers(1, 7))
def test_the_nth_weekday_is_that_weekday_of_that_month(
    year: int, month: int, week: int, weekday: int
) -> None:
    day = Nth(month, week, weekday).on(year)
    assert (day.month, day.isoweekday()) == (month, weekday)
    if week > 0:
        assert (day.day - 1) // 7 == week - 1
    else:
        assert (day + timedelta(days=7)).month != month


@given(YEARS, st.sampled_from(TERMS))
def test_terms_follow_each_other(year: int, name: str) -> None:
    place = TERMS.index(name)
    assert Term(name).on(year).month == place // 2 + 1


EVERY_DAY = st.one_of(
    st.builds(Fixed, st.integers(1, 12), st.integers(1, 28)),
    st.builds(Lunar, st.integers(1, 12), st.integers(1, 30)),
    st.builds(Term, st.sampled_from(TERMS)),
    st.builds(Nth, st.integers(1, 12), st.sampled_from([1, 2, 3, 4, -1]), st.integers(1, 7)),
)


@given(EVERY_DAY, DAYS)
def test_what_comes_next_is_never_past_and_within_thirteen_months(day: Day, today: date) -> None:
    [one] = coming([feast(day)], today)
    assert timedelta(0) <= one.day - today < timedelta(days=400)
    assert one.day == day.on(one.year)


@given(EVERY_DAY, DAYS, st.integers(0, 30))
def test_a_draft_is_due_on_its_days_and_names_one_year(day: Day, today: date, days_before: int) -> None:
    one = feast(day, days_before=days_before)
    found = due([one], today)
    assert bool(found) == (coming([one], today)[0].day - today <= timedelta(days=days_before))
    if found and found[0].day > today:
        later = due([one], today + timedelta(days=1))
        assert later and later[0].year == found[0].year, "proposed once only"


def test_a_feast_in_january_is_proposed_in_december() -> None:
    [one] = due([feast(Fixed(1, 1))], date(2026, 12, 26))
    assert (one.year, one.day, one.from_day) == (2027, date(2027, 1, 1), date(2026, 12, 25))


def test_feasts_are_listed_by_their_day() -> None:
    feasts = [
        feast(Fixed(5, 1), key="may"),
        feast(Lunar(1, 1), key="spring"),
        feast(Term("清明"), key="april"),
    ]
    assert [one.feast.key for one in coming(feasts, date(2026, 2, 1))] == ["spring", "april", "may"]


def test_the_end_of_the_tables_is_no_error() -> None:
    assert coming([feast(Lunar(1, 1))], date(2101, 6, 1)) == []
