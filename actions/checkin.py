"""Checking in: by a personal link, by the code shown in the meeting, or by the button of a reminder.

A convenience, never a condition: whoever keeps the meeting can mark anybody by name.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, live, motions, questions, rolls, summons
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from storage import attempts, attendance, audit, meetings, members
from storage.meetings import Held
from study import checkin as rules
from study.calendar import local
from study.checkin import Showing
from study.meetings import Mark, Means, MeetingCancelled, MeetingClosed, Stage, mark_at
from study.members import Actor
from study.refusal import Refusal


@dataclass(frozen=True)
class CheckedIn:
    """Somebody is there. `at` is local; `again`: they were marked before."""

    brief: Brief
    mark: Mark
    at: datetime
    again: bool = False


@dataclass(frozen=True)
class OthersLink:
    """The personal link of somebody else was opened: nobody is told whose. One's own way in, if one is expected."""

    brief: Brief
    expected: bool


@dataclass(frozen=True)
class Code:
    """What is shown for everybody to check in with. `until` is local; `payload` is for the QR picture."""

    brief: Brief
    code: str
    until: datetime
    payload: str
    page_token: str


async def by_button(
    app: App, telegram_id: int, *, meeting_id: int, message_id: int | None = None
) -> CheckedIn:
    """Check oneself in from a reminder; `message_id` is the message with the button, which becomes the receipt."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, telegram_id)
        held = await briefs.find(tx, meeting_id)
        return await _check_in(app, tx, actor, held, Means.BUTTON, account=telegram_id, message_id=message_id)


async def by_link(app: App, telegram_id: int, *, payload: str) -> CheckedIn | OthersLink:
    """Check in by a personal link. Raises BadLink, TooManyCodes and whatever stands against checking in."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, telegram_id)
        outcome = await _by_link(app, tx, actor, telegram_id, payload)
    # Only now: a forged link has to be counted, and raising inside would undo that.
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def by_code(app: App, telegram_id: int, *, code: str, meeting_id: int | None = None) -> CheckedIn:
    """Check in by the code shown in the meeting, scanned (then `meeting_id` is known) or typed.

    Raises NothingOpen, NoCode, WrongCode, TooManyCodes and whatever stands against checking in.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, telegram_id)
        if meeting_id is not None:
            held = await briefs.find(tx, meeting_id)
            _ensure_open(await briefs.brief(app, tx, held))
            open_now = [held]
        else:
            open_now = await _open_now(app, tx, actor)
        if not open_now:
            raise rules.NothingOpen()
        digits = rules.typed(code)
        if not digits:
            raise rules.NoCode()
        outcome = await _by_code(app, tx, actor, telegram_id, digits, open_now)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def typed(app: App, telegram_id: int, *, code: str, busy: bool) -> CheckedIn | None:
    """Six digits came without a word of what they are. None: they are for something else, because a dialogue waits for them
    (`busy`) or a question that is answered in words, and they fit no open meeting.

    Raises NothingOpen where there is neither a meeting nor a question, and what by_code raises.
    """
    async with app.db.writing() as tx:
        if await members.by_chat(tx, telegram_id) is None:
            return None
        actor = await actors.load(tx, telegram_id)
        wanted = busy or await questions.waits_for_words(app, tx, actor.own_id())
        open_now = await _open_now(app, tx, actor)
        if not open_now:
            outcome: CheckedIn | Refusal = rules.NothingOpen()
        else:
            outcome = await _by_code(app, tx, actor, telegram_id, rules.typed(code), open_now)
    if not isinstance(outcome, Refusal):
        return outcome
    if wanted:
        return None
    raise outcome


async def show(app: App, who: Who, *, meeting_id: int) -> Code:
    """The code of this moment, for those who keep the meeting. Raises NotYet, MeetingClosed, MeetingCancelled."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        brief = await briefs.brief(app, tx, held)
        _ensure_open(brief)
        return _code(app, held, brief)


async def on_page(app: App, *, meeting_id: int, token: str) -> Code | Brief | None:
    """The same for the page of the meeting, whose address nobody can guess; the meeting alone while it is not open.

    None for an address that is not one of ours.
    """
    async with app.db.reading() as tx:
        held = await meetings.find(tx, meeting_id)
        if held is None or not rules.is_page(held.meeting.secret, meeting_id, token):
            return None
        brief = await briefs.brief(app, tx, held)
        return _code(app, held, brief) if brief.stage is Stage.OPEN else brief


