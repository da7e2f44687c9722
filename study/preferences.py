"""A member's own choices, and what they may not be."""

from study.calendar import in_quiet_hours
from study.refusal import Refusal

STEP = 30  # minutes between the hours offered
WEEKDAYS = "1234567"  # ISO, Monday first


class HourIsQuiet(Refusal):
    """No message of ours is sent at that hour."""

    key = "refusal.hour_is_quiet"


class NotAClockTime(Refusal):
    """What was typed is no time of day."""

    key = "refusal.not_a_time"


def hours(*, quiet_from: int, quiet_until: int) -> tuple[int, ...]:
    """The hours offered, as minutes of the day: every half hour outside the quiet hours, from 07:00 to 21:00."""
    return tuple(
        minute
        for minute in range(7 * 60, 21 * 60 + 1, STEP)
        if not in_quiet_hours(minute, quiet_from=quiet_from, quiet_until=quiet_until)
    )


def with_day(quiet_days: str, weekday: int, *, quiet: bool) -> str:
    """The quiet days with this ISO weekday in or out, in the order of the week."""
    days = set(quiet_days) - {str(weekday)} | ({str(weekday)} if quiet else set())
    return "".join(day for day in WEEKDAYS if day in days)
