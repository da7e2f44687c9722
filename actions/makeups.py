"""补课: those who missed a meeting are offered a lesson and a few questions in its place, and do them when they like."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, madeup, questions, quizzes, reach
from actions.actors import Who
from actions.app import App
from actions.questions import Finished, Shown
from actions.reach import Leaf
from storage import audit, makeups, meetings, outbox
from storage import quizzes as quiz_records
from storage.makeups import Case
from storage.meetings import Held
from storage.outbox import Draft
from storage.tables import Attendee, Member
from study import asking, reading
from study import makeup as rules
from study.calendar import DEFAULT_ZONE, day_of, end_of, local
from study.curriculum import Curriculum, NothingTaught
from study.delivery import Lane
from study.items import Item, Lesson
from study.meetings import Duty, Kind, MeetingLocked, NoSuchMeeting, State
from study.members import Actor, Permission
from study.quiz import OPEN_FOR, Occasion

LETTER = "makeup"


@dataclass(frozen=True)
class Offer:
    """Something that may be made up for. `must`: somebody expected at the meeting, who is reminded once; others may
    just as well leave it. `quarters` of an hour are what it brings, or brought."""

    meeting_id: int
    kind: Kind
    title: str
    starts_at: datetime
    lesson: Lesson
    due_on: date
    must: bool
    is_read: bool
    is_past: bool  # it was due before today
    done_on: date | None
    quarters: int


@dataclass(frozen=True)
class Offers:
    """A page of one's own, what is open first."""

    offers: tuple[Offer, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Reading:
    """A page of the lesson; at the last one the questions wait."""

    offer: Offer
    page: int
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How making up for a meeting goes: no names, it is nobody's duty."""

    meeting_id: int
    kind: Kind
    title: str
    starts_at: datetime
    lesson: Lesson | None
    done: int
    offered: int


@dataclass(frozen=True)
class Lessons:
    """A page of lessons to choose from."""

    meeting_id: int
    lessons: tuple[Lesson, ...]
    leaf: Leaf


async def offer_due(app: App) -> int:
    """Offer study to everybody who missed a meeting, some time after its close, so that mistakes in the roll are
    corrected first; how many offers were made."""
    kinds = app.meetings.make_up.kinds
    now = app.clock()
    async with app.db.reading() as tx:
        waiting = await makeups.meetings_to_offer(
            tx,
            kinds,
            closed_before=now - timedelta(minutes=app.meetings.settled),
            closed_after=now - timedelta(days=app.meetings.make_up.days),
        )
        curriculum = await app.library.current(tx)
    offered = 0
    for held in waiting:
        try:
            lesson_id = await _nearest(app, curriculum, held)
        except rules.NothingToOffer:
            return offered
        async with app.db.writing() as tx:
            offered += await _offer(app, tx, held, lesson_id=lesson_id)
    return offered


async def remind_due(app: App) -> int:
    """Remind those who must, once, some days before it is due; how many letters were queued."""
    days = app.meetings.make_up.remind_days
    if not days:
        return 0
    today = app.clock().date()  # a day more at either end, for zones east and west
    reminded = 0
    async with app.db.writing() as tx:
        first, last = today - timedelta(days=1), today + timedelta(days=days + 1)
        for case in await makeups.due_between(tx, first, last):
            here = day_of(app.clock(), case.unit.timezone or DEFAULT_ZONE)
            is_time = case.make_up.due_on - timedelta(days=days) <= here <= case.make_up.due_on
            if is_time and _writable(case.attendee, case.member):
                key = f"makeup-reminder:{case.meeting.id}:{case.member.id}"
                letter = _letter(app, case.member, case.meeting.id, case.unit.timezone, case.make_up.due_on)
                reminded += await outbox.put(
                    tx,
                    key=key,
                    chat_id=letter.chat_id,
                    member_id=letter.member_id,
                    letter=letter.letter,
                    payload={**letter.payload, "again": True},
                    lane=letter.lane,
                    not_before=letter.not_before,
                    expires_at=letter.expires_at,
                )
    return reminded


async def told(app: App, *, meeting_id: int, member_id: int) -> Offer | None:
    """What a letter offers; None when it is made up, or the mark was corrected."""
    async with app.db.reading() as tx:
        case = await makeups.find(tx, meeting_id, member_id)
        if case is None or case.make_up.done_at is not None:
            return None
        try:
            return _offered(app, case, await app.library.current(tx))
        except rules.NothingToOffer:
            return None


async def mine(app: App, who: Who, *, page: int = 0) -> Offers:
    """What one may make up for, and what one has."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        leaf = reach.leaf(await makeups.count_of_member(tx, actor.own_id()), page)
        cases = await makeups.of_member(tx, actor.own_id(), limit=reach.PAGE, offset=leaf.page * reach.PAGE)
        curriculum = await app.library.current(tx)
        return Offers(tuple(_offered(app, case, curriculum) for case in cases), leaf)


async def look(app: App, who: Who, *, meeting_id: int) -> Offer:
    """One of one's own offers. Raises NoSuchMakeUp."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        case = await _own(tx, actor, meeting_id)
        return _offered(app, case, await app.library.current(tx))


async def read(app: App, who: Who, *, meeting_id: int, page: int = 0) -> Reading:
    """A page of the lesson; the last one makes it read."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        case = await _own(tx, actor, meeting_id, lock=True)
        curriculum = await app.library.current(tx)
        lesson = _lesson(case, curriculum)
        pages = reading.pages(lesson)
        page = min(max(page, 0), len(pages) - 1)
        if page == len(pages) - 1 and case.make_up.read_at is None:
            case.make_up.read_at = app.clock()
            case.make_up.lesson_id = lesson.id
            if not _items(app, case, curriculum):
                await madeup.settle(app, tx, actor, case)
        await tx.flush()
        return Reading(_offered(app, case, curriculum), page, pages)


async def start(app: App, who: Who, *, meeting_id: int) -> Shown | Finished:
    """The questions: those begun before, or new ones. Raises ReadFirst, AlreadyMadeUp."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        case = await _own(tx, actor, meeting_id, lock=True)
        if case.make_up.done_at is not None:
            raise rules.AlreadyMadeUp()
        if case.make_up.read_at is None:
            raise rules.ReadFirst()
        if case.make_up.quiz_id is not None:
            begun = await quiz_records.locked(tx, case.make_up.quiz_id, actor.own_id())
            if begun is not None and app.clock() - begun.started_at <= OPEN_FOR:
                return await questions.waiting(app, tx, begun)
        items = _items(app, case, await app.library.current(tx))
        rng = Random(f"{actor.own_id()}:{app.clock().isoformat()}")
        shown = await quizzes.begin(app, tx, actor, Occasion.MAKE_UP, items=items, rng=rng)
        case.make_up.quiz_id = shown.quiz_id
        return shown


async def progress(app: App, who: Who, *, meeting_id: int) -> Progress:
    """How many have made up for a meeting, of how many who may."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _progress(app, tx, await _kept(tx, actor, meeting_id))


async def lessons(app: App, who: Who, *, meeting_id: int, page: int = 0) -> Lessons:
    """What else might be offered."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await _kept(tx, actor, meeting_id)
        every = tuple((await app.library.current(tx)).lessons.values())
        leaf = reach.leaf(len(every), page)
        return Lessons(held.meeting.id, tuple(reach.cut(every, leaf)), leaf)


async def choose(app: App, who: Who, *, meeting_id: int, lesson_id: str) -> Progress:
    """Offer this lesson to those who have not read theirs, and now to those who were offered none."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _kept(tx, actor, meeting_id, lock=True)
        lesson = (await app.library.current(tx)).lesson(lesson_id)
        if held.meeting.locked_at is not None:
            raise MeetingLocked()
        await makeups.change_lesson(tx, meeting_id, lesson_id=lesson.id)
        await _offer(app, tx, held, lesson_id=lesson.id)
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="makeup.lesson",
            unit_id=held.unit.id,
            meeting=meeting_id,
            lesson=lesson.id,
        )
        await tx.flush()
        tx.expire_all()
        return await _progress(app, tx, await _kept(tx, actor, meeting_id))


# --- within a transaction -------------------------------------------------------------------------


async def _nearest(app: App, curriculum: Curriculum, held: Held) -> str:
    """The lesson for a meeting: one offered for it before, the one that speaks most of its topic, or today's."""
    async with app.db.reading() as tx:
        before = await makeups.lesson_of(tx, held.meeting.id)
    if before in curriculum.lessons:
        return str(before)
    try:
        otherwise = curriculum.lesson_on(day_of(app.clock(), held.unit.timezone or DEFAULT_ZONE)).id
    except NothingTaught:
        raise rules.NothingToOffer() from None
    words = rules.asked_of(held.meeting.title, held.meeting.agenda, most=asking.MOST_CHARACTERS)
    index = await app.library.index(curriculum)
    return rules.nearest([hit.lesson.id for hit in index.ask(words)], otherwise=otherwise)


async def _offer(app: App, tx: AsyncSession, held: Held, *, lesson_id: str) -> int:
    """Offer the lesson to all who missed the meeting and have no offer; letters to those who must come."""
    now, zone = app.clock(), held.unit.timezone
    due_on = rules.due_on(day_of(now, zone or DEFAULT_ZONE), app.meetings.make_up)
    people = await makeups.to_offer(tx, held.meeting.id)
    await makeups.offer_once(
        tx,
        [
            {
                "meeting_id": held.meeting.id,
                "member_id": member.id,
                "lesson_id": lesson_id,
                "due_on": due_on,
                "offered_at": now,
            }
            for _, member in people
        ],
    )
    await outbox.put_many(
        tx,
        (
            _letter(app, member, held.meeting.id, zone, due_on)
            for attendee, member in people
            if _writable(attendee, member)
        ),
    )
    return len(people)


def _writable(attendee: Attendee, member: Member) -> bool:
    """Whether a letter may go out: to those who were expected, who can be reached and want to be."""
    reachable = member.telegram_id is not None and member.blocked_at is None
    return attendee.duty == Duty.MUST.value and reachable and not member.muted


def _letter(app: App, member: Member, meeting_id: int, zone: str | None, due_on: date) -> Draft:
    assert member.telegram_id is not None
    return Draft(
        key=f"makeup:{meeting_id}:{member.id}",
        chat_id=member.telegram_id,
        member_id=member.id,
        letter=LETTER,
        payload={"meeting": meeting_id},
        lane=Lane.PERSONAL,
        not_before=app.when_awake(zone),
        expires_at=end_of(due_on, zone or DEFAULT_ZONE),
    )


async def _own(tx: AsyncSession, actor: Actor, meeting_id: int, *, lock: bool = False) -> Case:
    case = await makeups.find(tx, meeting_id, actor.own_id(), lock=lock)
    if case is None:
        raise rules.NoSuchMakeUp()
    return case


async def _kept(tx: AsyncSession, actor: Actor, meeting_id: int, *, lock: bool = False) -> Held:
    """A meeting that is over, of a unit whose meetings the actor keeps."""
    actor.require(Permission.KEEP_MEETINGS)
    held = await meetings.find(tx, meeting_id, lock=lock)
    if held is None:
        raise NoSuchMeeting()
    actor.require(Permission.KEEP_MEETINGS, held.unit.path)
    if held.meeting.state != State.CLOSED:
        raise rules.NoSuchMakeUp()
    return held


async def _progress(app: App, tx: AsyncSession, held: Held) -> Progress:
    meeting = held.meeting
    done, offered = (await makeups.progress(tx, [meeting.id])).get(meeting.id, (0, 0))
    lesson_id = await makeups.lesson_of(tx, meeting.id)
    return Progress(
        meeting_id=meeting.id,
        kind=app.meetings.kind(meeting.kind, meeting.own),
        title=meeting.title,
        starts_at=local(meeting.starts_at, held.unit.timezone or DEFAULT_ZONE),
        lesson=(await app.library.current(tx)).lessons.get(lesson_id or ""),
        done=done,
        offered=offered,
    )


def _lesson(case: Case, curriculum: Curriculum) -> Lesson:
    """The lesson offered; in place of one that is taught no more, that of the day it is due."""
    if case.make_up.lesson_id in curriculum.lessons:
        return curriculum.lessons[case.make_up.lesson_id]
    try:
        return curriculum.lesson_on(case.make_up.due_on)
    except NothingTaught:
        raise rules.NothingToOffer() from None


def _items(app: App, case: Case, curriculum: Curriculum) -> tuple[Item, ...]:
    rng = Random(f"{case.meeting.id}:{case.member.id}")
    lesson = _lesson(case, curriculum)
    return rules.questions(curriculum, lesson.id, count=app.meetings.make_up.questions, rng=rng)


def _offered(app: App, case: Case, curriculum: Curriculum) -> Offer:
    make_up, meeting = case.make_up, case.meeting
    zone = case.unit.timezone or DEFAULT_ZONE
    return Offer(
        meeting_id=meeting.id,
        kind=app.meetings.kind(meeting.kind, meeting.own),
        title=meeting.title,
        starts_at=local(meeting.starts_at, zone),
        lesson=_lesson(case, curriculum),
        due_on=make_up.due_on,
        must=case.attendee.duty == Duty.MUST.value,
        is_read=make_up.read_at is not None,
        is_past=make_up.due_on < day_of(app.clock(), zone),
        done_on=day_of(make_up.done_at, zone) if make_up.done_at else None,
        quarters=make_up.hours if make_up.done_at else rules.worth(meeting.hours, app.meetings.make_up),
    )
