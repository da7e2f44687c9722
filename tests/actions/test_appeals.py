"""Held answers and appeals: who may ask, who may decide, and what a decision changes."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actions import appeals, mydata, quizzes, roles
from actions.actors import Console
from actions.app import App
from storage.tables import Appeal, AuditEntry, Card, Outgoing
from study.appeals import (
    AlreadyDecided,
    BadWord,
    NoSuchAppeal,
    NothingToAppeal,
    Origin,
    OwnAppeal,
    State,
)
from study.grading import Verdict
from study.members import NotAllowed, Role
from study.quiz import Occasion
from tests.actions.appealing import (
    ADMINISTRATOR,
    DOCTOR,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    Pen,
    answer_of,
    appeal_of,
    ledger_of,
    sum_of,
    taught,
)
from tests.conftest import Clock, Hospital
from tests.sample import LIST, SINGLE


@pytest.fixture
async def school(app: App, hospital: Hospital) -> App:
    return await taught(app)


@pytest.fixture
def pen(school: App) -> Pen:
    return Pen(school)


async def letters(app: App, member_id: int) -> list[Outgoing]:
    async with app.db.reading() as tx:
        query = select(Outgoing).where(Outgoing.member_id == member_id).order_by(Outgoing.id)
        return list(await tx.scalars(query))


async def audited(app: App) -> list[str]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def card(app: App, member_id: int, item_id: str = "dahui-7") -> Card:
    async with app.db.reading() as tx:
        found = await tx.get(Card, (member_id, item_id))
        assert found
        return found


# Held answers.


async def test_an_answer_near_the_edge_is_held_with_partial_marks(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "悬一线")
    assert graded.held and graded.points == 1
    answer = await answer_of(school, graded)
    assert (answer.verdict, answer.held, answer.points) == ("wrong", True, 1)
    assert graded.finished and (graded.finished.right, graded.finished.partly) == (0, 1)
    assert (await card(school, 1)).last_verdict == "partial"
    found = await appeals.waiting(school, SECRETARY)
    assert [(line.origin, line.given) for line in found.lines] == [(Origin.GRADER, "悬一线")]


async def test_the_same_look_again_still_says_held(school: App, pen: Pen) -> None:
    first = await pen.writes(NURSE, "悬一线")
    again = await quizzes.say(school, NURSE, text="悬一线", source=f"{NURSE}:1")
    assert again.repeated and again.held and again.answer_id == first.answer_id


async def test_a_held_answer_that_is_turned_down_gives_its_point_back(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "悬一线")
    case = await appeal_of(school, graded)
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.REJECTED)
    answer = await answer_of(school, graded)
    assert (answer.verdict, answer.held, answer.points) == ("wrong", False, 0)
    assert await sum_of(school, 1) == 0
    assert (await card(school, 1)).last_verdict == "wrong"


async def test_words_turned_down_once_are_not_held_again(school: App, pen: Pen) -> None:
    case = await appeal_of(school, await pen.writes(NURSE, "悬一线"))
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.REJECTED)
    assert not (await pen.writes(NURSE, "悬一线。")).held
    assert (await pen.writes(NURSE, "悬两线")).held
    assert (await pen.writes(DOCTOR, "悬一线")).held


async def test_a_trial_is_neither_held_nor_appealed(school: App, pen: Pen) -> None:
    graded = await pen.writes(ADMINISTRATOR, "悬一线", occasion=Occasion.TRIAL)
    assert not graded.held
    assert graded.answer_id
    with pytest.raises(NothingToAppeal):
        await appeals.ask(school, ADMINISTRATOR, answer_id=graded.answer_id)


# Asking.


async def test_one_tap_appeals_and_a_second_shows_how_it_stands(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "错了吗")
    assert graded.answer_id
    first = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    again = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    assert first.fresh and not again.fresh
    assert (first.appeal_id, again.state) == (again.appeal_id, State.OPEN)


async def test_two_taps_at_once_make_one_appeal(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "错了吗")
    assert graded.answer_id
    asked = await asyncio.gather(*(appeals.ask(school, NURSE, answer_id=graded.answer_id) for _ in range(3)))
    assert sum(one.fresh for one in asked) == 1
    async with school.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Appeal)) == 1


async def test_what_is_right_tapped_or_somebody_elses_cannot_be_appealed(school: App, pen: Pen) -> None:
    right = await pen.writes(NURSE, "对的")
    tapped = await pen.writes(NURSE, "每周", item=SINGLE)
    theirs = await pen.writes(DOCTOR, "错了")
    for graded in (right, tapped):
        assert graded.answer_id
        with pytest.raises(NothingToAppeal):
            await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    assert theirs.answer_id
    for answer_id in (theirs.answer_id, 999):
        with pytest.raises(NoSuchAppeal):
            await appeals.ask(school, NURSE, answer_id=answer_id)


async def test_a_word_goes_along_while_the_appeal_is_open(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "错了吗")
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    with pytest.raises(BadWord):
        await appeals.explain(school, NURSE, appeal_id=asked.appeal_id, word="  ")
    await appeals.explain(school, NURSE, appeal_id=asked.appeal_id, word="条例里这么写的")
    assert (await appeals.look(school, SECRETARY, appeal_id=asked.appeal_id)).word == "条例里这么写的"
    with pytest.raises(NoSuchAppeal):
        await appeals.explain(school, DOCTOR, appeal_id=asked.appeal_id, word="我也觉得")
    await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)
    with pytest.raises(AlreadyDecided):
        await appeals.explain(school, NURSE, appeal_id=asked.appeal_id, word="还有")


async def test_secretaries_are_called_once_a_day_and_not_at_night(
    school: App, pen: Pen, clock: Clock
) -> None:
    clock.now += timedelta(hours=15)  # 23:00
    for words in ("错一", "错二"):
        graded = await pen.writes(NURSE, words)
        assert graded.answer_id
        await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    [call] = await letters(school, 3)
    assert call.payload == {"key": "appeals.call"}
    assert call.not_before == clock.now + timedelta(hours=8)  # 07:00
    clock.now += timedelta(hours=3)  # 02:00 of the next day
    graded = await pen.writes(NURSE, "错三")
    assert graded.answer_id
    await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    assert [one.not_before for one in await letters(school, 3)] == [call.not_before]
    assert await letters(school, 1) == []


async def test_members_see_their_appeals_with_their_states(school: App, pen: Pen) -> None:
    held = await pen.writes(NURSE, "悬一线")
    graded = await pen.writes(NURSE, "错了吗")
    assert graded.answer_id
    await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    case = await appeal_of(school, held)
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.PARTLY, word="再写全一点")
    found = await appeals.mine(school, NURSE)
    assert [(line.given, line.state) for line in found.lines] == [
        ("错了吗", State.OPEN),
        ("悬一线", State.PARTLY),
    ]
    seen = await appeals.look_at_own(school, NURSE, appeal_id=case.id)
    assert (seen.state, seen.reply) == (State.PARTLY, "再写全一点")
    assert (await appeals.mine(school, DOCTOR)).leaf.total == 0


# Deciding.


async def raised(app: App, pen: Pen, words: str = "错了吗", who: int = NURSE) -> int:
    graded = await pen.writes(who, words)
    assert graded.answer_id
    return (await appeals.ask(app, who, answer_id=graded.answer_id)).appeal_id


async def test_an_accepted_answer_is_marked_anew_in_every_respect(
    school: App, pen: Pen, clock: Clock
) -> None:
    graded = await pen.writes(NURSE, "半对")
    clock.tick(minutes=5)
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    done = await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)
    assert done.state is State.ACCEPTED and [offer.wording for offer in done.offers] == ["半对"]
    answer = await answer_of(school, graded)
    assert (answer.verdict, answer.score, answer.points) == ("correct", 1.0, 2)
    assert [(one.action, one.amount, one.details.get("because")) for one in await ledger_of(school, 1)] == [
        ("partial", 1, None),
        ("partial", -1, "appeal"),
        ("correct", 2, "appeal"),
    ]
    kept = await card(school, 1)
    assert (kept.last_verdict, kept.mistakes, kept.seen) == ("correct", 0, 1)
    again = await quizzes.say(school, NURSE, text="半对", source=f"{NURSE}:1")
    assert again.mark.verdict is Verdict.CORRECT
    assert await audited(school) == ["pack.publish", "appeal.asked", "appeal.decided"]
    [told] = await letters(school, 1)
    assert (told.letter, told.payload) == ("appeal", {"appeal": asked.appeal_id, "change": 1})


async def test_partly_makes_a_wrong_answer_partly_right(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen)
    done = await appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.PARTLY)
    assert done.offers == ()
    assert await sum_of(school, 1) == 1


async def test_practice_brings_no_points_but_the_card_follows(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "悬一线", occasion=Occasion.PRACTICE)
    assert graded.held and graded.points == 0
    case = await appeal_of(school, graded)
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.ACCEPTED)
    assert await ledger_of(school, 1) == []
    assert (await card(school, 1)).last_verdict == "correct"


async def test_later_answers_to_the_item_keep_their_place_on_the_card(
    school: App, pen: Pen, clock: Clock
) -> None:
    appeal_id = await raised(school, pen)
    clock.tick(days=3)
    await pen.writes(NURSE, "半对")
    before = await card(school, 1)
    await appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.ACCEPTED)
    after = await card(school, 1)
    assert (after.last_verdict, after.mistakes, after.seen) == ("partial", 1, 2)
    assert after.due_at > before.due_at


async def test_whoever_is_exempt_gets_no_points_anew(school: App, pen: Pen, hospital: Hospital) -> None:
    graded = await pen.writes(NURSE, "半对")
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    async with school.db.writing() as tx:
        member = await tx.get(type(hospital.nurse), hospital.nurse.id)
        assert member
        member.kind = "retired"
    await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)
    assert [one.amount for one in await ledger_of(school, 1)] == [1]


async def test_the_first_of_two_secretaries_wins_and_the_second_is_told(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen)
    results = await asyncio.gather(
        appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.ACCEPTED),
        appeals.decide(school, GENERAL, appeal_id=appeal_id, state=State.REJECTED),
        return_exceptions=True,
    )
    refused = [one for one in results if isinstance(one, AlreadyDecided)]
    done = [one for one in results if not isinstance(one, BaseException)]
    assert len(refused) == len(done) == 1
    assert refused[0].params["state"] == done[0].state
    assert len(await letters(school, 1)) == 1


async def test_nobody_decides_about_an_answer_of_their_own(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen, who=SECRETARY)
    assert (await appeals.waiting(school, SECRETARY)).leaf.total == 0
    for deed in (
        appeals.look(school, SECRETARY, appeal_id=appeal_id),
        appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.ACCEPTED),
    ):
        with pytest.raises(OwnAppeal):
            await deed
    assert (await appeals.waiting(school, GENERAL)).leaf.total == 1
    await appeals.decide(school, GENERAL, appeal_id=appeal_id, state=State.ACCEPTED)


async def test_a_secretary_reaches_the_own_units_alone(school: App, pen: Pen, hospital: Hospital) -> None:
    await roles.grant(
        school,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=Role.SECRETARY,
        unit_id=hospital.theatre.id,
    )
    appeal_id = await raised(school, pen)
    assert (await appeals.waiting(school, OUTSIDER)).leaf.total == 0
    with pytest.raises(NotAllowed):
        await appeals.decide(school, OUTSIDER, appeal_id=appeal_id, state=State.ACCEPTED)
    with pytest.raises(NotAllowed):
        await appeals.waiting(school, NURSE)
    for who in (SECRETARY, GENERAL, ADMINISTRATOR, Console.SHELL):
        assert (await appeals.waiting(school, who)).leaf.total == 1
    assert await appeals.may_decide(school, SECRETARY)
    assert not await appeals.may_decide(school, NURSE)
    with pytest.raises(NoSuchAppeal):
        await appeals.look(school, SECRETARY, appeal_id=999)


async def test_what_a_secretary_sees_names_nobody(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen)
    seen = await appeals.look(school, SECRETARY, appeal_id=appeal_id)
    line = (await appeals.waiting(school, SECRETARY)).lines[0]
    assert "林小满" not in repr((seen, line))
    assert (seen.mark.verdict, seen.mark.given, seen.state) == (Verdict.WRONG, "错了吗", State.OPEN)


async def test_the_list_is_paged(school: App, pen: Pen) -> None:
    for number in range(10):
        await raised(school, pen, words=f"错{number}")
    first = await appeals.waiting(school, SECRETARY)
    last = await appeals.waiting(school, SECRETARY, page=1)
    assert (len(first.lines), len(last.lines), first.leaf.pages) == (8, 2, 2)
    assert first.lines[0].given == "错0"


async def test_somebody_out_of_reach_of_messages_is_not_written_to(
    school: App, pen: Pen, hospital: Hospital
) -> None:
    appeal_id = await raised(school, pen)
    async with school.db.writing() as tx:
        member = await tx.get(type(hospital.nurse), hospital.nurse.id)
        assert member
        member.blocked_at = school.clock()
    await appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.ACCEPTED)
    assert await letters(school, 1) == []


async def test_the_letter_tells_what_was_decided(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen)
    await appeals.decide(school, SECRETARY, appeal_id=appeal_id, state=State.ACCEPTED, word=" 意思到了 ")
    told = await appeals.told(school, appeal_id)
    assert told and (told.state, told.reply, told.given) == (State.ACCEPTED, "意思到了", "错了吗")
    assert await appeals.told(school, 999) is None


async def test_erasing_takes_the_appeals_along(school: App, pen: Pen) -> None:
    appeal_id = await raised(school, pen)
    assert (await mydata.export(school, NURSE)).subjects["appeals"]
    await mydata.erase(school, NURSE)
    assert await appeals.told(school, appeal_id) is None
    assert (await appeals.waiting(school, SECRETARY)).leaf.total == 0


async def test_a_list_offers_its_pieces(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "半个开放", item=LIST)
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    done = await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.PARTLY)
    assert [(offer.reference, offer.wording) for offer in done.offers] == [("执政考验", "半个开放")]
