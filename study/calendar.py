"""Branch-local days: the only place that turns moments into days and back."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_ZONE = "Asia/Shanghai"
MINUTES_A_DAY = 24 * 60


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether the machine knows a time zone of this name."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def local(now: datetime, zone_name: str) -> datetime:
    return now.astimezone(zone(zone_name))


def day_of(now: datetime, zone_name: str) -> date:
    """The local day on which the moment `now` falls."""
    return local(now, zone_name).date()


def minute_of(now: datetime, zone_name: str) -> int:
    """Minutes since local midnight on the wall clock."""
    moment = local(now, zone_name)
    return moment.hour * 60 + moment.minute


def moment(day: date, minute: int, zone_name: str) -> datetime:
    """The UTC moment at which the wall clock shows `minute` on `day`; `minute` may pass midnight."""
    day += timedelta(days=minute // MINUTES_A_DAY)
    minute %= MINUTES_A_DAY
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone(zone_name)).astimezone(UTC)


def end_of(day: date, zone_name: str) -> datetime:
    """The UTC moment at which the local day is over."""
    return moment(day, MINUTES_A_DAY, zone_name)


def clock_text(minute: int) -> str:
    """450 -> "07:30"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def parse_clock(text: str) -> int | None:
    """ "7:30", "07：30" or "730" -> 450; None when it is no time of day."""
    digits = text.strip().replace("：", ":").replace("点", ":").removesuffix(":")
    hours, separator, minutes = digits.partition(":")
    if not separator and hours.isdecimal() and len(hours) in (3, 4):
        hours, minutes = hours[:-2], hours[-2:]
    if not hours.isdecimal() or (minutes and not minutes.isdecimal()):
        return None
    hour, minute = int(hours), int(minutes or 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def in_quiet_hours(minute: int, *, quiet_from: int, quiet_until: int) -> bool:
    """Whether the minute of the day lies in the quiet hours, which may run over midnight."""
    if quiet_from <= quiet_until:
        return quiet_from <= minute < quiet_until
    return minute >= quiet_from or minute < quiet_until


def waking(now: datetime, zone_name: str, *, quiet_from: int, quiet_until: int) -> datetime:
    """`now`, or the end of the quiet hours if it lies within them."""
    if not in_quiet_hours(minute_of(now, zone_name), quiet_from=quiet_from, quiet_until=quiet_until):
        return now
    day = day_of(now, zone_name)
    morning = moment(day, quiet_until, zone_name)
    return morning if morning > now else moment(day, quiet_until + MINUTES_A_DAY, zone_name)
