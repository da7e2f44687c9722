"""Planning meetings: one, or a year's series; what the last one was like is copied; moved and called off openly."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, invitations, live, motions, reach, rolls, signatures, summons
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from actions.meetingaudit import note
from actions.reach import Leaf
from actions.summons import What
from storage import attendance, meetings, members, notices, roles, roster, units
from storage import summons as sent
from storage.meetings import Held
from storage.tables import Unit
from study import meetings as rules
from study import whens
from study.cadence import Every, period_of
from study.calendar import DEFAULT_ZONE, day_of, local, minute_of, moment
from study.changes import What as ChangeOf
from study.meetings import OWN, Count, Kind, State
from study.members import Actor, NotAllowed, Permission
from study.whens import Repeat, When

SECRET_BYTES = 32
DAYS_OFFERED = 6


@dataclass(frozen=True)
class Line:
    """One meeting of a list, with its figures once it is closed."""

    brief: Brief
    count: Count | None


@dataclass(frozen=True)
class Lines:
    """A page of the meetings that the actor keeps. `plans`: may plan new ones."""

    lines: tuple[Line, ...]
    leaf: Leaf
    past: bool
    plans: bool


@dataclass(frozen=True)
class Units:
    """A page of the units in which the actor may plan."""

    units: tuple[tuple[int, str], ...]
    leaf: Leaf


@dataclass(frozen=True)
class Kinds:
    """What can be planned in a unit."""

    unit_id: int
    unit: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Offer:
    """What a new meeting of a kind would be like. Times are local; `like`: there is one to copy."""

    unit_id: int
    unit: str
    kind: Kind
    times: tuple[datetime, ...]
    now: datetime
    like: bool


@dataclass(frozen=True)
class Receipts:
    """The notice that invites: `seen` of `asked` have confirmed it."""

    notice_id: int
    seen: int
    asked: int


@dataclass(frozen=True)
class Card:
    """A meeting as it is planned. `seats`: how many sit on the committee, for its meetings alone."""

    brief: Brief
    count: Count
    leads: bool
    seats: int | None = None
    invitation: Receipts | None = None


@dataclass(frozen=True)
class Days:
    """The days of a series before it is planned. Times are local."""

    unit_id: int
    unit: str
    kind: Kind
    by: Repeat
    times: tuple[datetime, ...]
    taken: tuple[
        datetime, ...
    ] = ()  # left out: there is such a meeting in that month, quarter or year already


@dataclass(frozen=True)
class Series:
    """Meetings planned together; `left_out` more would have met one that was there. `fresh`: just now."""

    unit: str
    kind: Kind
    briefs: tuple[Brief, ...]
    left_out: int
    fresh: bool


async def kept(app: App, who: Who, *, past: bool = False, page: int = 0) -> Lines:
    """The meetings that the actor keeps, those to come soonest first, past ones newest first.

    Raises NotAllowed for those who keep none and may plan none.
    """
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        paths = actor.reach(Permission.KEEP_MEETINGS)
        states = (State.CLOSED, State.CANCELLED) if past else (State.PLANNED,)
        total = await meetings.count_kept(tx, paths, actor.member_id, states=states)
        if not paths and not total and not past:
            raise NotAllowed()
        leaf = reach.leaf(total, page)
        found = await meetings.kept(
            tx,
            paths,
            actor.member_id,
            states=states,
            newest_first=past,
            limit=reach.PAGE,
            offset=leaf.page * reach.PAGE,
        )
        lines = []
        for held in found:
            count = await attendance.count(tx, held.meeting.id) if past else None
            lines.append(Line(await briefs.brief(app, tx, held), count))
        return Lines(tuple(lines), leaf, past, bool(paths))


async def keeps_any(app: App, who: Who) -> bool:
    """Whether there is anything for the actor to keep or plan."""
    try:
        await kept(app, who)
    except NotAllowed:
        return False
    return True


async def places(app: App, who: Who, *, page: int = 0) -> Units:
    """The units in which the actor may plan, those of the lowest reach first in the order of the tree."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.KEEP_MEETINGS)
        found: dict[int, str] = {}
        for path in actor.reach(Permission.KEEP_MEETINGS):
            found |= {unit.id: unit.name for unit in await units.below(tx, path)}
        leaf = reach.leaf(len(found), page)
        return Units(tuple(reach.cut(list(found.items()), leaf)), leaf)


