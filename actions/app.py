"""What every action may reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from actions.curriculum import Library
from storage.db import Database
from study.calendar import DEFAULT_ZONE, waking
from study.columns import Columns
from study.feasts import Feasts
from study.grading import Grader
from study.meetings import MeetingRules
from study.notices import Template
from study.points import PointRules
from study.review import Schedule


@dataclass(frozen=True)
class App:
    """Built once, in bot/app.py. `clock` gives the aware UTC moment; quiet hours are minutes of the local day; `timezone`
    is that of new units; `rate` is how many messages a second may be sent; `schedule` sets the dates of review; `font`
    replaces the one that ships; `page_url` is where the bot's own pages are served, if anywhere."""

    db: Database
    clock: Callable[[], datetime]
    grader: Grader
    points: PointRules
    meetings: MeetingRules = field(default_factory=MeetingRules)
    columns: Columns = field(default_factory=Columns)
    feasts: Feasts = field(default_factory=Feasts)
    templates: tuple[Template, ...] = ()
    library: Library = field(default_factory=Library)
    timezone: str = DEFAULT_ZONE
    rate: float = 30.0
    quiet_from: int = 22 * 60
    quiet_until: int = 7 * 60
    schedule: Schedule = field(default_factory=Schedule)
    font: Path | None = None
    page_url: str | None = None

    def when_awake(self, zone: str | None, at: datetime | None = None) -> datetime:
        """Now (or `at`), or the end of the quiet hours there: when what can wait may be said."""
        return waking(
            at or self.clock(), zone or DEFAULT_ZONE, quiet_from=self.quiet_from, quiet_until=self.quiet_until
        )
