"""The sandbox's time: real time plus an offset that only ever grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# The end of the year 9000; messages carry whole seconds far beyond, calendars do not.
LATEST = datetime(9000, 12, 31, tzinfo=UTC).timestamp()


class ClockRefused(ValueError):
    """The clock was asked to go backwards, or to a time it could not read."""


class Clock:
    """Tells the sandbox's time; `monotonic` is real and is what rate limits and waits are measured with."""

    def __init__(
        self,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        zone: str = "Asia/Shanghai",
    ) -> None:
        self._wall = wall
        self.monotonic = monotonic
        self.zone = ZoneInfo(zone)
        self.offset_seconds = 0.0

    def now(self) -> datetime:
        """The sandbox's time as an aware UTC datetime."""
        return datetime.fromtimestamp(self._wall() + self.offset_seconds, UTC)

    def timestamp(self) -> int:
        """Whole Unix seconds of the sandbox's time, as message dates carry it."""
        return int(self._wall() + self.offset_seconds)

    def advance(self, span: timedelta) -> datetime:
        """Goes forward by `span` and returns the new time."""
        if span < timedelta(0):
            raise ClockRefused("the clock only goes forward")
        if self._wall() + self.offset_seconds + span.total_seconds() > LATEST:
            raise ClockRefused("that is too far")
        self.offset_seconds += span.total_seconds()
        return self.now()

    def move_to(self, moment: datetime) -> datetime:
        """Goes forward to an aware `moment` and returns the new time."""
        if moment.tzinfo is None:
            raise ClockRefused("the time needs an offset, such as 2026-11-22T07:30:00+08:00")
        return self.advance(moment - self.now())

    def next_morning(self, hour_and_minute: str) -> datetime:
        """Goes forward to `HH:MM` of tomorrow in the sandbox's time zone."""
        try:
            at = datetime.strptime(hour_and_minute, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError as fault:
            raise ClockRefused("next takes HH:MM") from fault
        tomorrow = self.now().astimezone(self.zone).date() + timedelta(days=1)
        return self.move_to(datetime.combine(tomorrow, at, self.zone))