async def kinds(app: App, who: Who, *, unit_id: int) -> Kinds:
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
        return Kinds(unit.id, unit.name, tuple(app.meetings.kinds.values()))


async def offer(
    app: App, who: Who, *, unit_id: int, kind: str, own: dict[str, object] | None = None
) -> Offer:
    """Times to choose from: as the last one was, four weeks on, and the days to come at the usual hour."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
        found = _kind(app, kind, own)
        last = await meetings.last_of_kind(tx, unit.id, kind)
        zone = unit.timezone or DEFAULT_ZONE
        now = app.clock()
        minute = minute_of(last.starts_at, zone) if last else found.start
        today = day_of(now, zone)
        times = []
        if last is not None:
            day = day_of(last.starts_at, zone) + timedelta(weeks=4)
            while day <= today:
                day += timedelta(weeks=4)
            times.append(moment(day, minute, zone))
        times += [moment(today + timedelta(days=number), minute, zone) for number in range(DAYS_OFFERED + 1)]
        ahead = sorted({one for one in times if one > now})[: DAYS_OFFERED + 2]
        return Offer(
            unit.id,
            unit.name,
            found,
            tuple(local(one, zone) for one in ahead),
            local(now, zone),
            like=last is not None,
        )


async def read_when(app: App, who: Who, *, unit_id: int, kind: str, text: str) -> datetime:
    """The moment that somebody means, in the time of the unit. Raises NotAWhen, NotAhead."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
    zone, now = unit.timezone or DEFAULT_ZONE, app.clock()
    usual = app.meetings.kinds[kind].start if kind in app.meetings.kinds else Kind(kind, kind).start
    meant = whens.parse(text, now=When(day_of(now, zone), minute_of(now, zone)), usual=usual)
    starts_at = moment(meant.day, meant.minute, zone)
    rules.ensure_ahead(starts_at, now=now)
    return starts_at


async def plan(
    app: App,
    who: Who,
    *,
    unit_id: int,
    kind: str,
    starts_at: datetime,
    source: str,
    own: dict[str, object] | None = None,
) -> Card:
    """Plan a meeting like the last of its kind there. `source` names the request, so that a repeat plans no second one."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
        rules.ensure_ahead(starts_at, now=app.clock())
        held = await _plan(app, tx, actor, unit, _kind(app, kind, own), starts_at, source=source, own=own)
        await rolls.lay(app, tx, held)
        return await _card(app, tx, actor, held)


async def series(app: App, who: Who, *, unit_id: int, kind: str, starts_at: datetime, by: Repeat) -> Days:
    """The days of a year's series as it would be, from the first to the end of its year."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
        found = _kind(app, kind, None)
        free, taken = await _free(tx, unit, found, _times(unit, found, starts_at, by))
        zone = unit.timezone or DEFAULT_ZONE
        return Days(
            unit.id,
            unit.name,
            found,
            by,
            *(tuple(local(one, zone) for one in each) for each in (free, taken)),
        )


async def plan_series(
    app: App, who: Who, *, unit_id: int, kind: str, starts_at: datetime, by: Repeat, source: str
) -> Series:
    """Plan a year's series at once; each meeting can be changed by itself afterwards.

    A month (quarter, year) that has a meeting of the kind already is left out, so that the same year planned again adds
    nothing.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)
        rules.ensure_ahead(starts_at, now=app.clock())
        found = _kind(app, kind, None)
        await units.lock(tx, unit.id)  # of two who plan at once the second sees what the first planned
        free, taken = await _free(tx, unit, found, _times(unit, found, starts_at, by))
        known = await meetings.of_series(tx, source)
        if known:
            briefs_ = [await briefs.brief(app, tx, Held(one, unit)) for one in known]
            return Series(unit.name, found, tuple(briefs_), 0, fresh=False)
        planned = []
        for number, at in enumerate(free):
            held = await _plan(app, tx, actor, unit, found, at, source=f"{source}:{number}", series=source)
            planned.append(await briefs.brief(app, tx, held))
        return Series(unit.name, found, tuple(planned), len(taken), fresh=True)


async def series_ahead(app: App, who: Who, *, meeting_id: int) -> tuple[Brief, ...]:
    """What was planned together with the meeting, itself included, and has not begun; empty for one planned by itself."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id)
        ahead = await _series_ahead(app, tx, held)
        return tuple([await briefs.brief(app, tx, one) for one in ahead])


