"""The cadence board, for a secretary and for the committee."""

from datetime import UTC, datetime

import pytest

from actions import cadence
from actions.actors import Console
from actions.app import App
from actions.cadence import Board, Line
from storage.tables import Seat, Unit
from study.cadence import Standing
from study.meetings import State
from study.members import NotAllowed
from tests.actions.recording import ADMINISTRATOR, GENERAL, NURSE, SECRETARY, closed
from tests.conftest import Clock, Hospital


def line(board: Board, kind: str) -> Line:
    return next(one for one in board.lines if one.kind.key == kind)


def letters(found: Line) -> str:
    return "".join(cell.standing.value[0] for cell in found.cells)


async def test_a_secretary_sees_the_own_branch_kind_by_kind(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await closed(app, hospital, kind="day", began=datetime(2026, 1, 15, 10, tzinfo=UTC))
    await closed(app, hospital, kind="assembly", began=datetime(2026, 2, 15, 10, tzinfo=UTC))
    board = await cadence.board(app, SECRETARY)
    assert (board.unit, board.above, board.below) == ("内科第一党支部", None, ())
    assert [one.kind.key for one in board.lines] == ["assembly", "lesson", "day", "life"]
    assert letters(line(board, "assembly")) == "h"
    assert letters(line(board, "day")) == "hmd"
    assert letters(line(board, "lesson")) == letters(line(board, "life")) == "d"
    assert "第十六条" in line(board, "day").kind.every_source


async def test_a_plan_shows_as_planned_and_a_cancelled_one_does_not(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    later = datetime(2026, 3, 20, 10, tzinfo=UTC)
    await closed(app, hospital, kind="day", began=later, state=State.CANCELLED)
    assert line(await cadence.board(app, SECRETARY), "day").now is Standing.DUE
    await closed(app, hospital, kind="day", began=later, state=State.PLANNED)
    assert line(await cadence.board(app, SECRETARY), "day").now is Standing.PLANNED


async def test_before_anything_is_on_record_nothing_is_missing(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 22, tzinfo=UTC)
    board = await cadence.board(app, ADMINISTRATOR)
    assert all(one.missing == 0 for one in board.below)


async def test_a_committee_meeting_is_asked_where_there_is_a_committee(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    async with app.db.writing() as tx:
        seat = Seat(
            unit_id=hospital.ward1.id, member_id=hospital.nurse.id, title="组织委员", taken_at=clock.now
        )
        tx.add(seat)
    assert line(await cadence.board(app, SECRETARY), "committee").now is Standing.DUE


async def test_the_committee_sees_all_units(app: App, hospital: Hospital, clock: Clock) -> None:
    await closed(app, hospital, kind="day", began=datetime(2026, 1, 15, 10, tzinfo=UTC))
    board = await cadence.board(app, ADMINISTRATOR)
    assert board.lines == () and board.unit == "云杉医院党委"
    assert [one.unit for one in board.below] == ["内科第一党支部", "内科第二党支部", "手术室党支部"]
    ward1, ward2, _ = board.below
    assert (ward1.due, ward1.missing) == (4, 1) and (ward2.due, ward2.missing) == (4, 2)
    below = await cadence.board(app, ADMINISTRATOR, unit_id=hospital.ward1.id)
    assert below.above == hospital.medicine.id and below.lines
    middle = await cadence.board(app, GENERAL)
    assert [one.unit for one in middle.below] == ["内科第一党支部", "内科第二党支部"]
    with pytest.raises(NotAllowed):
        await cadence.board(app, GENERAL, unit_id=hospital.theatre.id)
    with pytest.raises(NotAllowed):
        await cadence.board(app, NURSE)
    assert (await cadence.board(app, Console.SHELL)).below == board.below


async def test_the_month_ends_at_the_units_own_midnight(app: App, hospital: Hospital, clock: Clock) -> None:
    async with app.db.writing() as tx:
        ward = await tx.get(Unit, hospital.ward2.id)
        assert ward
        ward.timezone = "America/New_York"
    at = datetime(2026, 2, 28, 23, tzinfo=UTC)  # 1 March in Shanghai, 28 February in New York
    for unit in (hospital.ward1, hospital.ward2):
        await closed(app, hospital, unit=unit, kind="day", began=at)
    first = await cadence.board(app, ADMINISTRATOR, unit_id=hospital.ward1.id)
    second = await cadence.board(app, ADMINISTRATOR, unit_id=hospital.ward2.id)
    assert letters(line(first, "day")) == "bbh"
    assert letters(line(second, "day")) == "bhd"


async def test_new_year_starts_a_new_board(app: App, hospital: Hospital, clock: Clock) -> None:
    await closed(app, hospital, kind="life", began=datetime(2026, 12, 31, 10, tzinfo=UTC))
    clock.now = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert line(await cadence.board(app, SECRETARY), "life").now is Standing.HELD
    clock.now = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    board = await cadence.board(app, SECRETARY)
    assert board.today.year == 2027 and line(board, "life").now is Standing.DUE
