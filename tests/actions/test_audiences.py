"""Whom a notice means: chosen by its sender, within the sender's reach, decided when it is sent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from actions import audiences, notices, receipts, roles
from actions.actors import Console
from actions.app import App
from actions.audiences import Part
from storage.tables import Attendee, Group, Meeting, Member, Quiz, Recipient
from study.members import NotAllowed, Role
from tests.actions.noticing import (
    ADMINISTRATOR,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    announced,
    delivers,
    fates,
)
from tests.conftest import Hospital


async def chosen(app: App, who: int, *choices: tuple[Part, object]) -> set[int | None]:
    """Whom a notice to these goes to, by member, left out or not."""
    draft = await notices.draft(app, who, body="开会")
    for part, value in choices:
        await audiences.choose(app, who, notice_id=draft.id, part=part, value=str(value))
    await notices.announce(app, who, notice_id=draft.id)
    return set(await fates(app, draft.id))


async def test_units_roles_kinds_and_people(app: App, hospital: Hospital) -> None:
    h = hospital
    assert await chosen(app, GENERAL) == {1, 2, 3, 4, 7}
    assert await chosen(app, GENERAL, (Part.UNIT, h.ward2.id)) == {4}
    assert await chosen(app, GENERAL, (Part.UNIT, h.ward2.id), (Part.UNIT, h.ward1.id)) == {1, 2, 3, 4, 7}
    assert await chosen(app, GENERAL, (Part.ROLE, Role.SECRETARY)) == {3, 4}
    assert await chosen(app, GENERAL, (Part.KIND, "probationary")) == {2}
    assert await chosen(app, GENERAL, (Part.MEMBER, 1), (Part.MEMBER, 4)) == {1, 4}
    assert await chosen(app, GENERAL, (Part.MEMBER, 4), (Part.UNIT, h.ward1.id)) == {1, 2, 3, 4, 7}
    assert await chosen(app, ADMINISTRATOR, (Part.ROLE, Role.SECRETARY), (Part.MEMBER, 5)) == {3, 4, 5}


async def test_nobody_out_of_reach_is_chosen_or_meant(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="开会")
    for part, value in ((Part.UNIT, hospital.ward2.id), (Part.MEMBER, 5), (Part.GROUP, -7)):
        with pytest.raises(NotAllowed):
            await audiences.choose(app, SECRETARY, notice_id=draft.id, part=part, value=str(value))
    # Moved away between the choice and the sending.
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.MEMBER, value="1")
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.MEMBER, value="2")
    async with app.db.writing() as tx:
        (await tx.get_one(Member, 1)).unit_id = hospital.ward2.id
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    assert set(await fates(app, draft.id)) == {2}


async def test_those_who_have_not_confirmed(app: App, hospital: Hospital) -> None:
    first = await announced(app, receipt=True)
    await delivers(app)
    await receipts.confirm(app, NURSE, notice_id=first)
    assert await chosen(app, SECRETARY, (Part.UNCONFIRMED, first)) == {2, 3}
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=Role.SECRETARY,
        unit_id=hospital.theatre.id,
    )
    draft = await notices.draft(app, OUTSIDER, body="开会")
    with pytest.raises(NotAllowed):
        await audiences.choose(app, OUTSIDER, notice_id=draft.id, part=Part.UNCONFIRMED, value=str(first))
    found = await audiences.options(app, OUTSIDER, notice_id=draft.id, part=Part.UNCONFIRMED)
    assert not found.options


async def test_those_who_have_not_answered_this_week(app: App, hospital: Hospital) -> None:
    monday = date(2026, 3, 2)
    async with app.db.writing() as tx:
        for member_id, day in ((1, monday), (2, monday - timedelta(days=1))):
            tx.add(
                Quiz(
                    member_id=member_id,
                    kind="day",
                    day_on=day,
                    questions=[],
                    started_at=app.clock(),
                    touched_at=app.clock(),
                    finished_at=app.clock(),
                )
            )
    assert await chosen(app, SECRETARY, (Part.UNANSWERED, 1)) == {2, 3, 7}


async def test_those_absent_without_leave(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        meeting = Meeting(
            unit_id=hospital.ward1.id,
            kind="branch",
            title="支部党员大会",
            starts_at=app.clock(),
            late_at=app.clock(),
            closes_at=app.clock(),
            secret=b"x",
            created_at=app.clock(),
        )
        tx.add(meeting)
        await tx.flush()
        for member_id, duty, mark in ((1, "must", "absent"), (2, "must", "leave"), (3, "may", "absent")):
            tx.add(
                Attendee(
                    meeting_id=meeting.id,
                    member_id=member_id,
                    duty=duty,
                    votes=True,
                    reason="regular",
                    mark=mark,
                )
            )
    assert await chosen(app, SECRETARY, (Part.ABSENT, meeting.id)) == {1}


async def test_people_are_found_by_pinyin_within_reach(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="开会")
    for query, names in (("lxm", ["林小满"]), ("若谷", ["白若谷"]), ("qh", [])):
        found = await audiences.options(app, SECRETARY, notice_id=draft.id, part=Part.MEMBER, query=query)
        assert [one.name.partition(" ")[0] for one in found.options] == names


async def test_groups_of_the_unit_get_it_too_and_everybody_again_is_one_tap(
    app: App, hospital: Hospital
) -> None:
    async with app.db.writing() as tx:
        for chat, unit in ((-100, hospital.ward1), (-200, hospital.theatre)):
            tx.add(Group(chat_id=chat, title=f"群{chat}", unit_id=unit.id, bound_at=app.clock()))
    draft = await notices.draft(app, SECRETARY, body="开会")
    found = await audiences.options(app, SECRETARY, notice_id=draft.id, part=Part.GROUP)
    assert [one.value for one in found.options] == ["-100"]
    look = await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value="-100")
    assert look.copies == 4 and look.whom.groups == ("群-100",)
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    async with app.db.reading() as tx:
        query = select(Recipient.chat_id).where(Recipient.member_id.is_(None))
        assert list(await tx.scalars(query)) == [-100]
    again = await notices.draft(app, SECRETARY, body="再发")
    await audiences.choose(app, SECRETARY, notice_id=again.id, part=Part.MEMBER, value="1")
    assert (await audiences.reset(app, SECRETARY, notice_id=again.id)).copies == 3


async def test_units_are_listed_as_they_hang_in_the_tree(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, ADMINISTRATOR, body="开会")
    found = await audiences.options(app, ADMINISTRATOR, notice_id=draft.id, part=Part.UNIT)
    assert [one.name for one in found.options] == [
        *("云杉医院党委", "内科党总支", "内科第一党支部", "内科第二党支部"),
        *("外科党总支", "手术室党支部"),
    ]


async def test_every_notice_that_waits_for_confirmation_is_offered_a_page_at_a_time(
    app: App, hospital: Hospital
) -> None:
    first = await announced(app, receipt=True, body="最早的一条")
    for number in range(9):
        await announced(app, receipt=True, body=f"第 {number} 条")
    await delivers(app)
    draft = await notices.draft(app, SECRETARY, body="催一催")
    page = await audiences.options(app, SECRETARY, notice_id=draft.id, part=Part.UNCONFIRMED, page=1)
    assert page.leaf.total == 10 and page.options[-1].value == str(first)
    look = await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.UNCONFIRMED, value=str(first))
    assert look.whom.unconfirmed == "最早的一条" and look.copies == 3