async def cancel_series(app: App, who: Who, *, meeting_id: int) -> tuple[Brief, ...]:
    """Call off what was planned together with the meeting and has not begun; what was held, or goes on, stays."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id)
        gone = []
        for one in await _series_ahead(app, tx, held):
            locked = await briefs.find(tx, one.meeting.id, lock=True)
            if locked.meeting.state == State.PLANNED:
                await _cancel(app, tx, actor, locked)
                gone.append(await briefs.brief(app, tx, locked))
        return tuple(gone)


async def look(app: App, who: Who, *, meeting_id: int) -> Card:
    """A meeting as it is planned, for those who keep it."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        await rolls.fresh(app, tx, held)
        return await _card(app, tx, actor, held)


async def rename(app: App, who: Who, *, meeting_id: int, title: str) -> Card:
    return await _change(app, who, meeting_id, title=rules.checked(title, most=rules.LONGEST_TITLE))


async def set_agenda(app: App, who: Who, *, meeting_id: int, agenda: str) -> Card:
    return await _change(app, who, meeting_id, agenda=rules.checked(agenda, most=rules.LONGEST_AGENDA))


async def set_place(app: App, who: Who, *, meeting_id: int, place: str) -> Card:
    """Where it is held: an address of the web is the link to join by, anything else a room."""
    place = rules.checked(place, most=rules.LONGEST_PLACE)
    if rules.is_link(place):
        return await _change(app, who, meeting_id, link=place)
    return await _change(app, who, meeting_id, place=place)


async def set_host(app: App, who: Who, *, meeting_id: int, member_id: int) -> Card:
    return await _appoint(app, who, meeting_id, member_id, "host_id")


async def set_recorder(app: App, who: Who, *, meeting_id: int, member_id: int) -> Card:
    return await _appoint(app, who, meeting_id, member_id, "recorder_id")


async def move(app: App, who: Who, *, meeting_id: int, text: str) -> Card:
    """Another time, as people write it. Everybody who may have heard of the meeting hears of that.

    Whoever had checked in for the old time has to come anew, unless check-in is open at the new time too. Leave was
    for that day: on another it has to be asked again.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        meeting, zone, now = held.meeting, briefs.zone_of(held), app.clock()
        usual = minute_of(meeting.starts_at, zone)
        meant = whens.parse(text, now=When(day_of(now, zone), minute_of(now, zone)), usual=usual)
        starts_at = moment(meant.day, meant.minute, zone)
        rules.ensure_ahead(starts_at, now=now)
        by = starts_at - meeting.starts_at
        if by:
            before = meeting.starts_at
            meeting.starts_at += by
            meeting.late_at += by
            meeting.closes_at += by
            meeting.revision += 1
            if now < app.meetings.opens_at(starts_at):
                await motions.close_open(app, tx, held, by=actor.member_id)
                same_day = day_of(starts_at, zone) == day_of(before, zone)
                await attendance.begin_anew(tx, meeting_id, keep_leave=same_day)
                meeting.rolled_at = None
                await live.finish(app, tx, briefs.subject(meeting_id))
            await tx.flush()
            await rolls.lay(app, tx, held)
            was, will = before.isoformat(), starts_at.isoformat()
            note(app, tx, actor, "meeting.moved", held, before=was, after=will)
            await signatures.changed(app, tx, actor, held, ChangeOf.TIME, before=was, after=will)
            await summons.tell(app, tx, held, What.MOVED)
            await live.touch(app, tx, briefs.subject(meeting_id))
        return await _card(app, tx, actor, held)


async def set_end(app: App, who: Who, *, meeting_id: int, minutes: int) -> Card:
    """Check-in ends so many minutes after the start, when whoever is unmarked becomes absent."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        meeting = held.meeting
        before, closes_at = meeting.closes_at, meeting.starts_at + timedelta(minutes=minutes)
        if closes_at <= app.clock():
            raise rules.NotAhead()
        if closes_at != before:
            meeting.closes_at = closes_at
            meeting.late_at = min(meeting.starts_at + timedelta(minutes=app.meetings.late), closes_at)
            was, now = before.isoformat(), closes_at.isoformat()
            note(app, tx, actor, "meeting.end", held, before=was, after=now)
            await signatures.changed(app, tx, actor, held, ChangeOf.END, before=was, after=now)
        await tx.flush()
        await live.touch(app, tx, briefs.subject(meeting_id))
        return await _card(app, tx, actor, held)


