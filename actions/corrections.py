"""Answers to items that were corrected: marked anew, their points with them, and their members told."""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from actions import remarking
from actions.app import App
from storage import audit, members, outbox, quizzes, units
from storage import corrections as records
from storage.tables import Answer, Correction, Member
from study import packs
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.delivery import Lane
from study.grading import Verdict
from study.items import Item
from study.packs import Difference
from study.packs.correcting import carried, changes_answer
from study.quiz import Mark, QuizClosed, mark_choice, mark_words

BATCH = 50
LONGEST_QUESTION = 120  # characters of it that are repeated


def note(app: App, tx: AsyncSession, change: Difference, *, version_id: int, by: int | None) -> None:
    """Remember what a new version corrects, in the transaction that publishes it; the tick does the rest."""
    found = [
        (one.new.id, packs.revision(one.new))
        for one in change.changed_items
        if isinstance(one.old, Item) and isinstance(one.new, Item) and changes_answer(one.old, one.new)
    ]
    records.add(tx, found, version_id=version_id, by=by, at=app.clock())


async def finish(app: App) -> int:
    """A tick: mark anew what corrections left to do, in small transactions; how many answers count differently."""
    async with app.db.reading() as tx:
        left = await records.unswept(tx)
    remarked = 0
    for correction_id in left:
        done = False
        while not done:
            async with app.db.writing() as tx:
                done, count = await _sweep_some(app, tx, correction_id)
            remarked += count
    return remarked


# --- within a transaction -------------------------------------------------------------------------


async def _sweep_some(app: App, tx: AsyncSession, correction_id: int) -> tuple[bool, int]:
    """Look at the next few answers: (whether all have been looked at, how many were marked anew)."""
    correction = await records.lock(tx, correction_id)
    if correction is None or correction.swept_at is not None:
        return True, 0
    live = (await app.library.current(tx)).items.get(correction.item_id)
    if live is None or packs.revision(live) != correction.revision:
        correction.swept_at = app.clock()  # withdrawn, or corrected again since
        return True, 0
    season = moment(date(day_of(correction.at, DEFAULT_ZONE).year, 1, 1), 0, DEFAULT_ZONE)
    answers = await records.candidates(tx, correction, since=season, limit=BATCH)
    for member_id in sorted({answer.member_id for answer in answers}):
        await members.lock(tx, member_id)
    changed = [await _remark(app, tx, answer, live, correction) for answer in answers]
    if answers:
        correction.swept_to = answers[-1].id
    if len(answers) < BATCH:
        correction.swept_at = app.clock()
    return correction.swept_at is not None, sum(changed)


async def _remark(app: App, tx: AsyncSession, answer: Answer, item: Item, correction: Correction) -> bool:
    """Mark one answer by the corrected item; whether it counts differently now."""
    now = await quizzes.answer(tx, answer.id, lock=True)
    member = await members.find(tx, answer.member_id)
    if now is None or now.held or member is None:
        return False
    mark = await _mark(app, tx, now, item, member)
    if mark is None or mark.verdict is Verdict(now.verdict):
        return False
    shown_as_new = not item.is_choice or len(mark.picks) == 0 or await _fits(app, tx, now, item)
    if not shown_as_new:
        mark = replace(mark, picks=remarking.MARKS.validate_python(now.grade).picks)
    done = await remarking.remark(app, tx, now, mark, by=correction.by, because="pack")
    if shown_as_new:
        now.revision = correction.revision
    audit.note(
        tx,
        at=app.clock(),
        actor_id=correction.by,
        action="answer.corrected",
        unit_id=member.unit_id,
        member_id=member.id,
        answer=now.id,
        item=item.id,
        points=done.change,
    )
    await _tell(
        app, tx, member, item, mark.verdict, change=done.change, key=f"corrected:{correction.id}:{now.id}"
    )
    return True


async def _mark(app: App, tx: AsyncSession, answer: Answer, item: Item, member: Member) -> Mark | None:
    """The mark that the answer gets from the corrected item; None when it cannot be said."""
    if not item.is_choice:
        unit = await units.find(tx, member.unit_id)
        return mark_words(app.grader, app.library.accepting(item, unit.path if unit else "/"), answer.given)
    try:
        old = await app.library.item(tx, answer.item_id, answer.revision)
    except QuizClosed:
        return None
    before = remarking.MARKS.validate_python(answer.grade)
    picks = carried(before.picks, old, item)
    return None if picks is None else replace(mark_choice(item, picks), given=before.given)


async def _fits(app: App, tx: AsyncSession, answer: Answer, item: Item) -> bool:
    """Whether the options can be shown in the places in which the member saw the old ones."""
    old = await app.library.item(tx, answer.item_id, answer.revision)
    return len(old.options) == len(item.options)


async def _tell(
    app: App, tx: AsyncSession, member: Member, item: Item, verdict: Verdict, *, change: int, key: str
) -> None:
    if member.telegram_id is None or member.blocked_at is not None:
        return
    unit = await units.find(tx, member.unit_id)
    await outbox.put(
        tx,
        key=key,
        chat_id=member.telegram_id,
        member_id=member.id,
        letter="text",
        payload={
            "key": f"packs.corrected.{verdict.value}{'.points' if change else ''}",
            "params": {"question": item.question[:LONGEST_QUESTION], "change": f"{change:+d}"},
        },
        lane=Lane.PERSONAL,
        not_before=app.when_awake(unit.timezone if unit else None),
    )
