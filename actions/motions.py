"""Votes in a meeting: put when there is a quorum, cast by a tap or counted in the room, closed with the arithmetic."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, live, reach
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from actions.reach import Leaf
from storage import attendance, audit, members, outbox
from storage import motions as records
from storage.meetings import Held
from storage.tables import Motion
from study import meetings, votes
from study.delivery import Lane
from study.meetings import Count, Stage, State
from study.votes import Choice, Result, Rule, Sums


@dataclass(frozen=True)
class Tally:
    """A motion as it stands. `sums` are None while a secret vote goes on; `cast` of `here` have voted."""

    motion_id: int
    meeting_id: int
    text: str
    rule: Rule
    secret: bool
    cast: int
    here: int
    sums: Sums | None
    result: Result | None


@dataclass(frozen=True)
class Motions:
    """A page of a meeting's motions, and whether another can be put now (`missing` to a quorum)."""

    brief: Brief
    tallies: tuple[Tally, ...]
    leaf: Leaf
    missing: int
    one_open: bool


@dataclass(frozen=True)
class Ask:
    """What a member is asked: the motion, and what they chose already in an open vote."""

    tally: Tally
    title: str
    choice: Choice | None = None


async def listing(app: App, who: Who, *, meeting_id: int, page: int = 0) -> Motions:
    """Everything that was or is voted on, for those who keep the meeting."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        return await _listing(app, tx, held, page)


async def ensure_can_put(app: App, who: Who, *, meeting_id: int) -> Motions:
    """The same, if a motion can be put now; raises what stands against it."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        await _ensure_can_put(app, tx, held)
        return await _listing(app, tx, held, 0)


async def of(app: App, who: Who, *, motion_id: int) -> Tally:
    """One motion, for those who keep the meeting."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        motion = await _find(tx, motion_id)
        await briefs.kept(tx, actor, motion.meeting_id)
        return await _tally(tx, motion)


async def put(
    app: App, who: Who, *, meeting_id: int, text: str, rule: Rule, secret: bool, source: str
) -> Tally:
    """Put a motion to the vote; everybody who came and has a vote is asked. `source` makes a repeat harmless.

    Raises NotQuorate, OneAtATime, NoVotesHere.
    """
    text = votes.checked_text(text)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        if (known := await records.by_source(tx, source)) is not None:
            return await _tally(tx, await _find(tx, known))
        await _ensure_can_put(app, tx, held, rule=rule)
        motion_id = await records.put_once(
            tx,
            meeting_id=meeting_id,
            text=text,
            rule=rule.value,
            secret=secret,
            source=source,
            put_by=actor.member_id,
            put_at=app.clock(),
        )
        assert motion_id is not None
        motion = await _find(tx, motion_id)
        for member in await records.voters_here(tx, meeting_id):
            assert member.telegram_id is not None
            await ask(app, tx, held, motion, member_id=member.id, account=member.telegram_id)
        _note(app, tx, actor.member_id, "motion.put", held, motion)
        await live.touch(app, tx, briefs.subject(meeting_id))
        return await _tally(tx, motion)


async def look(app: App, who: Who, *, motion_id: int) -> Ask:
    """A motion as a voter sees it. Raises NoVote for others."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        motion = await _find(tx, motion_id)
        await _ensure_voter(tx, motion, actor.own_id())
        return await _ask(tx, motion, actor.own_id())


