"""When people mean, and days that repeat."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.cadence import MONTHS, Every
from study.whens import NotAWhen, Repeat, When, parse, parse_monthly, series

# A Sunday, four in the afternoon.
NOW = When(date(2026, 11, 22), 16 * 60)
USUAL = 19 * 60 + 30


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("明天19:30", "2026-11-23", "19:30"),
        ("周五晚上7点半", "2026-11-27", "19:30"),
        ("11月28日 14:00", "2026-11-28", "14:00"),
        ("28号下午两点", "2026-11-28", "14:00"),
        ("2026-11-28 14:00", "2026-11-28", "14:00"),
        ("今晚八点", "2026-11-22", "20:00"),
        ("后天上午九点一刻", "2026-11-24", "09:15"),
        ("大后天 8:05", "2026-11-25", "08:05"),
        ("下周三17:30", "2026-11-25", "17:30"),
        ("下下周五 中午12点半", "2026-12-04", "12:30"),
        ("週五晚上７點半", "2026-11-27", "19:30"),
        ("11/28 14：00", "2026-11-28", "14:00"),
        # a day of one digit does not swallow the hour behind it
        ("2026-12-1 14:00", "2026-12-01", "14:00"),
        ("12/1 14:00", "2026-12-01", "14:00"),
        ("12.5，9:30", "2026-12-05", "09:30"),
        # the weekday may stand behind the day
        ("11月28日（周六）14:00", "2026-11-28", "14:00"),
        ("28号 星期六 下午两点", "2026-11-28", "14:00"),
        ("二十八号十四点三十分", "2026-11-28", "14:30"),
        ("十一月二十八日下午两点半", "2026-11-28", "14:30"),
        ("明天在3点开会", "2026-11-23", "15:00"),
        ("明天 3:00", "2026-11-23", "03:00"),
        ("中午1点", "2026-11-23", "13:00"),
        # without a time of day: the usual one
        ("12月1日", "2026-12-01", "19:30"),
        ("周一", "2026-11-23", "19:30"),
        # the next one to come
        ("周日15:00", "2026-11-29", "15:00"),
        ("周日17:00", "2026-11-22", "17:00"),
        ("22号下午2点", "2026-12-22", "14:00"),
        ("3点", "2026-11-23", "15:00"),
        ("5点", "2026-11-22", "17:00"),
        ("1月8日 19:30", "2027-01-08", "19:30"),
        ("31号", "2026-12-31", "19:30"),
        ("2月29日 14点", "2028-02-29", "14:00"),
    ],
)
def test_what_people_write(text: str, day: str, clock: str) -> None:
    hour, minute = clock.split(":")
    wanted = When(date.fromisoformat(day), int(hour) * 60 + int(minute))
    assert parse(text, now=NOW, usual=USUAL) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "随便",
        "32号",
        "11月31日",
        "2027-02-29",
        "25:00",
        "7点60分",
        "晚上12点",
        "明天凌晨12点",
        "11月28日（周五）14:00",
        "明天下午",
        "明天19:30左右吧",
    ],
)
def test_what_nobody_can_know(text: str) -> None:
    with pytest.raises(NotAWhen):
        parse(text, now=NOW, usual=USUAL)


@given(st.text(alphabet="0123456789明后天周五月日号点半刻上下午晚:-/. 二十", max_size=12))
def test_whatever_is_typed_is_a_time_or_refused(text: str) -> None:
    try:
        found = parse(text, now=NOW, usual=USUAL)
    except NotAWhen:
        return
    assert 0 <= found.minute < 24 * 60


@given(st.dates(date(2026, 1, 1), date(2033, 12, 31)), st.integers(0, 1439))
def test_a_full_date_means_itself(day: date, minute: int) -> None:
    text = f"{day.isoformat()} {minute // 60}:{minute % 60:02d}"
    assert parse(text, now=NOW, usual=USUAL) == When(day, minute)


def test_at_the_end_of_the_year_tomorrow_is_next_year() -> None:
    eve = When(date(2027, 12, 31), 20 * 60)
    assert parse("明天19:30", now=eve, usual=USUAL).day == date(2028, 1, 1)
    assert parse("5号 14:00", now=eve, usual=USUAL).day == date(2028, 1, 5)
    assert parse("周一 14:00", now=eve, usual=USUAL).day == date(2028, 1, 3)


def test_a_month_at_a_time_by_the_day() -> None:
    days = series(date(2028, 1, 31), Every.MONTH, by=Repeat.MONTH_DAY)
    assert [(day.month, day.day) for day in days][:4] == [(1, 31), (2, 29), (3, 31), (4, 30)]
    assert len(days) == 12


def test_a_month_at_a_time_by_the_weekday() -> None:
    days = series(date(2026, 1, 29), Every.MONTH, by=Repeat.WEEKDAY)  # a fifth Thursday
    assert {day.weekday() for day in days} == {3}
    assert days[1] == date(2026, 2, 26), "the last one where there is no fifth"


def test_four_times_a_year() -> None:
    days = series(date(2026, 2, 12), Every.QUARTER, by=Repeat.WEEKDAY)
    assert days == (date(2026, 2, 12), date(2026, 5, 14), date(2026, 8, 13), date(2026, 11, 12))


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.sampled_from(Every), st.sampled_from(Repeat))
def test_a_series_stays_within_its_year_and_keeps_its_distance(first: date, every: Every, by: Repeat) -> None:
    days = series(first, every, by=by)
    assert days[0] == first
    assert {day.year for day in days} == {first.year}
    assert [day.month for day in days] == list(range(first.month, 13, MONTHS[every]))


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("17", 17, "08:00"),
        ("17号 9点半", 17, "09:30"),
        ("每月３号下午两点", 3, "14:00"),
        ("每个月的二十八日 8:05", 28, "08:05"),
        ("月末下午3点", 31, "15:00"),
        ("每月最后一天", 31, "08:00"),
        ("31日", 31, "08:00"),
        ("1号0:00", 1, "00:00"),
        ("15 9:30", 15, "09:30"),
    ],
)
def test_a_day_of_every_month_is_understood(text: str, day: int, clock: str) -> None:
    hour, minute = map(int, clock.split(":"))
    assert parse_monthly(text, usual=8 * 60) == (day, hour * 60 + minute)


@pytest.mark.parametrize(
    "text", ["", "32号", "0号", "周五", "明天8点", "5月8日", "17号25点", "每月", "十七点"]
)
def test_what_is_no_day_of_every_month_is_refused(text: str) -> None:
    with pytest.raises(NotAWhen):
        parse_monthly(text, usual=8 * 60)


@given(st.integers(1, 31), st.integers(0, 23), st.integers(0, 59))
def test_every_day_of_every_month_can_be_said(day: int, hour: int, minute: int) -> None:
    assert parse_monthly(f"{day}日 {hour}:{minute:02d}", usual=0) == (day, hour * 60 + minute)
