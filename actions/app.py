"""What every action may reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from actions.curriculum import Library
from storage.db import Database
from study.calendar import DEFAULT_ZONE, waking
from study.grading import Grader
from study.points import PointRules
from study.review import Schedule


@dataclass(frozen=True)
class App:
    """Built once, in bot/app.py. `clock` gives the aware UTC moment; quiet hours are minutes of the local day;
    `schedule` sets the dates of review; `font` replaces the one that ships."""

    db: Database
    clock: Callable[[], datetime]
    grader: Grader
    points: PointRules
    library: Library = field(default_factory=Library)
    quiet_from: int = 22 * 60
    quiet_until: int = 7 * 60
    schedule: Schedule = field(default_factory=Schedule)
    font: Path | None = None

    def when_awake(self, zone: str | None) -> datetime:
        """Now, or the end of the quiet hours there: when what can wait may be said."""
        return waking(
            self.clock(), zone or DEFAULT_ZONE, quiet_from=self.quiet_from, quiet_until=self.quiet_until
        )
