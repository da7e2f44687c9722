"""A quiet word: three absences in a row, said once, to the nearest secretary, with dates and nothing else."""

from datetime import date, timedelta

from sqlalchemy import select

from actions import quietword, roles
from actions.actors import Console
from actions.app import App
from storage.tables import MakeUp, Outgoing
from study.members import Role
from tests.actions.recording import closed, remark
from tests.conftest import Clock, Hospital


async def missed(app: App, hospital: Hospital, clock: Clock, *marks: str, who: str = "nurse") -> list[int]:
    """A meeting a week with these marks, looked at an hour after each; their numbers."""
    numbers = []
    for mark in marks:
        clock.tick(days=7)
        numbers.append(await closed(app, hospital, marks={who: mark}))
        clock.tick(hours=1)
        await quietword.say_due(app)
        clock.tick(hours=-1)
    return numbers


async def words(app: App) -> list[tuple[int, list[int]]]:
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).where(Outgoing.letter == "quiet").order_by(Outgoing.id))
        return [(one.chat_id, one.payload["meetings"]) for one in rows]


async def test_the_third_absence_in_a_row_is_said_once(app: App, hospital: Hospital, clock: Clock) -> None:
    numbers = await missed(app, hospital, clock, "absent", "absent")
    assert await words(app) == []
    numbers += await missed(app, hospital, clock, "absent")
    assert await words(app) == [(1003, numbers)]
    clock.tick(hours=5)
    assert await quietword.say_due(app) == 0
    await missed(app, hospital, clock, "absent", "absent")
    assert len(await words(app)) == 1
    later = await missed(app, hospital, clock, "absent")
    assert (await words(app))[1][1][-1:] == later


async def test_leave_presence_and_making_up_end_the_row(app: App, hospital: Hospital, clock: Clock) -> None:
    await missed(app, hospital, clock, "absent", "absent", "leave", "absent", "late", "absent", "absent")
    assert await words(app) == []
    [last] = await missed(app, hospital, clock, "leave")
    numbers = await missed(app, hospital, clock, "absent", "absent")
    async with app.db.writing() as tx:
        tx.add(
            MakeUp(
                meeting_id=numbers[1],
                member_id=hospital.nurse.id,
                lesson_id="dahui",
                due_on=clock.now.date(),
                offered_at=clock.now,
                done_at=clock.now,
            )
        )
    await missed(app, hospital, clock, "absent")
    assert await words(app) == [] and last


async def test_corrections_within_the_hour_are_waited_for(app: App, hospital: Hospital, clock: Clock) -> None:
    await missed(app, hospital, clock, "absent", "absent")
    clock.tick(days=7)
    third = await closed(app, hospital, marks={"nurse": "absent"})
    assert await quietword.say_due(app) == 0
    await remark(app, third, hospital.nurse, "leave")
    clock.tick(hours=1)
    assert await quietword.say_due(app) == 0


async def test_the_letter_names_the_person_and_the_days_and_nothing_else(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    numbers = await missed(app, hospital, clock, "absent", "absent", "absent")
    word = await quietword.told(app, member_id=hospital.nurse.id, meeting_ids=numbers)
    assert word == quietword.Word("林小满", (date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)))
    await remark(app, numbers[0], hospital.nurse, "present")
    assert await quietword.told(app, member_id=hospital.nurse.id, meeting_ids=numbers) is None
    assert await quietword.told(app, member_id=999, meeting_ids=numbers) is None


async def test_a_secretary_is_not_told_of_themselves(app: App, hospital: Hospital, clock: Clock) -> None:
    numbers = await missed(app, hospital, clock, "absent", "absent", "absent", who="secretary")
    assert await words(app) == [(1004, numbers)], "the next one above hears of it"


async def test_it_waits_for_the_morning(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(hours=14)
    await missed(app, hospital, clock, "absent", "absent", "absent")
    async with app.db.reading() as tx:
        [one] = await tx.scalars(select(Outgoing))
    assert one.not_before == clock.now + timedelta(hours=9)


async def test_whoever_may_come_and_need_not_is_not_spoken_of(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    for _ in range(3):
        clock.tick(days=7)
        await closed(app, hospital, marks={"nurse": "absent"}, may=frozenset({"nurse"}))
        clock.tick(hours=1)
        assert await quietword.say_due(app) == 0


async def test_each_secretary_of_the_branch_hears_it(app: App, hospital: Hospital, clock: Clock) -> None:
    await roles.grant(
        app, Console.SHELL, member_id=hospital.doctor.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    await missed(app, hospital, clock, "absent", "absent", "absent")
    assert {chat for chat, _ in await words(app)} == {1002, 1003}
