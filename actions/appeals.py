"""Appeals: a member asks for a second look with one tap, or the grader does; a secretary decides without names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach, remarking
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import appeals as records
from storage import audit, members, outbox, quizzes, roles
from storage.appeals import Case
from storage.tables import Quiz
from study import appeals as rules
from study.appeals import Offer, Origin, State
from study.calendar import DEFAULT_ZONE, day_of
from study.delivery import Lane
from study.items import Item
from study.members import Actor, Permission, Role
from study.quiz import Mark, Occasion


@dataclass(frozen=True)
class Asked:
    """An appeal of one's own as it stands. `fresh`: raised just now."""

    appeal_id: int
    state: State
    question: str
    reply: str | None
    fresh: bool


@dataclass(frozen=True)
class Line:
    """One line of a list of appeals."""

    appeal_id: int
    origin: Origin
    state: State
    question: str
    given: str
    day: date


@dataclass(frozen=True)
class Lines:
    """A page of appeals: those that wait for whoever asks, or their own."""

    lines: tuple[Line, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Look:
    """What a secretary sees of an appeal: everything but who answered. `mark` is the grader's."""

    appeal_id: int
    origin: Origin
    state: State
    item: Item
    mark: Mark
    word: str | None


@dataclass(frozen=True)
class Decided:
    """A decision, and the wordings that may now be accepted for everybody."""

    appeal_id: int
    state: State
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Told:
    """What the member hears of a decision."""

    state: State
    origin: Origin
    question: str
    given: str
    reply: str | None


async def ask(app: App, who: Who, *, answer_id: int) -> Asked:
    """Appeal against the mark of one's own answer, or see how the appeal stands. Raises NothingToAppeal."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        answer = await quizzes.answer(tx, answer_id)
        if answer is None or answer.member_id != member_id:
            raise rules.NoSuchAppeal()
        quiz = await tx.get(Quiz, answer.quiz_id)
        mark = remarking.MARKS.validate_python(answer.grade)
        appeal_id = None
        case = await records.of_answer(tx, answer_id)
        if case is None:
            if not rules.may_appeal(mark) or quiz is None or quiz.kind == Occasion.TRIAL:
                raise rules.NothingToAppeal()
            appeal_id = await records.add_once(
                tx,
                answer_id=answer_id,
                member_id=member_id,
                origin=Origin.MEMBER,
                mark=answer.grade,
                at=app.clock(),
            )
            case = await records.of_answer(tx, answer_id)
        assert case is not None
        if appeal_id is not None:
            _note(app, tx, actor, "appeal.asked", case)
            await _call(app, tx, case)
        return await _asked(app, tx, case, fresh=appeal_id is not None)


async def explain(app: App, who: Who, *, appeal_id: int, word: str) -> Asked:
    """Put a word beside one's own appeal, while it is open. Raises AlreadyDecided."""
    word = rules.checked_word(word)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        case = await _own(tx, actor, appeal_id)
        if not await records.add_word(tx, appeal_id, word=word):
            raise rules.AlreadyDecided(state=case.appeal.state)
        return await _asked(app, tx, case, fresh=False)


async def mine(app: App, who: Who, *, page: int = 0) -> Lines:
    """One's own appeals and held answers, newest first."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        leaf = reach.leaf(await records.count_of_member(tx, actor.own_id()), page)
        cases = await records.of_member(tx, actor.own_id(), limit=reach.PAGE, offset=leaf.page * reach.PAGE)
        return Lines(tuple([await _line(app, tx, case) for case in cases]), leaf)


async def look_at_own(app: App, who: Who, *, appeal_id: int) -> Asked:
    """How an appeal of one's own stands."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _asked(app, tx, await _own(tx, actor, appeal_id), fresh=False)


async def may_decide(app: App, who: Who) -> bool:
    async with app.db.reading() as tx:
        return (await actors.load(tx, who)).may_anywhere(Permission.DECIDE_APPEALS)


async def waiting(app: App, who: Who, *, page: int = 0) -> Lines:
    """What waits for a decision within reach, the oldest first; one's own answers are for others."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.DECIDE_APPEALS)
        paths = actor.reach(Permission.DECIDE_APPEALS)
        leaf = reach.leaf(await records.count_waiting(tx, paths, without=actor.member_id), page)
        cases = await records.waiting(
            tx, paths, without=actor.member_id, limit=reach.PAGE, offset=leaf.page * reach.PAGE
        )
        return Lines(tuple([await _line(app, tx, case) for case in cases]), leaf)


async def look(app: App, who: Who, *, appeal_id: int) -> Look:
    """An appeal to decide on. Raises NoSuchAppeal, OwnAppeal."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        case = await within_reach(tx, actor, appeal_id)
        return Look(
            appeal_id=appeal_id,
            origin=Origin(case.appeal.origin),
            state=State(case.appeal.state),
            item=await app.library.item(tx, case.answer.item_id, case.answer.revision),
            mark=remarking.MARKS.validate_python(case.appeal.mark),
            word=case.appeal.word,
        )


async def decide(app: App, who: Who, *, appeal_id: int, state: State, word: str | None = None) -> Decided:
    """Decide an appeal, once: the answer is marked anew and its member told. Raises AlreadyDecided."""
    word = rules.checked_word(word) if word is not None else None
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        case = await within_reach(tx, actor, appeal_id)
        await members.lock(tx, case.appeal.member_id)
        if not await records.decide_once(tx, appeal_id, state=state, by=actor.member_id, reply=word, at=now):
            raise rules.AlreadyDecided(state=await records.state_of(tx, appeal_id) or state)
        item = await app.library.item(tx, case.answer.item_id, case.answer.revision)
        mark = remarking.MARKS.validate_python(case.appeal.mark)
        marked = await remarking.remark(
            app, tx, case.answer, rules.decided(mark, state), by=actor.member_id, because="appeal"
        )
        _note(app, tx, actor, "appeal.decided", case, state=state.value, points=marked.change)
        await _tell(app, tx, case, change=marked.change)
        return Decided(appeal_id, state, rules.offers(item, mark, state))


async def told(app: App, appeal_id: int) -> Told | None:
    """What a letter about a decision tells when it is sent; None once it is erased."""
    async with app.db.reading() as tx:
        case = await records.find(tx, appeal_id)
        if case is None:
            return None
        item = await app.library.item(tx, case.answer.item_id, case.answer.revision)
        return Told(
            state=State(case.appeal.state),
            origin=Origin(case.appeal.origin),
            question=item.question,
            given=case.answer.given,
            reply=case.appeal.reply,
        )


# --- within a transaction -------------------------------------------------------------------------


async def within_reach(tx: AsyncSession, actor: Actor, appeal_id: int) -> Case:
    """The appeal, if the actor may decide it."""
    actor.require(Permission.DECIDE_APPEALS)
    case = await records.find(tx, appeal_id)
    if case is None:
        raise rules.NoSuchAppeal()
    actor.require(Permission.DECIDE_APPEALS, case.unit.path)
    if case.appeal.member_id == actor.member_id:
        raise rules.OwnAppeal()
    return case


async def _own(tx: AsyncSession, actor: Actor, appeal_id: int) -> Case:
    member_id = actor.own_id()
    case = await records.find(tx, appeal_id)
    if case is None or case.appeal.member_id != member_id:
        raise rules.NoSuchAppeal()
    return case


async def _asked(app: App, tx: AsyncSession, case: Case, *, fresh: bool) -> Asked:
    item = await app.library.item(tx, case.answer.item_id, case.answer.revision)
    return Asked(case.appeal.id, State(case.appeal.state), item.question, case.appeal.reply, fresh)


async def _line(app: App, tx: AsyncSession, case: Case) -> Line:
    item = await app.library.item(tx, case.answer.item_id, case.answer.revision)
    return Line(
        appeal_id=case.appeal.id,
        origin=Origin(case.appeal.origin),
        state=State(case.appeal.state),
        question=item.question,
        given=case.answer.given,
        day=day_of(case.answer.answered_at, case.unit.timezone or DEFAULT_ZONE),
    )


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, case: Case, **details: object) -> None:
    audit.note(
        tx,
        at=app.clock(),
        actor_id=actor.member_id,
        action=action,
        unit_id=case.unit.id,
        member_id=case.appeal.member_id,
        appeal=case.appeal.id,
        **details,
    )


