"""Marking an answer anew, whatever the cause: its verdict, its points and its review card follow.

Points are corrected by new lines of the ledger that say why. After any number of corrections, in any order, a member
has what the verdicts as they are now earn within the caps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from actions import ledger
from actions.app import App
from storage import cards, members, quizzes, units
from storage import points as records
from storage.tables import Answer, Quiz
from study import review
from study.appeals import counts_as
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.grading import Verdict
from study.members import MemberKind
from study.points import Action, ActionRule, Tally, award
from study.quiz import REWARDED, Mark

MARKS = TypeAdapter(Mark)
ACTIONS = {Verdict.CORRECT: Action.CORRECT, Verdict.PARTIAL: Action.PARTIAL}


@dataclass(frozen=True)
class Remarked:
    """What an answer brought before and after, and by how much the member's sum changed: room that is freed under a
    cap goes to other answers."""

    before: int
    after: int
    change: int


def entry_key(quiz_id: int, position: int) -> str:
    """The ledger's key for what an answer brought at first; corrections go on from it."""
    return f"answer:{quiz_id}:{position}"


async def remark(
    app: App, tx: AsyncSession, answer: Answer, mark: Mark, *, by: int | None, because: str
) -> Remarked:
    """Give the answer this mark, which ends its being held. `because` is a text key below `points.because.`.

    Locks the member first, so lock nothing of the member's before. The same mark again changes nothing.
    """
    member = await members.lock(tx, answer.member_id)
    fresh = await quizzes.answer(tx, answer.id, lock=True)
    assert member is not None and fresh is not None
    old = counts_as(Verdict(fresh.verdict), held=fresh.held)
    before = fresh.points
    fresh.verdict, fresh.score, fresh.held = mark.verdict.value, mark.score, False
    fresh.grade = MARKS.dump_python(mark, mode="json")
    await tx.flush()
    change = 0
    quiz = await tx.get(Quiz, fresh.quiz_id)
    assert quiz is not None
    if mark.verdict is not old:
        exempt = MemberKind(member.kind) in app.points.exempt
        if quiz.kind in REWARDED and not exempt:
            unit = await units.find(tx, member.unit_id)
            zone = (unit.timezone if unit else None) or DEFAULT_ZONE
            booking = _Booking(app, tx, MemberKind(member.kind), zone, by, because)
            change = await booking.move(fresh, old, mark.verdict)
        await relearn(app, tx, fresh.member_id, fresh.item_id)
    return Remarked(before, fresh.points, change)


async def relearn(app: App, tx: AsyncSession, member_id: int, item_id: str) -> None:
    """Write the review card anew from all answers to the item as they count now; pauses before them are not known."""
    answers = await quizzes.answers_to(tx, member_id, item_id)
    state: Mapping[str, Any] | None = None
    verdicts = [counts_as(Verdict(answer.verdict), held=answer.held) for answer in answers]
    for answer, verdict in zip(answers, verdicts, strict=True):
        recall = app.schedule.after(
            state, verdict, now=answer.answered_at, key=review.key(member_id, item_id)
        )
        state = recall.state
    await cards.put(
        tx,
        member_id=member_id,
        item_id=item_id,
        state=dict(recall.state),
        due_at=recall.due_at,
        last_verdict=verdicts[-1].value,
        mistakes=sum(verdict is not Verdict.CORRECT for verdict in verdicts),
        seen=len(verdicts),
    )


@dataclass(frozen=True)
class _Booking:
    """Corrections of one member's points, for one cause."""

    app: App
    tx: AsyncSession
    kind: MemberKind
    zone: str
    by: int | None
    because: str

    async def move(self, answer: Answer, old: Verdict, new: Verdict) -> int:
        """Take back what `answer` brought as `old`, give what it brings as `new`, and hand on the room freed."""
        day = day_of(answer.answered_at, self.zone)
        freed, was_full = 0, False
        losing, gaining = ACTIONS.get(old), ACTIONS.get(new)
        if losing:
            rule = self.app.points.actions.get(losing)
            tally = await self._tally(answer.member_id, losing, day)
            was_full = bool(rule and rule.yearly is not None and tally.season >= rule.yearly)
            key = entry_key(answer.quiz_id, answer.position)
            freed = await ledger.take_back(
                self.app, self.tx, answer.member_id, key=key, because=self.because, by=self.by
            )
        change = -freed
        answer.points = 0
        if gaining:
            answer.points = await self._give(answer, gaining, day, because=self.because)
            change += answer.points
        await self.tx.flush()
        if losing and freed:
            change += await self._hand_on(answer, losing, old, day, room=freed, whole_season=was_full)
        return change

    async def _give(
        self, answer: Answer, action: Action, day: date, *, because: str, most: int | None = None
    ) -> int:
        tally = await self._tally(answer.member_id, action, day)
        amount = award(self.app.points, action, kind=self.kind, tally=tally).amount
        if most is not None:
            amount = min(amount, most)
        if amount == 0:
            return 0
        key = entry_key(answer.quiz_id, answer.position)
        earlier = await records.under(self.tx, answer.member_id, key)
        item = await self.app.library.item(self.tx, answer.item_id, answer.revision)
        await records.book(
            self.tx,
            member_id=answer.member_id,
            season=day.year,
            day_on=day,
            action=action.value,
            amount=amount,
            key=f"{key}:{len(earlier) + 1}",
            details={"item": item.id, "question": item.question[:60], "because": because},
            at=self.app.clock(),
            by=self.by,
        )
        return amount

    async def _hand_on(
        self, answer: Answer, action: Action, verdict: Verdict, day: date, *, room: int, whole_season: bool
    ) -> int:
        """Give the room freed under the caps to other answers that the caps had cut; how much they took."""
        rule = self.app.points.actions.get(action) or ActionRule(0)
        first, last = (date(day.year, 1, 1), date(day.year, 12, 31)) if whole_season else (day, day)
        others = await quizzes.short_of(
            self.tx,
            answer.member_id,
            verdict=verdict,
            points=rule.points,
            since=moment(first, 0, self.zone),
            until=moment(last + timedelta(days=1), 0, self.zone),
        )
        left = room
        for other in others:
            if left == 0:
                break
            their_day = day_of(other.answered_at, self.zone)
            most = min(left, rule.points - other.points)
            given = await self._give(other, action, their_day, because="room", most=most)
            other.points += given
            left -= given
            await self.tx.flush()
        return room - left

    async def _tally(self, member_id: int, action: Action, day: date) -> Tally:
        tallies = await records.tallies(self.tx, member_id, season=day.year, day_on=day)
        return Tally(*tallies.get(action, (0, 0)))