async def own_link(app: App, who: Who, *, meeting_id: int) -> tuple[Brief, str]:
    """One's own link to a meeting one is expected at: the payload, good until the meeting is closed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.find(tx, meeting_id)
        briefs.ensure_planned(held)
        await rolls.fresh(app, tx, held)
        if await attendance.find(tx, meeting_id, actor.own_id()) is None:
            raise rules.NotExpected()
        payload = rules.personal(held.meeting.secret, meeting_id, actor.own_id())
        return await briefs.brief(app, tx, held), payload


# --- within a transaction -------------------------------------------------------------------------


async def _by_link(
    app: App, tx: AsyncSession, actor: Actor, telegram_id: int, payload: str
) -> CheckedIn | OthersLink | Refusal:
    if not await _may_guess(app, tx, telegram_id):
        return rules.TooManyCodes()
    try:
        meeting_id, member_id = rules.read_personal(payload)
    except rules.BadLink as refusal:
        return refusal
    held = await meetings.find(tx, meeting_id)
    if held is None or not rules.is_genuine(held.meeting.secret, payload):
        await attempts.add(tx, subject=rules.SUBJECT, telegram_id=telegram_id, at=app.clock())
        return rules.BadLink()
    if member_id != actor.own_id():
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="checkin.others_link",
            unit_id=held.unit.id,
            meeting=meeting_id,
        )
        await rolls.fresh(app, tx, held)
        row = await attendance.find(tx, meeting_id, actor.own_id())
        return OthersLink(await briefs.brief(app, tx, held), row is not None)
    return await _check_in(app, tx, actor, held, Means.LINK, account=telegram_id)


async def _by_code(
    app: App, tx: AsyncSession, actor: Actor, telegram_id: int, code: str, open_now: list[Held]
) -> CheckedIn | Refusal:
    if not await _may_guess(app, tx, telegram_id):
        return rules.TooManyCodes()
    now = app.clock()
    for held in open_now:
        if rules.fits(held.meeting.secret, held.meeting.id, code, now=now):
            return await _check_in(app, tx, actor, held, Means.CODE, account=telegram_id)
    await attempts.add(tx, subject=rules.SUBJECT, telegram_id=telegram_id, at=now)
    return rules.WrongCode()


async def _check_in(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    held: Held,
    means: Means,
    *,
    account: int,
    message_id: int | None = None,
) -> CheckedIn:
    member_id, meeting_id, now = actor.own_id(), held.meeting.id, app.clock()
    brief = await briefs.brief(app, tx, held)
    if brief.stage is not Stage.OPEN:
        # Whoever was marked hears so, also afterwards.
        row = await attendance.find(tx, meeting_id, member_id)
        if row is not None and row.mark in (Mark.PRESENT, Mark.LATE) and brief.stage is Stage.OVER:
            return CheckedIn(
                brief, Mark(row.mark), local(row.marked_at or now, briefs.zone_of(held)), again=True
            )
        _ensure_open(brief)
    await rolls.fresh(app, tx, held)
    mark = mark_at(now, late_at=held.meeting.late_at)
    if not await attendance.check_in(tx, meeting_id, member_id, mark=mark, means=means, at=now):
        row = await attendance.find(tx, meeting_id, member_id)
        if row is None:
            raise rules.NotExpected()
        if row.mark == Mark.ABSENT or row.mark is None:
            raise MeetingClosed()
        return CheckedIn(brief, Mark(row.mark), local(row.marked_at or now, briefs.zone_of(held)), again=True)
    await summons.answered(app, tx, held, member_id, but=message_id)
    if brief.kind.rule is not None:
        await motions.ask_newcomer(app, tx, held, member_id=member_id, account=account)
    await live.touch(app, tx, briefs.subject(meeting_id))
    return CheckedIn(brief, mark, brief.now)


async def _open_now(app: App, tx: AsyncSession, actor: Actor) -> list[Held]:
    """Meetings that somebody is expected at and can check in to now."""
    unit_ids = [int(part) for part in actor.unit_path.strip("/").split("/")]
    return await meetings.open_now(
        tx, actor.own_id(), unit_ids, opened_until=app.meetings.started_by(app.clock()), now=app.clock()
    )


async def _may_guess(app: App, tx: AsyncSession, telegram_id: int) -> bool:
    """Asked before anything is locked, and held until the end, so that of many guesses at once each is counted."""
    now = app.clock()
    await attempts.hold(tx, subject=rules.SUBJECT, telegram_id=telegram_id)
    await attempts.forget(tx, subject=rules.SUBJECT, before=now - rules.WINDOW)
    wrong = await attempts.since(tx, subject=rules.SUBJECT, at=now - rules.WINDOW, telegram_id=telegram_id)
    return rules.may_guess(wrong)


def _ensure_open(brief: Brief) -> None:
    match brief.stage:
        case Stage.CANCELLED:
            raise MeetingCancelled()
        case Stage.OVER:
            raise MeetingClosed()
        case Stage.AHEAD:
            raise rules.NotYet(opens=_when(brief))
        case Stage.OPEN:
            return


def _when(brief: Brief) -> str:
    """The moment of opening as it is told: the day too, unless it is today."""
    opens = brief.opens
    clock = f"{opens:%H:%M}"
    return clock if opens.date() == brief.now.date() else f"{opens.month}月{opens.day}日 {clock}"


def _code(app: App, held: Held, brief: Brief) -> Code:
    meeting = held.meeting
    shown: Showing = rules.showing(meeting.secret, meeting.id, now=app.clock())
    return Code(
        brief=brief,
        code=shown.code,
        until=local(shown.until, briefs.zone_of(held)),
        payload=rules.scanned(meeting.id, shown.code),
        page_token=rules.page_token(meeting.secret, meeting.id),
    )