async def _call(app: App, tx: AsyncSession, case: Case) -> None:
    """A word to the secretaries that something waits, once a day however much it is."""
    when = app.when_awake(case.unit.timezone)
    day = day_of(when, case.unit.timezone or DEFAULT_ZONE)
    for one in await roles.holders_reaching(tx, Role.SECRETARY, case.unit.path):
        if one.id == case.appeal.member_id or one.telegram_id is None:
            continue
        await outbox.put(
            tx,
            key=f"appeals:{one.id}:{day}",
            chat_id=one.telegram_id,
            member_id=one.id,
            letter="text",
            payload={"key": "appeals.call"},
            lane=Lane.PERSONAL,
            not_before=when,
        )


async def _tell(app: App, tx: AsyncSession, case: Case, *, change: int) -> None:
    """The member hears of the decision, once."""
    member = await members.find(tx, case.appeal.member_id)
    if member is None or member.telegram_id is None or member.blocked_at is not None:
        return
    await outbox.put(
        tx,
        key=f"appeal:{case.appeal.id}",
        chat_id=member.telegram_id,
        member_id=member.id,
        letter="appeal",
        payload={"appeal": case.appeal.id, "change": change},
        lane=Lane.PERSONAL,
        not_before=app.when_awake(case.unit.timezone),
    )