async def cast(app: App, who: Who, *, motion_id: int, choice: Choice) -> Ask:
    """Vote. An open vote can be changed until the close, a secret one not: nobody knows whose it is.

    Raises MotionClosed, NoVote, VotedAlready, AllCounted.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        motion = await _find(tx, motion_id, lock=True)
        await _ensure_voter(tx, motion, member_id)
        if motion.closed_at is not None:
            raise votes.MotionClosed()
        if motion.hands and not await records.has_voted(tx, motion_id, member_id):
            here = (await attendance.count(tx, motion.meeting_id)).voters_here
            if _sums(motion).cast >= here:
                raise votes.AllCounted()
        now = app.clock()
        if not await records.cast_once(tx, motion, member_id, choice=choice, at=now):
            if motion.secret:
                raise votes.VotedAlready()
            await records.change(tx, motion_id, member_id, choice=choice, at=now)
        await live.touch(app, tx, briefs.subject(motion.meeting_id))
        await tx.flush()
        await tx.refresh(motion)
        return await _ask(tx, motion, member_id)


async def count_hands(app: App, who: Who, *, motion_id: int, sums: Sums) -> Tally:
    """Votes of those in the room who did not tap, counted by hand; typed again, they replace the last count.

    Raises BadHands when there are more than people left to vote.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        motion = await _find(tx, motion_id, lock=True)
        held = await briefs.kept(tx, actor, motion.meeting_id)
        if motion.closed_at is not None:
            raise votes.MotionClosed()
        here = (await attendance.count(tx, motion.meeting_id)).voters_here
        left = max(0, here - await records.ballots(tx, motion_id))
        if sums.cast > left or min(sums.ayes, sums.noes, sums.abstentions) < 0:
            raise votes.BadHands(most=left)
        before = Sums(**(motion.hands or {}))
        motion.ayes += sums.ayes - before.ayes
        motion.noes += sums.noes - before.noes
        motion.abstentions += sums.abstentions - before.abstentions
        motion.hands = vars(sums).copy()
        _note(app, tx, actor.member_id, "motion.hands", held, motion, count=sums.cast)
        await live.touch(app, tx, briefs.subject(motion.meeting_id))
        await tx.flush()
        return await _tally(tx, motion)


async def close(app: App, who: Who, *, motion_id: int) -> Tally:
    """End the vote, once, with the arithmetic. Raises MotionClosed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        motion = await _find(tx, motion_id, lock=True)
        held = await briefs.kept(tx, actor, motion.meeting_id)
        if motion.closed_at is not None:
            raise votes.MotionClosed()
        await _close(app, tx, held, motion, by=actor.member_id)
        await live.touch(app, tx, briefs.subject(motion.meeting_id))
        return await _tally(tx, motion)


async def choices(app: App, who: Who, *, motion_id: int) -> tuple[Tally, list[tuple[str, Choice]]]:
    """Who voted what in an open vote; of a secret one nothing."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        motion = await _find(tx, motion_id)
        await briefs.kept(tx, actor, motion.meeting_id)
        return await _tally(tx, motion), await records.choices(tx, motion_id)


async def letter(app: App, motion_id: int, account: int) -> Ask | None:
    """What a letter asks when it is sent; None once the vote is over, or whoever it is has voted."""
    async with app.db.reading() as tx:
        motion = await records.find(tx, motion_id)
        found = await members.by_chat(tx, account)
        if motion is None or found is None or motion.closed_at is not None:
            return None
        if await records.has_voted(tx, motion_id, found.member.id):
            return None
        return await _ask(tx, motion, found.member.id)


# --- within a transaction -------------------------------------------------------------------------


async def on_hand(tx: AsyncSession, held: Held, count: Count) -> Tally | None:
    """The motion that is being voted on in the meeting."""
    motion = await records.open_of(tx, held.meeting.id)
    return await _tally(tx, motion, count) if motion else None


async def ask(
    app: App, tx: AsyncSession, held: Held, motion: Motion, *, member_id: int, account: int
) -> None:
    """Ask somebody who came; they wait for it, so that quiet hours do not hold it back."""
    await outbox.put(
        tx,
        key=f"motion:{motion.id}:{member_id}",
        chat_id=account,
        member_id=member_id,
        letter="motion",
        payload={"motion": motion.id},
        lane=Lane.REPLY,
        not_before=app.clock(),
        expires_at=held.meeting.closes_at,
    )


async def ask_newcomer(
    app: App, tx: AsyncSession, held: Held, *, member_id: int, account: int | None
) -> None:
    """Whoever comes while a vote is on is asked too, if they have a vote and a chat."""
    motion = await records.open_of(tx, held.meeting.id) if account is not None else None
    if motion is None or account is None:
        return
    row = await attendance.find(tx, held.meeting.id, member_id)
    if row is not None and row.votes:
        await ask(app, tx, held, motion, member_id=member_id, account=account)


