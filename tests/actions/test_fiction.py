"""The fictional hospital of the demo."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from actions import (
    cadence,
    columns,
    fiction,
    hours,
    makeups,
    minutes,
    notices,
    packs,
    quizzes,
    recordbook,
    records,
    stats,
)
from actions.actors import Console
from actions.app import App
from bot.settings import ROOT
from storage import rulefiles
from storage.tables import Answer, Member, PointsEntry, Unit
from study.members import NotJoined
from tests.conftest import Clock
from tests.sample import PACK


async def test_the_hospital_has_its_size_and_people_to_play(app: App) -> None:
    await packs.publish(app, Console.SHELL, PACK)
    people = await fiction.furnish(app)
    async with app.db.reading() as tx:
        counted = await tx.execute(select(Unit.level, func.count()).group_by(Unit.level))
        levels = {level: number for level, number in counted}
        members = await tx.scalar(select(func.count()).select_from(Member))
        names = await tx.scalar(select(func.count(Member.name.distinct())))
        answers = await tx.scalar(select(func.count()).select_from(Answer)) or 0
        paid = await tx.scalar(select(func.sum(Answer.points)))
        booked = await tx.scalar(
            select(func.sum(PointsEntry.amount)).where(PointsEntry.action.in_(["correct", "partial"]))
        )
    assert levels == {"committee": 1, "general_branch": 6, "branch": 34}
    assert members == names == len(people.people) == 877
    assert answers > 1000
    assert paid == booked, "what answers say they brought stands in the ledger"
    assert await fiction.cast(app) == people


async def test_everybody_to_play_can_do_their_part(app: App) -> None:
    await packs.publish(app, Console.SHELL, PACK)
    players = {player.key: player for player in (await fiction.furnish(app)).players}
    assert (await records.mine(app, players["member"].telegram_id)).answers > 0
    assert (await stats.of_unit(app, players["secretary"].telegram_id)).unit == players["secretary"].unit
    assert (await stats.of_unit(app, players["administrator"].telegram_id)).members == 877
    await quizzes.start_day(app, players["member"].telegram_id)
    try:
        await quizzes.start_day(app, players["newcomer"].telegram_id)
    except NotJoined:
        return
    raise AssertionError("the newcomer has not joined yet")


async def test_without_a_pack_there_are_people_and_no_history(app: App) -> None:
    people = await fiction.furnish(app)
    assert len(people.people) == 877
    assert (await records.mine(app, people.players[0].telegram_id)).answers == 0


async def test_its_notices_are_in_their_columns(app: App) -> None:
    app = replace(app, columns=rulefiles.columns(ROOT / "content/columns.yaml"))
    people = {player.key: player for player in (await fiction.furnish(app)).players}
    shelves = {one.column.key: one.count for one in await columns.shelves(app, people["member"].telegram_id)}
    assert shelves["notices"] == 2 and sum(shelves.values()) == 10
    found = await columns.search(app, people["member"].telegram_id, words="疫苗")
    opened = await columns.read(app, people["member"].telegram_id, notice_id=found.lines[0].notice_id)
    assert opened.body.startswith(people["member"].name)
    assert (await notices.listing(app, people["secretary"].telegram_id)).leaf.total == 5


async def test_its_meetings_show_in_the_ledger_and_on_the_cadence_board(app: App, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    await packs.publish(app, Console.SHELL, PACK)
    people = {player.key: player for player in (await fiction.furnish(app)).players}
    shelf = await recordbook.shelf(app, people["secretary"].telegram_id)
    assert shelf.leaf.total > 20 and any(entry.is_locked for entry in shelf.entries)
    newest = await minutes.look(app, people["member"].telegram_id, meeting_id=shelf.entries[0].meeting_id)
    assert newest.entry.topics and [one.at for one in newest.signatures] == [None, None]
    book = await recordbook.year(app, people["administrator"].telegram_id)
    assert len({entry.unit for entry in book.entries}) == 34
    for entry in book.entries:
        figures = entry.count
        assert figures.expected == figures.came + figures.leave + figures.absent
        assert all(vote.result.electorate == figures.voters for vote in entry.votes)
    board = await cadence.board(app, people["administrator"].telegram_id)
    assert board.leaf.total == 34 and any(unit.missing for unit in board.below)
    mine = await hours.mine(app, people["member"].telegram_id)
    assert mine.hours.quarters > 20 and mine.open_offers
    assert await makeups.offer_due(app) == 0, "nobody is written to when the demo begins"
