"""What comes up again, on a real database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import packs, quizzes, reviews
from actions.actors import Console
from actions.app import App
from actions.questions import Shown
from actions.reviews import Waiting
from storage.tables import Card
from study import quiz as rules
from study.grading import Verdict
from study.items import Pack
from study.review import FORGIVEN_AFTER, LONG_PAUSE, Schedule
from tests.conftest import Clock, Hospital
from tests.sample import DAHUI, PACK, SHORT, SINGLE, TRUTH, item


@pytest.fixture
async def nurse(app: App, hospital: Hospital) -> int:
    """The nurse's account, with the sample pack live."""
    await packs.publish(app, Console.SHELL, PACK)
    assert hospital.nurse.telegram_id
    return hospital.nurse.telegram_id


async def answer(app: App, who: int, item_id: str, option: int) -> None:
    shown = await quizzes.start_item(app, who, item_id=item_id)
    await quizzes.choose(app, who, quiz_id=shown.quiz_id, position=0, option=option)


async def card(app: App, item_id: str) -> Card:
    async with app.db.reading() as tx:
        return (await tx.scalars(select(Card).where(Card.item_id == item_id))).one()


async def asked(app: App, who: int) -> list[str]:
    """The items of the day's quiz."""
    shown = await quizzes.start_day(app, who)
    found = []
    while isinstance(shown, Shown):
        found.append(shown.item.id)
        await quizzes.give_up(app, who, quiz_id=shown.quiz_id, position=shown.position)
        shown = await quizzes.go_on(app, who, quiz_id=shown.quiz_id)
    return found


async def test_the_backlog_says_what_and_why(app: App, nurse: int, clock: Clock) -> None:
    await answer(app, nurse, SINGLE.id, 0)
    clock.tick(days=1)
    await answer(app, nurse, TRUTH.id, 1)
    clock.tick(days=2)
    backlog = await reviews.backlog(app, nurse)
    assert (backlog.due, backlog.mistakes) == (2, 1)
    assert backlog.first == (Waiting(SINGLE, Verdict.WRONG, 3), Waiting(TRUTH, Verdict.CORRECT, 2))


async def test_a_review_asks_what_the_backlog_names(app: App, nurse: int, clock: Clock) -> None:
    await answer(app, nurse, SINGLE.id, 0)
    await answer(app, nurse, TRUTH.id, 1)
    clock.tick(days=3)
    backlog = await reviews.backlog(app, nurse)
    shown = await quizzes.start_review(app, nurse)
    assert isinstance(shown, Shown)
    assert (shown.item, shown.total) == (backlog.first[0].item, len(backlog.first))


async def test_what_is_due_this_evening_may_be_asked_in_the_morning(
    app: App, nurse: int, clock: Clock
) -> None:
    clock.tick(hours=12)  # 20:00 in Shanghai
    await answer(app, nurse, SINGLE.id, 0)
    assert (await reviews.backlog(app, nurse)).due == 0
    clock.tick(hours=11)  # the next morning, an hour before the day is full
    assert (await reviews.backlog(app, nurse)).due == 1


async def test_a_leave_leaves_no_debt(app: App, nurse: int, clock: Clock) -> None:
    await answer(app, nurse, SINGLE.id, 0)
    clock.now += FORGIVEN_AFTER + timedelta(days=3)
    backlog = await reviews.backlog(app, nurse)
    assert backlog.due == 0
    assert [waiting.item for waiting in backlog.first] == [
        SINGLE
    ]  # still a mistake, for whoever looks for it
    again = await asked(app, nurse)
    assert len(again) <= rules.DAY_MOST
    async with app.db.reading() as tx:
        curriculum = await app.library.current(tx)
    assert set(again) <= {item.id for item in curriculum.items_by_lesson[DAHUI.id]}


async def test_the_quiz_of_a_day_mixes_old_and_new(app: App, nurse: int, clock: Clock) -> None:
    many = tuple(replace(TRUTH, id=f"old-{number}", lesson="elsewhere") for number in range(8))
    new = tuple(replace(TRUTH, id=f"new-{number}") for number in range(8))
    elsewhere = replace(DAHUI, id="elsewhere", title="别处的课")
    await packs.publish(
        app, Console.SHELL, Pack("sample", "样例", (DAHUI, elsewhere), (*many, *new), PACK.months)
    )
    for one in many:
        await answer(app, nurse, one.id, 1)
    clock.tick(days=3)
    found = await asked(app, nurse)
    again = [id_ for id_ in found if id_.startswith("old")]
    assert (len(again), len(found)) == (3, 5)


async def test_a_long_pause_is_felt_in_the_date_and_nowhere_else(app: App, nurse: int, clock: Clock) -> None:
    await answer(app, nurse, SINGLE.id, 2)
    at_once = (await card(app, SINGLE.id)).due_at
    shown = await quizzes.start_item(app, nurse, item_id=TRUTH.id)
    clock.now += LONG_PAUSE
    graded = await quizzes.choose(app, nurse, quiz_id=shown.quiz_id, position=0, option=1)
    assert graded.mark.verdict is Verdict.CORRECT
    searched = await card(app, TRUTH.id)
    assert searched.due_at < at_once
    assert searched.last_verdict == "correct"


async def test_looking_at_the_answer_and_then_giving_it_moves_no_date(
    app: App, nurse: int, clock: Clock
) -> None:
    shown = await quizzes.start_item(app, nurse, item_id=SINGLE.id)
    await quizzes.give_up(app, nurse, quiz_id=shown.quiz_id, position=0)
    due = (await card(app, SINGLE.id)).due_at
    clock.tick(minutes=5)
    await answer(app, nurse, SINGLE.id, 2)
    assert (await card(app, SINGLE.id)).due_at == due


async def test_the_target_reaches_the_dates(app: App, nurse: int, clock: Clock) -> None:
    dates: Sequence[timedelta] = []
    for retention, one in ((0.97, SINGLE), (0.7, TRUTH)):
        tuned = replace(app, schedule=Schedule(retention))
        await answer(tuned, nurse, one.id, one.right[0])
        dates = [*dates, (await card(app, one.id)).due_at - clock.now]
    assert dates[0] < dates[1]


async def test_items_that_are_taught_no_more_wait_no_more(app: App, nurse: int, clock: Clock) -> None:
    await answer(app, nurse, SINGLE.id, 0)
    await packs.publish(
        app,
        Console.SHELL,
        replace(PACK, items=(SHORT, item("x", TRUTH.kind, "对吗？", options=("对", "错"), right=(0,)))),
    )
    clock.tick(days=2)
    assert (await reviews.backlog(app, nurse)).first == ()
    with pytest.raises(rules.NothingToReview):
        await quizzes.start_review(app, nurse)