async def cancel(app: App, who: Who, *, meeting_id: int) -> Card:
    """Call a meeting off, once; everybody who may have heard of it hears of that. Raises MeetingClosed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        await _cancel(app, tx, actor, held)
        return await _card(app, tx, actor, held)


async def calendar(app: App, who: Who, *, meeting_id: int, whole_series: bool = False) -> tuple[Brief, ...]:
    """A meeting, or all still to come that were planned with it, for a calendar; for its keepers and its members."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.find(tx, meeting_id)
        expected = actor.member_id is not None and await attendance.find(tx, meeting_id, actor.member_id)
        if not expected and not actor.unit_path.startswith(held.unit.path) and not briefs.keeps(actor, held):
            raise NotAllowed()
        if whole_series and held.meeting.series:
            found = await meetings.of_series(tx, held.meeting.series, planned=True)
            return tuple([await briefs.brief(app, tx, Held(one, held.unit)) for one in found])
        return (await briefs.brief(app, tx, held),)


async def whom(app: App, who: Who, *, meeting_id: int, query: str) -> list[tuple[int, str, str]]:
    """(member, name, unit) of those of the unit whom the query may mean, as host or recorder."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id)
        found = await roster.search(tx, held.unit.path, query)
        return [(member.id, member.name, unit.name) for member, unit in found]


# --- within a transaction -------------------------------------------------------------------------


async def _plan(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    unit: Unit,
    kind: Kind,
    starts_at: datetime,
    *,
    source: str,
    own: dict[str, object] | None = None,
    series: str | None = None,
) -> Held:
    last = await meetings.last_of_kind(tx, unit.id, kind.key) if kind.key != OWN else None
    if last is not None:
        kind = replace(kind, minutes=round((last.closes_at - last.starts_at) / timedelta(minutes=1)))
    late_at, closes_at = app.meetings.times(kind, starts_at)
    day = day_of(starts_at, unit.timezone or DEFAULT_ZONE)
    meeting_id = await meetings.add_once(
        tx,
        {
            "unit_id": unit.id,
            "kind": kind.key,
            "title": f"{day.month}月{kind.name}" if kind.key != OWN else kind.name,
            "agenda": "",
            "starts_at": starts_at,
            "late_at": late_at,
            "closes_at": closes_at,
            "hours": last.hours if last else kind.quarters,
            "link": last.link if last else None,
            "place": last.place if last else None,
            "host_id": await _on_roster(tx, last.host_id if last else None) or await _own_secretary(tx, unit),
            "recorder_id": await _on_roster(tx, last.recorder_id if last else None) or actor.member_id,
            "secret": secrets.token_bytes(SECRET_BYTES),
            "series": series,
            "source": source,
            "own": own,
            "created_by": actor.member_id,
            "created_at": app.clock(),
        },
    )
    if meeting_id is None:
        known = await meetings.by_source(tx, source)
        assert known is not None
        return await briefs.find(tx, known, lock=True)
    held = await briefs.find(tx, meeting_id, lock=True)
    note(app, tx, actor, "meeting.planned", held, kind=kind.key)
    return held


async def _cancel(app: App, tx: AsyncSession, actor: Actor, held: Held) -> None:
    """The meeting is locked, and planned."""
    await motions.close_open(app, tx, held, by=actor.member_id)
    await meetings.cancel_once(tx, held.meeting.id, at=app.clock())
    await tx.refresh(held.meeting)
    note(app, tx, actor, "meeting.cancelled", held)
    await summons.tell(app, tx, held, What.CANCELLED)
    await live.finish(app, tx, briefs.subject(held.meeting.id))


async def _series_ahead(app: App, tx: AsyncSession, held: Held) -> list[Held]:
    if not held.meeting.series:
        return []
    found = await meetings.of_series(tx, held.meeting.series)
    return [
        Held(one, held.unit) for one in found if one.state == State.PLANNED and one.starts_at > app.clock()
    ]


async def _free(
    tx: AsyncSession, unit: Unit, kind: Kind, times: Sequence[datetime]
) -> tuple[list[datetime], list[datetime]]:
    """Those of the times in whose period (as often as the kind is held) there is no such meeting yet, and the others."""
    zone, every = unit.timezone or DEFAULT_ZONE, kind.every or Every.MONTH
    year = day_of(times[0], zone).year
    first, last = moment(date(year, 1, 1), 0, zone), moment(date(year + 1, 1, 1), 0, zone)
    days = [
        day_of(at, zone)
        for at in await meetings.times_of_kind(tx, unit.id, kind.key, since=first, until=last)
    ]
    there = {period_of(day, every) for day in days}
    parted: tuple[list[datetime], list[datetime]] = ([], [])
    for at in times:
        parted[period_of(day_of(at, zone), every) in there].append(at)
    return parted


async def _change(app: App, who: Who, meeting_id: int, **values: str) -> Card:
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        rolls.ensure_unlocked(held)
        for name, value in values.items():
            before = getattr(held.meeting, name)
            if before == value:
                continue
            setattr(held.meeting, name, value)
            note(app, tx, actor, "meeting.changed", held, field=name)
            await signatures.changed(app, tx, actor, held, ChangeOf(name), before=before, after=value)
            if held.meeting.state == State.PLANNED:
                await invitations.follow(app, tx, held)
        await tx.flush()
        await live.touch(app, tx, briefs.subject(meeting_id))
        return await _card(app, tx, actor, held)


async def _appoint(app: App, who: Who, meeting_id: int, member_id: int, office: str) -> Card:
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        rolls.ensure_unlocked(held)
        member = await members.find(tx, member_id)
        home = await reach.home(tx, member) if member and member.left_at is None else None
        if home is None or not home.path.startswith(held.unit.path):
            raise rules.NotOnRoll()
        before = getattr(held.meeting, office)
        if before != member_id:
            setattr(held.meeting, office, member_id)
            role = office.removesuffix("_id")
            note(app, tx, actor, f"meeting.{role}", held, member_id=member_id, before=before)
            await signatures.changed(app, tx, actor, held, ChangeOf(role), before=before, after=member_id)
        return await _card(app, tx, actor, held)


async def _card(app: App, tx: AsyncSession, actor: Actor, held: Held) -> Card:
    brief = await briefs.brief(app, tx, held)
    return Card(
        brief=brief,
        count=await attendance.count(tx, held.meeting.id),
        leads=actor.may(Permission.KEEP_MEETINGS, held.unit.path),
        seats=len(await meetings.seats(tx, held.unit.id))
        if brief.kind.roll is rules.Roll.COMMITTEE
        else None,
        invitation=await _receipts(tx, held),
    )


async def _receipts(tx: AsyncSession, held: Held) -> Receipts | None:
    notice = await sent.invitation(tx, held.meeting.id) if held.meeting.invited_at is not None else None
    if notice is None:
        return None
    asked = await notices.count_asked(tx, notice.id)
    return Receipts(notice.id, (await notices.tally(tx, notice.id)).seen, asked)


def _kind(app: App, key: str, own: dict[str, object] | None) -> Kind:
    if key == OWN and own is not None:
        return app.meetings.kind(OWN, own)
    if key not in app.meetings.kinds:
        raise rules.NoSuchKind()
    return app.meetings.kinds[key]


def _times(unit: Unit, kind: Kind, starts_at: datetime, by: Repeat) -> list[datetime]:
    zone = unit.timezone or DEFAULT_ZONE
    first, minute = day_of(starts_at, zone), minute_of(starts_at, zone)
    return [moment(day, minute, zone) for day in whens.series(first, kind.every or Every.MONTH, by=by)]


async def _on_roster(tx: AsyncSession, member_id: int | None) -> int | None:
    member = await members.find(tx, member_id) if member_id is not None else None
    return member.id if member and member.left_at is None else None


async def _own_secretary(tx: AsyncSession, unit: Unit) -> int | None:
    """The secretary of this very unit."""
    for held in await roles.held(tx, unit.path):
        if held.role.role == "secretary" and held.unit.id == unit.id:
            return held.member.id
    return None
