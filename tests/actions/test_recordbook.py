"""The ledger of a year: what is in it, for whom, and that its figures stay when people go."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actions import attendance, makeups, mydata, recordbook
from actions.actors import Console
from actions.app import App
from storage.tables import Motion, Unit
from study.meetings import Mark, State
from study.members import NoSuchUnit, NotAllowed
from study.votes import Rule
from tests.actions.appealing import taught
from tests.actions.recording import ADMINISTRATOR, GENERAL, NURSE, SECRETARY, closed
from tests.actions.test_makeups import finish
from tests.conftest import Clock, Hospital


async def test_a_year_has_its_closed_meetings_by_unit_and_time(app: App, hospital: Hospital) -> None:
    for unit, month, state in (
        (hospital.ward2, 2, State.CLOSED),
        (hospital.ward1, 2, State.CLOSED),
        (hospital.ward1, 1, State.CLOSED),
        (hospital.ward1, 3, State.PLANNED),
        (hospital.ward1, 2, State.CANCELLED),
    ):
        await closed(
            app,
            hospital,
            unit=unit,
            title=f"{unit.name}{month}月",
            began=datetime(2026, month, 10, 11, tzinfo=UTC),
            state=state,
        )
    await closed(app, hospital, title="去年", began=datetime(2025, 12, 31, 15, tzinfo=UTC))
    await closed(app, hospital, title="元旦", began=datetime(2025, 12, 31, 16, tzinfo=UTC))
    book = await recordbook.year(app, ADMINISTRATOR)
    titles = ["元旦", "内科第一党支部1月", "内科第一党支部2月", "内科第二党支部2月"]
    assert [entry.title for entry in book.entries] == titles
    assert book.several and book.rolls == ()
    own = await recordbook.year(app, SECRETARY)
    assert [entry.title for entry in own.entries] == titles[:3]
    assert [len(lines) for lines in own.rolls] == [4, 4, 4]
    assert [entry.title for entry in (await recordbook.year(app, SECRETARY, year=2025)).entries] == ["去年"]


async def test_at_the_end_of_a_year_each_meeting_is_in_the_year_that_is_printed_with_it(
    app: App, hospital: Hospital
) -> None:
    async with app.db.writing() as tx:
        far = await tx.get(Unit, hospital.ward1.id)
        assert far is not None
        far.timezone = "Asia/Urumqi"
    midnight = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai, 22:30 in Urumqi
    for unit in (hospital.ward1, hospital.ward2):
        await closed(app, hospital, unit=unit, title=unit.name, began=midnight, marks={})
    for who in (ADMINISTRATOR, SECRETARY):
        [last] = (await recordbook.year(app, who, year=2025)).entries
        assert (last.unit, last.starts_at.date()) == ("内科第一党支部", date(2025, 12, 31))
    [first] = (await recordbook.year(app, ADMINISTRATOR, year=2026)).entries
    assert (first.unit, first.starts_at.date()) == ("内科第二党支部", date(2026, 1, 1))


async def test_leap_day_is_a_day_of_the_ledger(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.now = datetime(2028, 3, 1, 4, tzinfo=UTC)
    await closed(app, hospital, began=datetime(2028, 2, 29, 11, 30, tzinfo=UTC))
    [entry] = (await recordbook.year(app, SECRETARY)).entries
    assert (entry.starts_at.date(), entry.count.came) == (date(2028, 2, 29), 3)
    assert (await recordbook.year(app, SECRETARY, year=2027)).entries == ()


async def test_an_entry_tells_who_came_and_what_was_voted(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await closed(app, hospital, host=hospital.secretary)
    async with app.db.writing() as tx:
        tx.add(
            Motion(
                meeting_id=meeting,
                text="同意",
                rule="majority",
                secret=False,
                ayes=2,
                put_at=clock.now,
                closed_at=clock.now,
                result={"electorate": 3, "present": 2, "quorum": 2, "needed": 2, "passed": True},
            )
        )
        tx.add(Motion(meeting_id=meeting, text="还没结束", rule="majority", secret=False, put_at=clock.now))
    [entry] = (await recordbook.year(app, SECRETARY)).entries
    assert (entry.host, entry.recorder, entry.place) == ("方致远", None, "三楼示教室")
    assert (entry.count.expected, entry.count.came, entry.count.voters) == (4, 3, 3)
    [vote] = entry.votes
    assert (vote.text, vote.rule, vote.sums.ayes, vote.result.passed) == ("同意", Rule.MAJORITY, 2, True)


async def test_the_shelf_is_paged_and_leads_up_and_down(app: App, hospital: Hospital, clock: Clock) -> None:
    for number in range(9):
        await closed(app, hospital, title=str(number), began=clock.now - timedelta(days=number + 1))
    first = await recordbook.shelf(app, SECRETARY)
    assert [entry.title for entry in first.entries] == list("01234567") and first.leaf.pages == 2
    second = await recordbook.shelf(app, SECRETARY, page=1)
    assert [entry.title for entry in second.entries] == ["8"]
    assert (first.above, first.below) == (None, ())
    top = await recordbook.shelf(app, ADMINISTRATOR)
    assert [name for _, name in top.below] == ["内科党总支", "外科党总支"]
    middle = await recordbook.shelf(app, ADMINISTRATOR, unit_id=hospital.medicine.id)
    assert middle.above == hospital.committee.id and middle.leaf.total == 9


async def test_everybody_sees_the_own_reach_alone(app: App, hospital: Hospital) -> None:
    for who, unit in ((SECRETARY, hospital.ward2), (GENERAL, hospital.theatre), (NURSE, hospital.ward1)):
        with pytest.raises(NotAllowed):
            await recordbook.shelf(app, who, unit_id=unit.id)
        with pytest.raises(NotAllowed):
            await recordbook.year(app, who, unit_id=unit.id)
    with pytest.raises(NoSuchUnit):
        await recordbook.year(app, ADMINISTRATOR, unit_id=999)
    assert (await recordbook.year(app, Console.SHELL)).entries == ()


async def test_the_figures_stay_when_people_have_themselves_erased(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await taught(app)
    for marks in ({"nurse": "absent", "doctor": "present", "secretary": "present"}, {"nurse": "late"}):
        await closed(app, hospital, marks=marks)
    clock.tick(hours=1)
    await makeups.offer_due(app)
    await finish(app, NURSE, 1)
    before = await recordbook.year(app, SECRETARY)
    await mydata.erase(app, NURSE)
    after = await recordbook.year(app, SECRETARY)
    assert after.entries == before.entries
    assert (after.entries[0].made_up, after.entries[0].offered) == (1, 1)
    board = await attendance.board(app, SECRETARY, meeting_id=1)
    assert board.count == before.entries[0].count
    assert {line.name for line in after.rolls[0]} == {"白若谷", "方致远"}
    assert before.rolls[1][0].mark is Mark.LATE and after.rolls[1] == ()
    await mydata.erase(app, 1002)
    assert (await recordbook.year(app, SECRETARY)).entries == before.entries
