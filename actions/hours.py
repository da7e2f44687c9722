"""学时: one's own hours of collective study, for whoever asks. Compared with nobody's."""

from dataclasses import dataclass

from actions import actors, reach, recordbook
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import makeups
from storage import recordbook as records
from study import hours as rules
from study.calendar import DEFAULT_ZONE, day_of
from study.hours import Hours, Line


@dataclass(frozen=True)
class Mine:
    """A page of one's own hours of a year; `open_offers` may still be made up for."""

    hours: Hours
    this_year: int
    lines: tuple[Line, ...]
    leaf: Leaf
    open_offers: int
    offers: int


async def mine(app: App, who: Who, *, year: int | None = None, page: int = 0) -> Mine:
    """The hours of whoever asks: this year's unless said otherwise."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        this_year = day_of(app.clock(), actor.timezone).year
        year = year or this_year
        since, until = recordbook.bounds(year, actor.timezone)
        lines = [
            Line(
                on=day_of(held.meeting.starts_at, held.unit.timezone or DEFAULT_ZONE),
                title=held.meeting.title,
                quarters=held.meeting.hours,
            )
            for held in await records.attended(tx, member_id, since=since, until=until)
        ]
        for make_up, meeting in await records.made_up(tx, member_id, since=since, until=until):
            assert make_up.done_at is not None
            done_on = day_of(make_up.done_at, actor.timezone)
            lines.append(Line(on=done_on, title=meeting.title, quarters=make_up.hours, made_up=True))
        found = rules.of_year(year, lines, target=app.meetings.hours_a_year)
        leaf = reach.leaf(len(found.lines), page)
        return Mine(
            hours=found,
            this_year=this_year,
            lines=tuple(reach.cut(found.lines, leaf)),
            leaf=leaf,
            open_offers=await makeups.count_of_member(tx, member_id, open_only=True),
            offers=await makeups.count_of_member(tx, member_id),
        )
