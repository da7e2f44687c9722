"""Wordings accepted for everybody: taken up from a decided appeal, listed, revoked, and handed out for the pack."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, appeals, reach, remarking
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import appeals as cases
from storage import audit, members, outbox, quizzes, units
from storage import overlays as records
from storage.tables import Answer, Overlay, Unit
from study import appeals as rules
from study.appeals import Offer, State
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.delivery import Lane
from study.grading import Verdict
from study.items import Kind
from study.members import Actor, Permission
from study.quiz import Mark, QuizClosed

BATCH = 50


@dataclass(frozen=True)
class Adopted:
    """A wording that counts for everybody from now on, and how many equal answers were marked anew."""

    offer: Offer
    remarked: int
    fresh: bool


@dataclass(frozen=True)
class Wording:
    """An accepted wording in a list, with who accepted it and when."""

    overlay_id: int
    question: str
    reference: str
    wording: str
    by: str
    on: date
    revocable: bool


@dataclass(frozen=True)
class Wordings:
    wordings: tuple[Wording, ...]
    leaf: Leaf
    exportable: bool


@dataclass(frozen=True)
class Gathered:
    """The wordings accepted for one point, for its author. `point` counts from 0."""

    item_id: str
    kind: Kind | None
    question: str
    point: int
    reference: str
    wordings: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """Everything accepted, in the order of the items."""

    at: datetime
    gathered: tuple[Gathered, ...]


async def adopt(app: App, who: Who, *, appeal_id: int, offer: int) -> Adopted:
    """Let the wording that the decided appeal offers at this place count for the whole committee from now on, and
    mark equal answers of the season anew. Raises NothingToAdopt."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        case = await appeals.within_reach(tx, actor, appeal_id)
        item = await app.library.item(tx, case.answer.item_id, case.answer.revision)
        mark = remarking.MARKS.validate_python(case.appeal.mark)
        offered = rules.offers(item, mark, State(case.appeal.state))
        if not 0 <= offer < len(offered):
            raise rules.NothingToAdopt()
        scope = await _committee(tx, case.unit)
        overlay_id = await records.add_once(
            tx,
            unit_id=scope.id,
            item_id=item.id,
            offer=offered[offer],
            answer_id=case.answer.id,
            by=actor.member_id,
            at=app.clock(),
        )
        if overlay_id is None:
            return Adopted(offered[offer], 0, fresh=False)
        _note(app, tx, actor, "wording.accepted", scope, overlay=overlay_id, item=item.id, appeal=appeal_id)
    app.library.stale()
    return Adopted(offered[offer], await sweep(app, overlay_id), fresh=True)


async def listing(app: App, who: Who, *, page: int = 0) -> Wordings:
    """What counts for people within reach on top of the packs, newest first."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.DECIDE_APPEALS)
        paths = actor.reach(Permission.DECIDE_APPEALS)
        leaf = reach.leaf(await records.count_around(tx, paths), page)
        found = await records.around(tx, paths, limit=reach.PAGE, offset=leaf.page * reach.PAGE)
        return Wordings(
            tuple([await _wording(app, tx, actor, overlay, unit) for overlay, unit in found]),
            leaf,
            actor.may_anywhere(Permission.MANAGE_PACKS),
        )


async def revoke(app: App, who: Who, *, overlay_id: int) -> Wording:
    """Let a wording count no longer; marks given with it stay. For whoever accepted it and those above.

    Raises NoSuchWording.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.DECIDE_APPEALS)
        found = await records.find(tx, overlay_id)
        if found is None:
            raise rules.NoSuchWording()
        overlay, unit = found
        if not _may_revoke(actor, overlay, unit):
            actor.require(Permission.DECIDE_APPEALS, unit.path)
        wording = await _wording(app, tx, actor, overlay, unit)
        if not await records.revoke_once(tx, overlay_id, by=actor.member_id, at=app.clock()):
            raise rules.NoSuchWording()
        _note(app, tx, actor, "wording.revoked", unit, overlay=overlay_id, item=overlay.item_id)
    app.library.stale()
    return wording


