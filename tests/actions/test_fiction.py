"""The fictional hospital of the demo."""

from sqlalchemy import func, select

from actions import fiction, packs, quizzes, records, stats
from actions.actors import Console
from actions.app import App
from storage.tables import Answer, Member, PointsEntry, Unit
from study.members import NotJoined
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
