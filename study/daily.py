"""When the daily message is due: at the member's hour, never in quiet hours, once a local day."""

from dataclasses import dataclass
from datetime import date, datetime

from study.calendar import MINUTES_A_DAY, day_of, in_quiet_hours, minute_of, moment

LETTER = "daily"


@dataclass(frozen=True)
class Round:
    """Who gets the daily message now, in one time zone: members whose chosen minute is at most `minute`,
    or at least `or_from` (an hour that quiet hours forbid in the evening is served in the morning)."""

    day: date
    minute: int
    or_from: int
    expires_at: datetime

    @property
    def weekday(self) -> str:
        """The ISO weekday as in members.quiet_days: "1" is Monday."""
        return str(self.day.isoweekday())


def round_now(now: datetime, zone: str, *, quiet_from: int, quiet_until: int) -> Round | None:
    """The round to make at this moment in this time zone; None within quiet hours.

    What is not sent by the time the next quiet hours (or the next day) begin is no longer worth sending.
    """
    day, minute = day_of(now, zone), minute_of(now, zone)
    if in_quiet_hours(minute, quiet_from=quiet_from, quiet_until=quiet_until):
        return None
    over_midnight = quiet_from > quiet_until
    quiet_ahead = quiet_from != quiet_until and minute < quiet_from
    return Round(
        day=day,
        minute=minute,
        or_from=quiet_from if over_midnight else MINUTES_A_DAY,
        expires_at=moment(day, quiet_from if quiet_ahead else MINUTES_A_DAY, zone),
    )


def key(member_id: int, day: date) -> str:
    """The name of a member's message of a day in the outbox; being unique, it makes the message so."""
    return f"{LETTER}:{member_id}:{day.isoformat()}"
