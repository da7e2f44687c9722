"""Wordings accepted for everybody: who gains by them, once, and how they are listed, revoked and handed out."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from actions import appeals, mydata, overlays, packs
from actions.actors import Console
from actions.app import App
from actions.appeals import Decided
from actions.overlays import Adopted
from storage.tables import Answer, AuditEntry, Member, Outgoing, Overlay
from study.appeals import AlreadyDecided, NoSuchWording, NothingToAdopt, Offer, State
from study.grading import Verdict
from study.items import Kind, Point
from study.members import NotAllowed
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
from tests.sample import LIST, PACK, SHORT

REWORDED = replace(SHORT, points=(Point("为人民服务"),))


@pytest.fixture
async def school(app: App, hospital: Hospital) -> App:
    return await taught(app)


@pytest.fixture
def pen(school: App) -> Pen:
    return Pen(school)


async def accepted(app: App, pen: Pen, words: str = "为百姓办事", who: int = NURSE) -> Decided:
    """An appeal raised and accepted."""
    graded = await pen.writes(who, words)
    assert graded.answer_id
    asked = await appeals.ask(app, who, answer_id=graded.answer_id)
    return await appeals.decide(app, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)


async def adopted(app: App, pen: Pen, words: str = "为百姓办事", who: int = NURSE) -> Adopted:
    done = await accepted(app, pen, words, who)
    return await overlays.adopt(app, SECRETARY, appeal_id=done.appeal_id, offer=0)


async def letters(app: App, member_id: int) -> list[Outgoing]:
    async with app.db.reading() as tx:
        query = select(Outgoing).where(Outgoing.member_id == member_id).order_by(Outgoing.id)
        return list(await tx.scalars(query))


async def test_the_wording_counts_for_everybody_from_now_on(school: App, pen: Pen) -> None:
    result = await adopted(school, pen)
    assert (result.offer, result.fresh) == (Offer(0, "全心全意为人民服务", "为百姓办事"), True)
    for who in (NURSE, OUTSIDER):
        assert (await pen.writes(who, "为百姓办事")).mark.verdict is Verdict.CORRECT
    assert (await pen.writes(DOCTOR, "为自己办事")).mark.verdict is Verdict.WRONG


async def test_equal_answers_are_marked_anew_and_told_once(school: App, pen: Pen) -> None:
    others = [
        await pen.writes(who, words) for who, words in ((DOCTOR, "为百姓办事。"), (OUTSIDER, "為百姓辦事"))
    ]
    different = await pen.writes(DOCTOR, "为百姓办点事")
    practised = await pen.writes(OUTSIDER, "为百姓办事", occasion=Occasion.PRACTICE)
    tried = await pen.writes(ADMINISTRATOR, "为百姓办事", occasion=Occasion.TRIAL)
    result = await adopted(school, pen)
    assert result.remarked == 3
    for graded in (*others, practised):
        assert (await answer_of(school, graded)).verdict == "correct"
    for graded in (different, tried):
        assert (await answer_of(school, graded)).verdict == "wrong"
    assert [(one.amount, one.details["because"]) for one in await ledger_of(school, 2)] == [(2, "wording")]
    [told] = await letters(school, 2)
    assert (told.letter, told.payload["key"]) == ("text", "appeals.remarked.correct.points")
    assert told.payload["params"]["change"] == "+2"
    assert [one.payload["key"] for one in await letters(school, 5)] == [
        "appeals.remarked.correct.points",
        "appeals.remarked.correct",
    ]
    assert await overlays.finish_sweeps(school) == 0


async def test_open_appeals_of_equal_answers_are_closed(school: App, pen: Pen) -> None:
    held = await pen.writes(DOCTOR, "悬着的说法")
    await pen.writes(OUTSIDER, "悬着的说法")
    mine = await pen.writes(NURSE, "悬着的说法")
    case = await appeal_of(school, mine)
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.ACCEPTED)
    result = await overlays.adopt(school, SECRETARY, appeal_id=case.id, offer=0)
    assert result.remarked == 2
    closed = await appeal_of(school, held)
    assert (closed.state, closed.decided_by) == ("accepted", 3)
    assert (await appeals.waiting(school, Console.SHELL)).leaf.total == 0
    assert (await answer_of(school, held)).points == 2


async def test_what_was_turned_down_before_gains_too(school: App, pen: Pen) -> None:
    theirs = await pen.writes(DOCTOR, "悬着的说法")
    case = await appeal_of(school, theirs)
    await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.REJECTED)
    mine = await pen.writes(NURSE, "悬着的说法")
    other = await appeal_of(school, mine)
    await appeals.decide(school, GENERAL, appeal_id=other.id, state=State.ACCEPTED)
    await overlays.adopt(school, GENERAL, appeal_id=other.id, offer=0)
    assert (await answer_of(school, theirs)).verdict == "correct"
    assert (await appeal_of(school, theirs)).state == "accepted"


async def test_many_equal_answers_are_done_in_small_transactions(
    school: App, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlays, "BATCH", 2)
    for _ in range(5):
        await pen.writes(DOCTOR, "为百姓办事")
    assert (await adopted(school, pen)).remarked == 5


async def test_a_sweep_that_was_cut_off_goes_on_where_it_stopped(school: App, pen: Pen) -> None:
    first = await pen.writes(DOCTOR, "为百姓办事")
    second = await pen.writes(DOCTOR, "为百姓办事")
    await adopted(school, pen)
    async with school.db.writing() as tx:  # as if the program had stopped after the first
        await tx.execute(
            update(Answer).where(Answer.id == second.answer_id).values(verdict="wrong", points=0)
        )
        await tx.execute(update(Overlay).values(swept_to=first.answer_id, swept_at=None))
    assert await overlays.finish_sweeps(school) == 1
    assert await overlays.finish_sweeps(school) == 0
    assert (await answer_of(school, second)).verdict == "correct"
    assert len(await letters(school, 2)) == 2


async def test_answers_of_an_earlier_season_stay(school: App, pen: Pen, clock: Clock) -> None:
    old = await pen.writes(DOCTOR, "为百姓办事")
    clock.tick(days=330)
    assert (await adopted(school, pen)).remarked == 0
    assert (await answer_of(school, old)).verdict == "wrong"


async def test_an_answer_to_another_wording_of_the_item_stays(school: App, pen: Pen) -> None:
    old = await pen.writes(DOCTOR, "为百姓办事")
    gone = await pen.writes(OUTSIDER, "为百姓办事")
    items = (*(one for one in PACK.items if one != SHORT), REWORDED)
    await packs.publish(school, Console.SHELL, replace(PACK, items=items))
    async with school.db.writing() as tx:  # an item shown once of which nothing is left
        await tx.execute(update(Answer).where(Answer.id == gone.answer_id).values(revision="gone"))
    graded = await pen.writes(NURSE, "为百姓办事", item=REWORDED)
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)
    result = await overlays.adopt(school, SECRETARY, appeal_id=asked.appeal_id, offer=0)
    assert result.remarked == 0
    assert (await answer_of(school, old)).verdict == "wrong"


async def test_pieces_of_a_list_count_for_their_point(school: App, pen: Pen) -> None:
    equal = await pen.writes_list(DOCTOR, "错的一点")
    mine = await pen.writes_list(NURSE, "错的一点")
    assert mine.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=mine.answer_id)
    done = await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.PARTLY)
    assert [offer.point for offer in done.offers] == [0, 1, 2, 3]
    result = await overlays.adopt(school, SECRETARY, appeal_id=asked.appeal_id, offer=2)
    assert (result.offer, result.remarked) == (Offer(2, "市场经济考验", "错的一点"), 1)
    assert (await answer_of(school, equal)).verdict == "partial"
    assert (await letters(school, 2))[0].payload["key"] == "appeals.remarked.partial.points"
    assert await sum_of(school, 2) == 1


async def test_the_same_wording_is_accepted_once(school: App, pen: Pen) -> None:
    done = await accepted(school, pen)
    first = await overlays.adopt(school, SECRETARY, appeal_id=done.appeal_id, offer=0)
    again = await overlays.adopt(school, GENERAL, appeal_id=done.appeal_id, offer=0)
    assert first.fresh and not again.fresh


async def test_only_what_was_accepted_may_be_adopted(school: App, pen: Pen) -> None:
    graded = await pen.writes(NURSE, "为百姓办事")
    assert graded.answer_id
    asked = await appeals.ask(school, NURSE, answer_id=graded.answer_id)
    with pytest.raises(NothingToAdopt):
        await overlays.adopt(school, SECRETARY, appeal_id=asked.appeal_id, offer=0)
    await appeals.decide(school, SECRETARY, appeal_id=asked.appeal_id, state=State.ACCEPTED)
    for place in (-1, 1):
        with pytest.raises(NothingToAdopt):
            await overlays.adopt(school, SECRETARY, appeal_id=asked.appeal_id, offer=place)


async def test_a_revoked_wording_counts_no_longer_and_marks_stay(school: App, pen: Pen) -> None:
    before = await pen.writes(DOCTOR, "为百姓办事")
    await adopted(school, pen)
    [listed] = (await overlays.listing(school, SECRETARY)).wordings
    assert (listed.wording, listed.by, listed.revocable) == ("为百姓办事", "方致远", True)
    await overlays.revoke(school, SECRETARY, overlay_id=listed.overlay_id)
    assert (await pen.writes(NURSE, "为百姓办事")).mark.verdict is Verdict.WRONG
    assert (await answer_of(school, before)).verdict == "correct"
    assert (await overlays.listing(school, SECRETARY)).leaf.total == 0
    with pytest.raises(NoSuchWording):
        await overlays.revoke(school, SECRETARY, overlay_id=listed.overlay_id)
    with pytest.raises(NoSuchWording):
        await overlays.revoke(school, SECRETARY, overlay_id=999)
    assert await overlays.sweep(school, listed.overlay_id) == 0


async def test_only_who_accepted_it_or_the_committee_may_revoke(school: App, pen: Pen) -> None:
    await adopted(school, pen)
    [listed] = (await overlays.listing(school, GENERAL)).wordings
    assert not listed.revocable
    with pytest.raises(NotAllowed):
        await overlays.revoke(school, GENERAL, overlay_id=listed.overlay_id)
    [listed] = (await overlays.listing(school, ADMINISTRATOR)).wordings
    assert listed.revocable
    await overlays.revoke(school, ADMINISTRATOR, overlay_id=listed.overlay_id)
    async with school.db.reading() as tx:
        actions = list(await tx.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-2:] == ["wording.accepted", "wording.revoked"]


async def test_the_shell_accepts_without_a_name(school: App, pen: Pen) -> None:
    done = await accepted(school, pen)
    await overlays.adopt(school, Console.SHELL, appeal_id=done.appeal_id, offer=0)
    [listed] = (await overlays.listing(school, Console.SHELL)).wordings
    assert listed.by == ""


async def test_the_export_gathers_wordings_by_point(school: App, pen: Pen) -> None:
    for words in ("为百姓办事", "给群众服务"):
        await adopted(school, pen, words)
    done = await overlays.export(school, ADMINISTRATOR)
    assert [(one.item_id, one.kind, one.wordings) for one in done.gathered] == [
        ("dahui-7", Kind.SHORT, ("为百姓办事", "给群众服务"))
    ]
    with pytest.raises(NotAllowed):
        await overlays.export(school, SECRETARY)


async def test_an_item_that_is_gone_is_still_listed_and_exported(school: App, pen: Pen) -> None:
    await adopted(school, pen)
    await packs.publish(school, Console.SHELL, replace(PACK, items=(LIST,)))
    [listed] = (await overlays.listing(school, SECRETARY)).wordings
    assert listed.question == "dahui-7"
    [one] = (await overlays.export(school, ADMINISTRATOR)).gathered
    assert (one.kind, one.question) == (None, "")


async def test_an_erased_author_leaves_the_wording(school: App, pen: Pen) -> None:
    await adopted(school, pen)
    async with school.db.writing() as tx:
        await tx.execute(update(Overlay).values(swept_at=None))
    await mydata.erase(school, NURSE)
    assert await overlays.finish_sweeps(school) == 0
    assert (await pen.writes(DOCTOR, "为百姓办事")).mark.verdict is Verdict.CORRECT


async def test_whoever_blocked_the_bot_is_marked_anew_without_a_letter(school: App, pen: Pen) -> None:
    theirs = await pen.writes(DOCTOR, "为百姓办事")
    async with school.db.writing() as tx:
        await tx.execute(update(Member).where(Member.id == 2).values(blocked_at=school.clock()))
    await adopted(school, pen)
    assert (await answer_of(school, theirs)).verdict == "correct"
    assert await letters(school, 2) == []


async def test_a_decision_and_a_sweep_at_once_leave_everybody_right(school: App, pen: Pen) -> None:
    theirs = [await pen.writes(who, "悬着的说法") for who in (DOCTOR, OUTSIDER, DOCTOR, OUTSIDER)]
    graded = await pen.writes(NURSE, "悬着的说法")
    case = await appeal_of(school, graded)
    done = await appeals.decide(school, SECRETARY, appeal_id=case.id, state=State.ACCEPTED)
    rejections = [
        appeals.decide(
            school, ADMINISTRATOR, appeal_id=(await appeal_of(school, one)).id, state=State.REJECTED
        )
        for one in theirs
    ]
    results = await asyncio.gather(
        overlays.adopt(school, SECRETARY, appeal_id=done.appeal_id, offer=0),
        *rejections,
        return_exceptions=True,
    )
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, AlreadyDecided)]
    await overlays.finish_sweeps(school)
    for graded in theirs:
        answer = await answer_of(school, graded)
        assert (answer.verdict, answer.points, answer.held) == ("correct", 2, False)
        assert (await appeal_of(school, graded)).state == "accepted"
    assert await sum_of(school, 2) == await sum_of(school, 5) == 4
