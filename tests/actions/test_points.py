"""The ledger in the open: grants, reversals, and who may see what."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actions import points, stats
from actions.app import App
from storage import audit
from storage.tables import Outgoing, PointsEntry
from study.members import NotAllowed
from study.points import (
    Action,
    ActionRule,
    AlreadyReversed,
    BadGrant,
    NoSuchEntry,
    OverCap,
    OwnGrant,
    PointRules,
)
from tests.conftest import Clock, Hospital


@pytest.fixture
async def secretary(hospital: Hospital) -> AsyncIterator[int]:
    assert hospital.secretary.telegram_id
    yield hospital.secretary.telegram_id


async def give(
    app: App, who: int, hospital: Hospital, *, amount: int = 3, source: str = "1:1"
) -> points.Given:
    return await points.grant(
        app, who, member_id=hospital.nurse.id, amount=amount, reason="下乡义诊", source=source
    )


async def test_points_given_at_night_are_told_in_the_morning(
    app: App, hospital: Hospital, secretary: int, clock: Clock
) -> None:
    clock.tick(hours=15)  # 23:00
    await give(app, secretary, hospital)
    async with app.db.reading() as tx:
        letter = (await tx.scalars(select(Outgoing))).one()
    assert letter.not_before == clock.now + timedelta(hours=8)


async def test_a_grant_is_booked_told_and_audited(app: App, hospital: Hospital, secretary: int) -> None:
    given = await give(app, secretary, hospital)
    assert (given.name, given.amount, given.total) == ("林小满", 3, 3)
    async with app.db.reading() as tx:
        letter = (await tx.scalars(select(Outgoing))).one()
        entry = (await audit.latest(tx))[0]
    assert letter.payload["params"] == {"amount": "+3", "reason": "下乡义诊"}
    assert (entry.action, entry.actor_id, entry.member_id) == (
        "points.grant",
        hospital.secretary.id,
        hospital.nurse.id,
    )


async def test_the_same_request_twice_books_once(app: App, hospital: Hospital, secretary: int) -> None:
    await give(app, secretary, hospital)
    assert (await give(app, secretary, hospital)).amount == 0
    assert (await give(app, secretary, hospital, source="1:2")).total == 6


async def test_the_years_cap_holds(app: App, hospital: Hospital, secretary: int) -> None:
    tight = replace(app, points=PointRules(actions={Action.GRANT: ActionRule(0, yearly=5)}))
    await give(tight, secretary, hospital, amount=4)
    with pytest.raises(OverCap):
        await give(tight, secretary, hospital, amount=2, source="1:2")


@pytest.mark.parametrize("amount", [0, -1, 51])
async def test_an_amount_out_of_bounds_changes_nothing(
    app: App, hospital: Hospital, secretary: int, amount: int
) -> None:
    with pytest.raises(BadGrant):
        await give(app, secretary, hospital, amount=amount)
    assert (await points.of_member(app, secretary, member_id=hospital.nurse.id)).entries == ()


async def test_a_secretary_reaches_only_their_own_unit(app: App, hospital: Hospital, secretary: int) -> None:
    with pytest.raises(NotAllowed):
        await points.grant(
            app, secretary, member_id=hospital.outsider.id, amount=1, reason="好", source="1:1"
        )
    with pytest.raises(NotAllowed):
        await points.of_member(app, secretary, member_id=hospital.outsider.id)
    with pytest.raises(NotAllowed):
        await points.grant(app, secretary, member_id=424242, amount=1, reason="好", source="1:1")


async def test_a_reversal_undoes_an_entry_and_keeps_both(
    app: App, hospital: Hospital, secretary: int
) -> None:
    await give(app, secretary, hospital)
    [entry] = (await points.of_member(app, secretary, member_id=hospital.nurse.id)).entries
    undone = await points.reverse(app, secretary, entry_id=entry.id, reason="记错了人")
    assert (undone.amount, undone.total) == (-3, 0)
    ledger = await points.of_member(app, secretary, member_id=hospital.nurse.id)
    assert [(line.amount, line.reverses, line.reversed) for line in ledger.entries] == [
        (-3, True, False),
        (3, False, True),
    ]
    with pytest.raises(AlreadyReversed):
        await points.reverse(app, secretary, entry_id=entry.id, reason="再来一次")
    with pytest.raises(NoSuchEntry):
        await points.reverse(app, secretary, entry_id=ledger.entries[0].id, reason="撤销的撤销")
    with pytest.raises(NoSuchEntry):
        await points.reverse(app, secretary, entry_id=999_999, reason="没有")


async def test_two_secretaries_reversing_at_once_reverse_once(
    app: App, hospital: Hospital, secretary: int
) -> None:
    await give(app, secretary, hospital)
    [entry] = (await points.of_member(app, secretary, member_id=hospital.nurse.id)).entries
    general = hospital.general_secretary.telegram_id
    assert general
    results = await asyncio.gather(
        *(
            points.reverse(app, who, entry_id=entry.id, reason="记错了")
            for who in (secretary, general, secretary)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, points.Given) for result in results) == 1
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.sum(PointsEntry.amount))) == 0


async def test_a_reversal_wants_a_reason(app: App, hospital: Hospital, secretary: int) -> None:
    await give(app, secretary, hospital)
    [entry] = (await points.of_member(app, secretary, member_id=hospital.nurse.id)).entries
    with pytest.raises(BadGrant):
        await points.reverse(app, secretary, entry_id=entry.id, reason=" ")


async def test_one_sees_ones_own_ledger_in_pages(app: App, hospital: Hospital, secretary: int) -> None:
    for number in range(10):
        await give(app, secretary, hospital, amount=1, source=f"1:{number}")
    nurse = hospital.nurse.telegram_id
    assert nurse
    first = await points.mine(app, nurse)
    assert (len(first.entries), first.pages, first.own, first.may_give) == (8, 2, True, False)
    last = await points.mine(app, nurse, page=99)
    assert (len(last.entries), last.page) == (2, 1)


@pytest.mark.parametrize("name", ["小满", "lxm", "linxiaoman"])
async def test_people_are_found_by_name_and_pinyin_within_reach(
    app: App, hospital: Hospital, secretary: int, name: str
) -> None:
    assert await points.find(app, secretary, name=name) == [(hospital.nurse.id, "林小满", "内科第一党支部")]
    assert await points.find(app, secretary, name="陆青禾") == []


async def test_a_member_who_has_not_joined_gets_points_and_no_letter(
    app: App, hospital: Hospital, secretary: int
) -> None:
    await points.grant(app, secretary, member_id=hospital.newcomer.id, amount=2, reason="值班", source="1:1")
    async with app.db.reading() as tx:
        assert (await tx.scalars(select(Outgoing))).all() == []


async def test_totals_of_a_few_people_are_hidden(app: App, hospital: Hospital, secretary: int) -> None:
    ward = await stats.of_unit(app, secretary)
    assert (ward.unit, ward.members, ward.joined, ward.hidden) == ("内科第一党支部", 4, 3, True)
    administrator = hospital.administrator.telegram_id
    assert administrator
    whole = await stats.of_unit(app, administrator)
    assert (whole.members, whole.joined, whole.hidden) == (7, 6, False)
    assert [name for _, name in whole.below] == ["内科党总支", "外科党总支"]


async def test_a_secretary_walks_down_but_not_out(app: App, hospital: Hospital, secretary: int) -> None:
    general = hospital.general_secretary.telegram_id
    assert general
    below = await stats.of_unit(app, general, unit_id=hospital.ward1.id)
    assert (below.unit, below.above) == ("内科第一党支部", hospital.medicine.id)
    assert (await stats.of_unit(app, secretary)).above is None
    for unit in (hospital.theatre.id, hospital.medicine.id, 424242):
        with pytest.raises(NotAllowed):
            await stats.of_unit(app, secretary, unit_id=unit)


async def test_a_ranking_exists_only_where_it_is_switched_on(
    app: App, hospital: Hospital, secretary: int
) -> None:
    nurse = hospital.nurse.telegram_id
    assert nurse
    with pytest.raises(stats.NoRanking):
        await stats.ranking(app, nurse)
    await stats.set_ranking(app, secretary, unit_id=hospital.ward1.id, on=True)
    await stats.set_ranking(app, secretary, unit_id=hospital.ward1.id, on=True)
    await give(app, secretary, hospital)
    ranking = await stats.ranking(app, nurse)
    assert ranking.own_place == 1
    assert tuple(ranking.rows[0]) == (1, "林小满", 3)
    assert len(ranking.rows) == 3, "who has not joined is not ranked"
    async with app.db.writing() as tx:
        member = await tx.get(type(hospital.nurse), hospital.nurse.id)
        assert member
        member.in_ranking = False
    with pytest.raises(stats.NoRanking):
        await stats.ranking(app, nurse)
    with pytest.raises(NotAllowed):
        await stats.set_ranking(app, secretary, unit_id=hospital.theatre.id, on=True)
    with pytest.raises(NotAllowed):
        await stats.set_ranking(app, secretary, unit_id=424242, on=True)


async def test_nobody_gives_points_to_themselves(app: App, hospital: Hospital, secretary: int) -> None:
    with pytest.raises(OwnGrant):
        await points.grant(
            app, secretary, member_id=hospital.secretary.id, amount=1, reason="我自己", source="1:1"
        )


async def test_grants_at_once_stay_within_the_cap(app: App, hospital: Hospital, secretary: int) -> None:
    tight = replace(app, points=PointRules(actions={Action.GRANT: ActionRule(0, yearly=5)}))
    results = await asyncio.gather(
        *(give(tight, secretary, hospital, amount=3, source=f"2:{number}") for number in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, points.Given) for result in results) == 1
    assert sum(isinstance(result, OverCap) for result in results) == 5
