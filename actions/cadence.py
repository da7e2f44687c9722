"""The cadence board: which required meeting has been held, is due, or has no record, by unit, with the article."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions import actors, reach, recordbook
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import recordbook as records
from storage import units as tree
from storage.tables import Unit
from study import cadence as rules
from study.cadence import Cell, Standing
from study.calendar import DEFAULT_ZONE, day_of
from study.meetings import Kind, Roll, State
from study.members import Permission


@dataclass(frozen=True)
class Line:
    """A required kind of meeting and how each of its periods stands."""

    kind: Kind
    cells: tuple[Cell, ...]

    @property
    def now(self) -> Standing:
        return self.cells[-1].standing

    @property
    def missing(self) -> int:
        return sum(cell.standing is Standing.MISSING for cell in self.cells)


@dataclass(frozen=True)
class UnitLines:
    """A unit that holds required meetings, with the kinds it holds."""

    unit_id: int
    unit: str
    lines: tuple[Line, ...]

    @property
    def due(self) -> int:
        """Kinds that are still to be held in the period that runs."""
        return sum(line.now is Standing.DUE for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)


@dataclass(frozen=True)
class Board:
    """A unit's own lines, and a page of the units below it that hold meetings."""

    unit_id: int
    unit: str
    today: date
    lines: tuple[Line, ...]
    below: tuple[UnitLines, ...]
    every: tuple[UnitLines, ...]  # all of those below, of which `below` is a page
    leaf: Leaf
    above: int | None


Days = Mapping[tuple[int, str], Sequence[date]]  # of unit and kind


async def board(app: App, who: Who, *, unit_id: int | None = None, page: int = 0) -> Board:
    """How the year stands with a unit and those below it; without a unit, with the highest within reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await recordbook.unit_in_reach(tx, actor, unit_id)
        zone = unit.timezone or DEFAULT_ZONE
        today = day_of(app.clock(), zone)
        since, until = recordbook.bounds(today.year, zone)
        held: defaultdict[tuple[int, str], list[date]] = defaultdict(list)
        planned: defaultdict[tuple[int, str], list[date]] = defaultdict(list)
        for one in await records.meetings(
            tx,
            [unit.path],
            since=since - recordbook.APART,  # units below may live by other clocks
            until=until + recordbook.APART,
            states=(State.CLOSED, State.PLANNED),
        ):
            days = held if one.meeting.state == State.CLOSED else planned
            day = day_of(one.meeting.starts_at, one.unit.timezone or DEFAULT_ZONE)
            days[one.unit.id, one.meeting.kind].append(day)
        first_at = await records.first_meeting_at(tx)
        first = day_of(first_at, zone) if first_at else None
        seated = await records.with_seats(tx)

        def lines(of: Unit) -> tuple[Line, ...]:
            here = day_of(app.clock(), of.timezone or DEFAULT_ZONE)
            return tuple(
                Line(
                    kind,
                    rules.cells(
                        kind.every,
                        held=held[of.id, kind.key],
                        planned=planned[of.id, kind.key],
                        since=first,
                        today=here,
                    ),
                )
                for kind in app.meetings.kinds.values()
                if kind.every is not None and _holds(kind, of, seated)
            )

        below = [
            UnitLines(one.id, one.name, found)
            for one in sorted(await tree.below(tx, unit.path), key=recordbook.place_in_tree)
            if one.id != unit.id and (found := lines(one))
        ]
        leaf = reach.leaf(len(below), page)
        parent = await tree.find(tx, unit.parent_id) if unit.parent_id else None
        return Board(
            unit_id=unit.id,
            unit=unit.name,
            today=today,
            lines=lines(unit),
            below=tuple(reach.cut(below, leaf)),
            every=tuple(below),
            leaf=leaf,
            above=parent.id if parent and actor.may(Permission.KEEP_MEETINGS, parent.path) else None,
        )


def _holds(kind: Kind, unit: Unit, seated: set[int]) -> bool:
    """Whether units of this level hold such meetings; those of a committee only where there is one."""
    return unit.level in kind.levels and (kind.roll is not Roll.COMMITTEE or unit.id in seated)
