"""When people mean: "明天19:30", "周五晚上7点半", "11月28日 14:00", "28号下午两点", and days that repeat."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from study.cadence import MONTHS, Every
from study.refusal import Refusal

_SIMPLE = str.maketrans("週點號後兩禮個時", "周点号后两礼个时")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_N = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_NEAR = {"大后": 3, "后": 2, "明": 1, "今": 0}
_DAY = re.compile(
    rf"""
    (?:(?:(?P<year>\d{{4}})[-/.年])?(?P<month>{_N})(?:[-/.]|月)(?P<of_month>{_N})[日号]? | (?P<only>{_N})[日号])
        (?:(?:周|星期|礼拜)(?P<said>[一二三四五六日天]))?
    | (?P<near>大后|后|明|今)[天日]?
    | (?P<next>下{{1,2}})?(?:本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])
    """,
    re.VERBOSE,
)
_TIME = re.compile(
    rf"""
    (?P<part>凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|夜里|晚)?的?
    (?:(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})|(?P<at>{_N})[点时](?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<past>{_N})分?)?整?)
    """,
    re.VERBOSE,
)
_LATE = ("下午", "傍晚", "晚上", "夜里", "晚")


class NotAWhen(Refusal):
    """Not understood as a day and a time."""

    key = "refusal.when"


@dataclass(frozen=True)
class When:
    """A local day and a minute of it."""

    day: date
    minute: int


class Repeat(StrEnum):
    """What stays the same in a series."""

    WEEKDAY = "weekday"  # the second Thursday; a fifth one is the last of the month
    MONTH_DAY = "month_day"  # the 8th; the 31st is the last day of shorter months


def parse(text: str, *, now: When, usual: int) -> When:
    """The day and minute meant, as seen from `now`; without a time of day, at the `usual` minute. Raises NotAWhen.

    What has no year, month or week is the next one to come; an hour from 1 to 6 said without part of the day is in the
    afternoon ("3点"), unless written as a clock shows it ("3:00").
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SIMPLE)
    plain = re.sub(r"(?<=\d)[\s,、]+(?=\d)", "日", plain)  # "12/1 14:00": the gap ends the day
    plain = re.sub(r"[\s,、()]|在|开会", "", plain)
    found = _DAY.match(plain)
    rest = plain[found.end() :] if found else plain
    time = _TIME.fullmatch(rest) if rest else None
    if (rest and time is None) or not plain:
        raise NotAWhen()
    minute = _minute(time) if time else usual
    if minute is None:
        raise NotAWhen()
    if found is None:
        return When(now.day + timedelta(days=minute <= now.minute), minute)
    day = _day(found, now=now, minute=minute)
    if day is None or (found["said"] and day.weekday() != _weekday(found["said"])):
        raise NotAWhen()
    return When(day, minute)


def parse_monthly(text: str, *, usual: int) -> tuple[int, int]:
    """The day of every month and the minute of it: "17", "每月17号9点半", "月末下午3点" (31 stands for the last day);
    without a time of day, at the `usual` minute. Raises NotAWhen."""
    plain = unicodedata.normalize("NFKC", text).translate(_SIMPLE)
    plain = re.sub(r"^\s*(?:每个?月的?)?\s*(?:月末|月底|最后一[天日])", "31日", plain)
    plain = re.sub(r"^\s*每个?月的?\s*", "", plain)
    plain = re.sub(rf"^({_N})(?=\s|$)", r"\1日", plain.strip())
    if not re.match(rf"{_N}[日号]", plain):
        raise NotAWhen()
    # Seen from a month with 31 days, in the first minute of it, every day is still to come.
    when = parse(plain, now=When(date(2024, 1, 1), -1), usual=usual)
    return when.day.day, when.minute


def _minute(time: re.Match[str]) -> int | None:
    part, by_clock = time["part"], time["hour"] is not None
    hour = int(time["hour"]) if by_clock else _number(time["at"])
    past = 0
    if by_clock:
        past = int(time["minute"])
    elif time["half"]:
        past = 30
    elif time["quarter"]:
        past = 15 * _number(time["quarter"])
    elif time["past"]:
        past = _number(time["past"])
    if part in ("凌晨", "晚上", "夜里", "晚") and hour == 12:
        return None  # midnight belongs to two days: better ask
    afternoon = (
        (part in _LATE and 1 <= hour < 12)
        or (part == "中午" and 1 <= hour <= 3)
        or (part is None and not by_clock and 1 <= hour <= 6)
    )
    hour += 12 * afternoon
    return hour * 60 + past if hour < 24 and past < 60 else None


def _day(found: re.Match[str], *, now: When, minute: int) -> date | None:
    today = now.day
    ahead = today + timedelta(days=minute <= now.minute)  # the first day on which the time is still to come
    if found["near"]:
        return today + timedelta(days=_NEAR[found["near"]])
    if found["weekday"]:
        weekday = _weekday(found["weekday"])
        if found["next"]:
            monday = today - timedelta(days=today.weekday())
            return monday + timedelta(weeks=len(found["next"]), days=weekday)
        return ahead + timedelta(days=(weekday - ahead.weekday()) % 7)
    if found["only"]:
        return next(_days(ahead, _number(found["only"])), None)
    month, of_month = _number(found["month"]), _number(found["of_month"])
    years = [int(found["year"])] if found["year"] else range(today.year, today.year + 9)
    days = (_date(year, month, of_month) for year in years)
    return next((day for day in days if day and (found["year"] or day >= ahead)), None)


def _weekday(name: str) -> int:
    return "一二三四五六日".index(name.replace("天", "日"))


def _days(first: date, of_month: int) -> Iterator[date]:
    """The days with this number from `first` on; months without it are passed over."""
    for number in range(12):
        year, month = _month(first.year, first.month + number)
        day = _date(year, month, of_month)
        if day and day >= first:
            yield day


def series(first: date, every: Every, *, by: Repeat) -> tuple[date, ...]:
    """The days from `first` to the end of its year, a month, a quarter or a year apart."""
    ordinal = (first.day - 1) // 7
    found = []
    for month in range(first.month, 13, MONTHS[every]):
        if by is Repeat.MONTH_DAY:
            last = monthrange(first.year, month)[1]
            found.append(date(first.year, month, min(first.day, last)))
        else:
            found.append(_nth_weekday(first.year, month, first.weekday(), ordinal))
    return tuple(found)


def _nth_weekday(year: int, month: int, weekday: int, ordinal: int) -> date:
    first = date(year, month, 1)
    day = 1 + (weekday - first.weekday()) % 7 + 7 * ordinal
    return date(year, month, day if day <= monthrange(year, month)[1] else day - 7)


def _month(year: int, month: int) -> tuple[int, int]:
    return year + (month - 1) // 12, (month - 1) % 12 + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    """ "28" and "二十八" -> 28."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[char]) for char in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
