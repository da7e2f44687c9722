"""What is told of a meeting wherever it is named, and who may keep it; for the other actions, within their transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import meetings, members
from storage.meetings import Held
from study import meetings as rules
from study.calendar import DEFAULT_ZONE, local
from study.meetings import Kind, Stage, State
from study.members import Actor, Permission


@dataclass(frozen=True)
class Brief:
    """A meeting in short; times are local to its unit, and `now` is the moment of asking."""

    id: int
    revision: int
    kind: Kind
    title: str
    unit: str
    unit_id: int
    stage: Stage
    opens: datetime
    starts: datetime
    late: datetime
    closes: datetime
    now: datetime
    link: str | None = None
    place: str | None = None
    agenda: str = ""
    host: str | None = None
    recorder: str | None = None
    series: str | None = None
    invited: bool = False
    closed: bool = False  # the absent are marked
    locked: bool = False


async def brief(app: App, tx: AsyncSession, held: Held) -> Brief:
    """The meeting as it stands now."""
    meeting, now = held.meeting, app.clock()
    zone = zone_of(held)
    opens_at = app.meetings.opens_at(meeting.starts_at)
    return Brief(
        id=meeting.id,
        revision=meeting.revision,
        kind=app.meetings.kind(meeting.kind, meeting.own),
        title=meeting.title,
        unit=held.unit.name,
        unit_id=held.unit.id,
        stage=rules.stage(State(meeting.state), opens_at=opens_at, closes_at=meeting.closes_at, now=now),
        opens=local(opens_at, zone),
        starts=local(meeting.starts_at, zone),
        late=local(meeting.late_at, zone),
        closes=local(meeting.closes_at, zone),
        now=local(now, zone),
        link=meeting.link,
        place=meeting.place,
        agenda=meeting.agenda,
        host=await _name(tx, meeting.host_id),
        recorder=await _name(tx, meeting.recorder_id),
        series=meeting.series,
        invited=meeting.invited_at is not None,
        closed=meeting.state == State.CLOSED,
        locked=meeting.locked_at is not None,
    )


async def find(tx: AsyncSession, meeting_id: int, *, lock: bool = False) -> Held:
    """The meeting; raises NoSuchMeeting."""
    held = await meetings.find(tx, meeting_id, lock=lock)
    if held is None:
        raise rules.NoSuchMeeting()
    return held


async def kept(tx: AsyncSession, actor: Actor, meeting_id: int, *, lock: bool = False) -> Held:
    """The meeting, if the actor keeps its roll and record: a secretary, its host, its recorder."""
    held = await find(tx, meeting_id, lock=lock)
    if not keeps(actor, held):
        actor.require(Permission.KEEP_MEETINGS, held.unit.path)
    return held


async def led(tx: AsyncSession, actor: Actor, meeting_id: int, *, lock: bool = False) -> Held:
    """The meeting, if the actor may plan, move and cancel it: a secretary."""
    held = await find(tx, meeting_id, lock=lock)
    actor.require(Permission.KEEP_MEETINGS, held.unit.path)
    return held


def keeps(actor: Actor, held: Held) -> bool:
    """Whether the actor may mark people and close the meeting."""
    own = actor.member_id is not None and actor.member_id in (held.meeting.host_id, held.meeting.recorder_id)
    return own or actor.may(Permission.KEEP_MEETINGS, held.unit.path)


def ensure_planned(held: Held) -> None:
    """Raise MeetingCancelled or MeetingClosed unless the meeting is still to be, or going on."""
    if held.meeting.state == State.CANCELLED:
        raise rules.MeetingCancelled()
    if held.meeting.state == State.CLOSED:
        raise rules.MeetingClosed()


def zone_of(held: Held) -> str:
    return held.unit.timezone or DEFAULT_ZONE


def subject(meeting_id: int) -> str:
    """What its live messages are about."""
    return f"meeting:{meeting_id}"


async def _name(tx: AsyncSession, member_id: int | None) -> str | None:
    member = await members.find(tx, member_id) if member_id is not None else None
    return member.name if member else None
