"""The ledger of meetings (台账): a unit's year as an inspector asks for it. Facts, counted the same way each time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import makeups, minutes
from storage import recordbook as records
from storage import units as tree
from storage.meetings import Held
from storage.tables import Motion, Unit
from study import gone
from study.calendar import DEFAULT_ZONE, day_of, local, moment
from study.meetings import Count, Duty, Kind, Mark, Means, State, count
from study.members import Actor, MemberKind, NoSuchUnit, Permission
from study.votes import Result, Rule, Sums

YEARS_BACK = 3  # how far the buttons go
APART = timedelta(days=2)  # more than any two clocks on earth
MOST_ROLLS = 60  # of more meetings the names are had one meeting at a time


@dataclass(frozen=True)
class Vote:
    """Something put to the vote, and what it came to."""

    text: str
    rule: Rule
    secret: bool
    sums: Sums
    result: Result


@dataclass(frozen=True)
class Entry:
    """A meeting as the ledger has it. Times are local; `made_up` of `offered` have studied what they missed."""

    meeting_id: int
    unit: str
    kind: Kind
    title: str
    agenda: str
    state: State
    starts_at: datetime
    ends_at: datetime | None
    place: str | None
    online: bool
    host: str | None
    recorder: str | None
    count: Count
    made_up: int
    offered: int
    votes: tuple[Vote, ...]
    topics: str
    decisions: str
    quarters: int
    is_locked: bool


@dataclass(frozen=True)
class Line:
    """Somebody on the roll, for the list of attendance (签到表). `leave` is the reason asked for, as a key or words."""

    name: str
    kind: MemberKind
    duty: Duty
    votes: bool
    mark: Mark | None
    means: Means | None
    marked_at: datetime | None
    note: str | None
    leave: str | None
    made_up_on: date | None


@dataclass(frozen=True)
class Book:
    """The ledger of a year of a unit and all below it; `rolls` are those of the entries, of a single unit only, and
    `kinds` names the configured kinds in their order."""

    unit: str
    year: int
    made_on: date
    entries: tuple[Entry, ...]
    rolls: tuple[tuple[Line, ...], ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether there are meetings of more than one unit."""
        return len({entry.unit for entry in self.entries}) > 1


@dataclass(frozen=True)
class Shelf:
    """The ledger to leaf through: closed meetings of a year, newest first, and where else one may look."""

    unit_id: int
    unit: str
    year: int
    this_year: int
    above: int | None
    below: tuple[tuple[int, str], ...]
    entries: tuple[Entry, ...]
    leaf: Leaf


async def shelf(
    app: App, who: Who, *, unit_id: int | None = None, year: int | None = None, page: int = 0
) -> Shelf:
    """The closed meetings of a unit's year; without a unit, of the first within reach, and of this year."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await unit_in_reach(tx, actor, unit_id)
        zone = unit.timezone or DEFAULT_ZONE
        today = day_of(app.clock(), zone)
        year = year or today.year
        since, until = bounds(year, zone)
        leaf = reach.leaf(await records.count(tx, unit.path, since=since, until=until), page)
        held = await records.latest(
            tx, unit.path, since=since, until=until, limit=reach.PAGE, offset=leaf.page * reach.PAGE
        )
        parent = await tree.find(tx, unit.parent_id) if unit.parent_id else None
        return Shelf(
            unit_id=unit.id,
            unit=unit.name,
            year=year,
            this_year=today.year,
            above=parent.id if parent and actor.may(Permission.KEEP_MEETINGS, parent.path) else None,
            below=tuple((child.id, child.name) for child in await tree.children(tx, unit.id)),
            entries=await entries(app, tx, held),
            leaf=leaf,
        )


async def year(app: App, who: Who, *, unit_id: int | None = None, year: int | None = None) -> Book:
    """Every closed meeting of a unit's year, and of all units below it, by unit and time."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await unit_in_reach(tx, actor, unit_id)
        zone = unit.timezone or DEFAULT_ZONE
        today = day_of(app.clock(), zone)
        held = sorted(
            await _of_year(tx, unit.path, year or today.year), key=lambda one: place_in_tree(one.unit)
        )
        kinds = tuple(kind.name for kind in app.meetings.kinds.values())
        book = Book(unit.name, year or today.year, today, await entries(app, tx, held), kinds=kinds)
        if book.several or len(held) > MOST_ROLLS:
            return book
        return replace(book, rolls=tuple([await lines(tx, one) for one in held]))