async def close_open(app: App, tx: AsyncSession, held: Held, *, by: int | None) -> None:
    """The meeting closes, and so does what is still being voted on."""
    motion = await records.open_of(tx, held.meeting.id)
    if motion is not None:
        await _close(app, tx, held, await _find(tx, motion.id, lock=True), by=by)


async def _close(app: App, tx: AsyncSession, held: Held, motion: Motion, *, by: int | None) -> None:
    count = await attendance.count(tx, motion.meeting_id)
    found = votes.result(
        Rule(motion.rule), electorate=count.voters, present=count.voters_here, sums=_sums(motion)
    )
    motion.closed_at, motion.closed_by, motion.result = app.clock(), by, vars(found).copy()
    _note(app, tx, by, "motion.closed", held, motion, passed=found.passed)
    await tx.flush()


async def _ensure_can_put(app: App, tx: AsyncSession, held: Held, *, rule: Rule | None = None) -> None:
    kind = app.meetings.kind(held.meeting.kind, held.meeting.own)
    if kind.rule is None:
        raise votes.NoVotesHere()
    briefs.ensure_planned(held)
    stage = meetings.stage(
        State(held.meeting.state),
        opens_at=app.meetings.opens_at(held.meeting.starts_at),
        closes_at=held.meeting.closes_at,
        now=app.clock(),
    )
    if stage is Stage.AHEAD:
        raise meetings.NotBegun()
    if await records.open_of(tx, held.meeting.id) is not None:
        raise votes.OneAtATime()
    count = await attendance.count(tx, held.meeting.id)
    missing = votes.missing(rule or kind.rule, electorate=count.voters, present=count.voters_here)
    if missing:
        raise votes.NotQuorate(missing=missing)


async def _listing(app: App, tx: AsyncSession, held: Held, page: int) -> Motions:
    motions = await records.of_meeting(tx, held.meeting.id)
    count = await attendance.count(tx, held.meeting.id)
    brief = await briefs.brief(app, tx, held)
    leaf = reach.leaf(len(motions), page)
    rule = brief.kind.rule or Rule.MAJORITY
    return Motions(
        brief=brief,
        tallies=tuple([await _tally(tx, motion, count) for motion in reach.cut(motions, leaf)]),
        leaf=leaf,
        missing=votes.missing(rule, electorate=count.voters, present=count.voters_here),
        one_open=any(motion.closed_at is None for motion in motions),
    )


async def _find(tx: AsyncSession, motion_id: int, *, lock: bool = False) -> Motion:
    motion = await records.find(tx, motion_id, lock=lock)
    if motion is None:
        raise votes.NoSuchMotion()
    return motion


async def _ensure_voter(tx: AsyncSession, motion: Motion, member_id: int) -> None:
    row = await attendance.find(tx, motion.meeting_id, member_id)
    if row is None or not row.votes or row.mark not in meetings.CAME:
        raise votes.NoVote()


async def _tally(tx: AsyncSession, motion: Motion, count: Count | None = None) -> Tally:
    count = count or await attendance.count(tx, motion.meeting_id)
    sums = _sums(motion)
    return Tally(
        motion_id=motion.id,
        meeting_id=motion.meeting_id,
        text=motion.text,
        rule=Rule(motion.rule),
        secret=motion.secret,
        cast=sums.cast,
        here=count.voters_here,
        sums=None if motion.secret and motion.closed_at is None else sums,
        result=Result.from_json(motion.result) if motion.result else None,
    )


async def _ask(tx: AsyncSession, motion: Motion, member_id: int) -> Ask:
    held = await briefs.find(tx, motion.meeting_id)
    return Ask(
        await _tally(tx, motion), held.meeting.title, await records.choice_of(tx, motion.id, member_id)
    )


def _sums(motion: Motion) -> Sums:
    return Sums(motion.ayes, motion.noes, motion.abstentions)


def _note(
    app: App, tx: AsyncSession, by: int | None, action: str, held: Held, motion: Motion, **details: int
) -> None:
    audit.note(
        tx,
        at=app.clock(),
        actor_id=by,
        action=action,
        unit_id=held.unit.id,
        meeting=held.meeting.id,
        motion=motion.id,
        **details,
    )