async def export(app: App, who: Who) -> Export:
    """Everything that counts within reach, to be folded back into the packs."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_PACKS)
        curriculum = await app.library.current(tx)
        found: dict[tuple[str, int, str], list[str]] = {}
        for overlay, _ in reversed(await records.around(tx, actor.reach(Permission.MANAGE_PACKS))):
            wordings = found.setdefault((overlay.item_id, overlay.point, overlay.reference), [])
            if overlay.wording not in wordings:
                wordings.append(overlay.wording)
        gathered = []
        for (item_id, point, reference), wordings in sorted(found.items()):
            item = curriculum.items.get(item_id)
            kind, question = (item.kind, item.question) if item else (None, "")
            gathered.append(Gathered(item_id, kind, question, point, reference, tuple(wordings)))
        audit.note(
            tx, at=app.clock(), actor_id=actor.member_id, action="wording.exported", count=len(gathered)
        )
        return Export(app.clock(), tuple(gathered))


async def sweep(app: App, overlay_id: int) -> int:
    """Mark anew the season's answers equal to the one that the wording came from, in small transactions that go on
    where they stopped; how many there were."""
    remarked = 0
    while True:
        async with app.db.writing() as tx:
            done, count = await _sweep_some(app, tx, overlay_id)
        remarked += count
        if done:
            return remarked


async def finish_sweeps(app: App) -> int:
    """Go on with what a stop of the program left half done; how many answers were marked anew."""
    async with app.db.reading() as tx:
        left = await records.unswept(tx)
    return sum([await sweep(app, overlay_id) for overlay_id in left])


# --- within a transaction -------------------------------------------------------------------------


async def _sweep_some(app: App, tx: AsyncSession, overlay_id: int) -> tuple[bool, int]:
    """Look at the next few answers: (whether all have been looked at, how many were marked anew)."""
    overlay = await records.lock(tx, overlay_id)
    found = await records.find(tx, overlay_id)
    if overlay is None or found is None or overlay.swept_at is not None or overlay.revoked_at is not None:
        return True, 0
    scope = found[1]
    model = await quizzes.answer(tx, overlay.answer_id) if overlay.answer_id is not None else None
    if model is None:  # erased since
        overlay.swept_at = app.clock()
        return True, 0
    zone = scope.timezone or DEFAULT_ZONE
    season = moment(date(day_of(model.answered_at, zone).year, 1, 1), 0, zone)
    answers = await records.candidates(tx, overlay, path=scope.path, since=season, limit=BATCH)
    mark = remarking.MARKS.validate_python(model.grade)
    equal = [one for one in answers if await _is_equal(app, tx, one, model, mark.verdict)]
    for member_id in sorted({one.member_id for one in equal}):
        await members.lock(tx, member_id)
    followed = [await _follow(app, tx, one, mark, overlay) for one in equal]
    if answers:
        overlay.swept_to = answers[-1].id
    if len(answers) < BATCH:
        overlay.swept_at = app.clock()
    return overlay.swept_at is not None, sum(followed)


async def _is_equal(app: App, tx: AsyncSession, one: Answer, model: Answer, verdict: Verdict) -> bool:
    """Whether the answer says the same to the same question, and would gain by the same mark."""
    if not _gains(one, verdict) or rules.same_words(one.given) != rules.same_words(model.given):
        return False
    try:
        theirs = await app.library.item(tx, one.item_id, one.revision)
    except QuizClosed:
        return False
    ours = await app.library.item(tx, model.item_id, model.revision)
    return [point.text for point in theirs.points] == [point.text for point in ours.points]


def _gains(answer: Answer, verdict: Verdict) -> bool:
    return answer.held or rules.is_better(verdict, Verdict(answer.verdict))


async def _follow(app: App, tx: AsyncSession, answer: Answer, mark: Mark, overlay: Overlay) -> bool:
    """Mark an equal answer as the first one was, close its appeal, and tell its member, once.

    False when somebody has meanwhile done as well by it.
    """
    now = await quizzes.answer(tx, answer.id, lock=True)
    if now is None or not _gains(now, mark.verdict):
        return False
    own = remarking.MARKS.validate_python(answer.grade)
    assert mark.grade is not None and own.grade is not None
    # Where the words stand is each answer's own.
    grade = replace(mark.grade, matched=own.grade.matched)
    moved = Mark(mark.verdict, mark.score, own.given, grade=grade)
    marked = await remarking.remark(app, tx, answer, moved, by=overlay.created_by, because="wording")
    state = State.ACCEPTED if mark.verdict is Verdict.CORRECT else State.PARTLY
    await cases.follow(tx, answer.id, state=state, by=overlay.created_by, at=app.clock())
    member = await members.find(tx, answer.member_id)
    assert member is not None
    audit.note(
        tx,
        at=app.clock(),
        actor_id=overlay.created_by,
        action="answer.remarked",
        unit_id=member.unit_id,
        member_id=member.id,
        answer=answer.id,
        overlay=overlay.id,
        points=marked.change,
    )
    if member.telegram_id is None or member.blocked_at is not None:
        return True
    item = await app.library.item(tx, answer.item_id, answer.revision)
    key = f"appeals.remarked.{mark.verdict.value}{'.points' if marked.change else ''}"
    unit = await units.find(tx, member.unit_id)
    await outbox.put(
        tx,
        key=f"remarked:{answer.id}",
        chat_id=member.telegram_id,
        member_id=member.id,
        letter="text",
        payload={
            "key": key,
            "params": {
                "question": item.question,
                "given": answer.given[: rules.LONGEST_WORDING],
                "change": f"{marked.change:+d}",
            },
        },
        lane=Lane.PERSONAL,
        not_before=app.when_awake(unit.timezone if unit else None),
    )
    return True


async def _committee(tx: AsyncSession, unit: Unit) -> Unit:
    """The top of the tree that the unit stands in."""
    top = await units.find(tx, int(unit.path.split("/")[1]))
    return top or unit


async def _wording(app: App, tx: AsyncSession, actor: Actor, overlay: Overlay, unit: Unit) -> Wording:
    item = (await app.library.current(tx)).items.get(overlay.item_id)
    by = await members.find(tx, overlay.created_by) if overlay.created_by is not None else None
    return Wording(
        overlay_id=overlay.id,
        question=item.question if item else overlay.item_id,
        reference=overlay.reference,
        wording=overlay.wording,
        by=by.name if by else "",
        on=day_of(overlay.created_at, unit.timezone or DEFAULT_ZONE),
        revocable=_may_revoke(actor, overlay, unit),
    )


def _may_revoke(actor: Actor, overlay: Overlay, unit: Unit) -> bool:
    own = actor.member_id is not None and overlay.created_by == actor.member_id
    return own or actor.may(Permission.DECIDE_APPEALS, unit.path)


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, unit: Unit, **details: Any) -> None:
    audit.note(tx, at=app.clock(), actor_id=actor.member_id, action=action, unit_id=unit.id, **details)