# --- within a transaction -------------------------------------------------------------------------


async def unit_in_reach(tx: AsyncSession, actor: Actor, unit_id: int | None) -> Unit:
    """The unit whose meetings the actor keeps, by default the highest of them."""
    actor.require(Permission.KEEP_MEETINGS)
    if unit_id is not None:
        return await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
    unit = await tree.at(tx, min(actor.reach(Permission.KEEP_MEETINGS), key=len))
    if unit is None:
        raise NoSuchUnit()
    return unit


async def _of_year(tx: AsyncSession, path: str, year: int) -> list[Held]:
    """The closed meetings of the year as each unit's own calendar has it: the day is printed in that unit's time."""
    since, until = bounds(year, DEFAULT_ZONE)
    held = await records.meetings(tx, [path], since=since - APART, until=until + APART)
    return [one for one in held if day_of(one.meeting.starts_at, zone_of(one.unit)).year == year]


def zone_of(unit: Unit) -> str:
    return unit.timezone or DEFAULT_ZONE


def place_in_tree(unit: Unit) -> tuple[int, ...]:
    """Where a unit comes when all are listed: below the one it belongs to."""
    return tuple(int(part) for part in unit.path.strip("/").split("/"))


def bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """The moments between which the local year lies."""
    return moment(date(year, 1, 1), 0, zone), moment(date(year + 1, 1, 1), 0, zone)


async def entries(app: App, tx: AsyncSession, held: Sequence[Held]) -> tuple[Entry, ...]:
    """The meetings with all that the ledger says of them, in the order given."""
    ids = [one.meeting.id for one in held]
    rolls = await records.rolls(tx, ids)
    motions = await records.motions(tx, ids)
    words = await minutes.of_meetings(tx, ids)
    progress = await makeups.progress(tx, ids)
    heads = [one for each in held for one in (each.meeting.host_id, each.meeting.recorder_id)]
    names = await records.names(tx, heads)
    found = []
    for one in held:
        meeting, zone = one.meeting, one.unit.timezone or DEFAULT_ZONE
        done, offered = progress.get(meeting.id, (0, 0))
        written = words.get(meeting.id)
        gone_up = gone.made_up(meeting.gone)
        found.append(
            Entry(
                meeting_id=meeting.id,
                unit=one.unit.name,
                kind=app.meetings.kind(meeting.kind, meeting.own),
                title=meeting.title,
                agenda=meeting.agenda,
                state=State(meeting.state),
                starts_at=local(meeting.starts_at, zone),
                ends_at=local(meeting.closed_at, zone) if meeting.closed_at else None,
                place=meeting.place,
                online=bool(meeting.link),
                host=names.get(meeting.host_id) if meeting.host_id else None,
                recorder=names.get(meeting.recorder_id) if meeting.recorder_id else None,
                count=count([*rolls.get(meeting.id, ()), *gone.seen(meeting.gone)]),
                made_up=done + gone_up,
                offered=offered + gone_up,
                votes=tuple(_vote(motion) for motion in motions.get(meeting.id, ()) if motion.result),
                topics=written.topics if written else "",
                decisions=written.decisions if written else "",
                quarters=meeting.hours,
                is_locked=meeting.locked_at is not None,
            )
        )
    return tuple(found)


async def lines(tx: AsyncSession, held: Held) -> tuple[Line, ...]:
    """The roll of a meeting, those who must come first, by name."""
    zone = held.unit.timezone or DEFAULT_ZONE
    return tuple(
        Line(
            name=row.member.name,
            kind=MemberKind(row.member.kind),
            duty=Duty(row.attendee.duty),
            votes=row.attendee.votes,
            mark=Mark(row.attendee.mark) if row.attendee.mark else None,
            means=Means(row.attendee.means) if row.attendee.means else None,
            marked_at=local(row.attendee.marked_at, zone) if row.attendee.marked_at else None,
            note=row.attendee.note,
            leave=row.leave.reason if row.leave else None,
            made_up_on=day_of(row.made_up_at, zone) if row.made_up_at else None,
        )
        for row in await records.roll(tx, held.meeting.id)
    )


def _vote(motion: Motion) -> Vote:
    return Vote(
        text=motion.text,
        rule=Rule(motion.rule),
        secret=motion.secret,
        sums=Sums(motion.ayes, motion.noes, motion.abstentions),
        result=Result.from_json(motion.result or {}),
    )
