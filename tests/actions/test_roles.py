"""Granting and withdrawing roles, and the record of it."""

import asyncio

import pytest
from sqlalchemy import select

from actions import audit, roles
from actions.actors import Console
from actions.app import App
from actions.roles import Moved
from storage.tables import Outgoing
from study.members import (
    AlreadyHeld,
    LastAdministrator,
    NoSuchMember,
    NoSuchUnit,
    NotAllowed,
    NotHeld,
    Role,
)
from tests.conftest import Clock, Hospital


async def letters(app: App) -> list[tuple[int, str, dict[str, str]]]:
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).order_by(Outgoing.id))
        return [(row.chat_id, row.payload["key"], row.payload["params"]) for row in rows]


async def test_a_role_is_granted_told_and_recorded(app: App, hospital: Hospital) -> None:
    administrator = hospital.administrator.telegram_id
    assert administrator
    moved = await roles.grant(
        app, administrator, member_id=hospital.nurse.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    assert (moved.name, moved.unit, moved.account) == ("林小满", "内科第一党支部", 1001)
    assert await letters(app) == [(1001, "roles.told.granted.secretary", {"unit": "内科第一党支部"})]
    (deed,) = (await audit.page(app, administrator)).deeds
    assert (deed.actor, deed.action, deed.member, deed.unit) == (
        "程守静",
        "role.granted",
        "林小满",
        "内科第一党支部",
    )
    (held,) = await roles.held_by(app, administrator, member_id=hospital.nurse.id)
    assert held.role is Role.SECRETARY


async def test_the_same_role_twice_is_refused(app: App, hospital: Hospital) -> None:
    outcomes = await asyncio.gather(
        *(
            roles.grant(
                app,
                Console.SHELL,
                member_id=hospital.nurse.id,
                role=Role.SECRETARY,
                unit_id=hospital.ward1.id,
            )
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert {type(one) for one in outcomes} == {Moved, AlreadyHeld}
    assert len(await letters(app)) == 1


async def test_a_withdrawn_role_may_be_granted_again(app: App, hospital: Hospital) -> None:
    held = (await roles.held_by(app, Console.SHELL, member_id=hospital.secretary.id))[0]
    await roles.withdraw(app, Console.SHELL, role_id=held.role_id)
    with pytest.raises(NotHeld):
        await roles.withdraw(app, Console.SHELL, role_id=held.role_id)
    await roles.grant(
        app, Console.SHELL, member_id=hospital.secretary.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    assert [key for _, key, _ in await letters(app)] == [
        "roles.told.withdrawn.secretary",
        "roles.told.granted.secretary",
    ]


async def test_the_last_administrator_cannot_be_removed(app: App, hospital: Hospital) -> None:
    administrator = hospital.administrator.telegram_id
    assert administrator
    (held,) = await roles.held_by(app, administrator, member_id=hospital.administrator.id)
    with pytest.raises(LastAdministrator):
        await roles.withdraw(app, administrator, role_id=held.role_id)
    await roles.grant(
        app,
        administrator,
        member_id=hospital.nurse.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.committee.id,
    )
    await roles.withdraw(app, administrator, role_id=held.role_id)
    with pytest.raises(NotAllowed):
        await roles.holders(app, administrator)


async def test_two_administrators_cannot_remove_each_other_at_once(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.nurse.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.committee.id,
    )
    both = [
        one for one in (await roles.holders(app, Console.SHELL)).holdings if one.role is Role.ADMINISTRATOR
    ]
    outcomes = await asyncio.gather(
        *(roles.withdraw(app, Console.SHELL, role_id=one.role_id) for one in both), return_exceptions=True
    )
    assert {type(one) for one in outcomes} == {Moved, LastAdministrator}


async def test_an_administrator_of_a_part_reaches_that_part_only(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.surgery.id,
    )
    account = hospital.outsider.telegram_id
    assert account
    assert [one.unit for one in (await roles.holders(app, account)).holdings] == ["外科党总支"]
    assert not (await roles.search(app, account, query="林小满")).people
    for member, unit in ((hospital.nurse, hospital.theatre), (hospital.outsider, hospital.committee)):
        with pytest.raises(NotAllowed):
            await roles.grant(app, account, member_id=member.id, role=Role.ADMINISTRATOR, unit_id=unit.id)
    deeds = (await audit.page(app, account)).deeds
    assert [deed.unit for deed in deeds] == ["外科党总支"]
    with pytest.raises(NoSuchUnit):
        await roles.unit_named(app, account, name="内科第一党支部")


async def test_people_are_found_by_name_initials_or_number(app: App, hospital: Hospital) -> None:
    for query in ("安可期", "akq", "T0007"):
        (found,) = (await roles.search(app, Console.SHELL, query=query)).people
        assert found.member_id == hospital.newcomer.id


async def test_a_role_is_offered_for_ones_own_units_first(app: App, hospital: Hospital) -> None:
    offer = await roles.offer(app, Console.SHELL, member_id=hospital.nurse.id)
    assert [place.name for place in offer.places[:3]] == ["内科第一党支部", "内科党总支", "云杉医院党委"]
    assert offer.leaf.total == 6
    with pytest.raises(NoSuchMember):
        await roles.offer(app, Console.SHELL, member_id=777)


async def test_a_unit_is_found_by_name_however_it_is_called(app: App, hospital: Hospital) -> None:
    assert (await roles.unit_named(app, Console.SHELL, name="内科第一支部")).unit_id == hospital.ward1.id


async def test_whoever_has_not_joined_gets_no_letter(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app, Console.SHELL, member_id=hospital.newcomer.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    assert not await letters(app)


async def test_the_record_is_read_page_by_page(app: App, hospital: Hospital, clock: Clock) -> None:
    for person in (hospital.nurse, hospital.doctor, hospital.outsider):
        clock.tick(minutes=1)
        await roles.grant(
            app, Console.SHELL, member_id=person.id, role=Role.SECRETARY, unit_id=hospital.ward2.id
        )
    first = await audit.page(app, Console.SHELL, limit=2)
    assert [deed.member for deed in first.deeds] == ["陆青禾", "白若谷"]
    assert first.deeds[0].actor is None
    assert first.deeds[0].at.hour == 8  # local
    second = await audit.page(app, Console.SHELL, before=first.older, limit=2)
    assert [deed.member for deed in second.deeds] == ["林小满"]
    assert second.older is None
