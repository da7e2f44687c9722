"""Groups bound to units, and what becomes of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import audiences, groups, live, notices, reports, roles, sending
from actions.actors import Console
from actions.app import App
from actions.audiences import Part
from storage import live as watched
from storage import outbox
from storage.tables import AuditEntry, Group, LiveMessage, Notice, Outgoing, Recipient
from study.groups import BoundElsewhere, NotBound
from study.members import NotAllowed, Role
from study.notices import UNDELIVERED, Fate, NobodyToSendTo
from tests.actions.noticing import delivers
from tests.conftest import Clock, Hospital

NURSE, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = 1001, 1003, 1004, 1005, 1006
CHAT, SUPER = -55, -1000055


async def bound(app: App, hospital: Hospital, who: int = SECRETARY) -> groups.Group:
    return await groups.bind(app, who, chat_id=CHAT, title="一病区", unit_id=hospital.ward1.id)


async def letters(app: App, chat_id: int) -> list[Outgoing]:
    async with app.db.reading() as tx:
        query = select(Outgoing).where(Outgoing.chat_id == chat_id).order_by(Outgoing.id)
        return list(await tx.scalars(query))


async def kept(app: App) -> Group | None:
    async with app.db.reading() as tx:
        return (await tx.scalars(select(Group))).first()


async def test_a_branch_secretary_has_one_unit_to_choose(app: App, hospital: Hospital) -> None:
    found = await groups.offer(app, SECRETARY, chat_id=CHAT)
    assert [one.name for one in found.choices] == ["内科第一党支部"] and found.bound is None


async def test_those_above_choose_among_their_units_the_top_first(app: App, hospital: Hospital) -> None:
    found = await groups.offer(app, GENERAL, chat_id=CHAT)
    assert [one.name for one in found.choices] == ["内科党总支", "内科第一党支部", "内科第二党支部"]


async def test_a_bound_group_is_listed_and_recorded(app: App, hospital: Hospital) -> None:
    group = await bound(app, hospital)
    assert (group.unit, group.names_shown, group.there) == ("内科第一党支部", False, True)
    for who in (SECRETARY, GENERAL, ADMINISTRATOR):
        assert [one.title for one in (await groups.listing(app, who)).groups] == ["一病区"]
    async with app.db.reading() as tx:
        [deed] = await tx.scalars(select(AuditEntry))
        assert (deed.action, deed.unit_id, deed.actor_id) == ("group.bound", hospital.ward1.id, 3)


async def test_binding_twice_changes_nothing_and_a_new_unit_wins(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    await bound(app, hospital)
    await groups.set_names_shown(app, SECRETARY, chat_id=CHAT, shown=True)
    group = await groups.bind(app, GENERAL, chat_id=CHAT, title="内科群", unit_id=hospital.medicine.id)
    assert (group.title, group.unit, group.names_shown) == ("内科群", "内科党总支", True)


async def test_a_group_of_somebody_else_is_not_taken_away(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app, Console.SHELL, member_id=hospital.outsider.id, role=Role.SECRETARY, unit_id=hospital.theatre.id
    )
    await bound(app, hospital)
    with pytest.raises(BoundElsewhere) as caught:
        await groups.bind(app, OUTSIDER, chat_id=CHAT, title="手术室", unit_id=hospital.theatre.id)
    assert caught.value.params == {"unit": "内科第一党支部"}
    for deed in (groups.look, groups.unbind):
        with pytest.raises(NotAllowed):
            await deed(app, OUTSIDER, chat_id=CHAT)
    assert (await groups.listing(app, OUTSIDER)).groups == ()


async def test_an_unbound_group_is_forgotten(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    await live.watch(app, "meeting:7", chat_id=CHAT, message_id=9)
    await groups.unbind(app, SECRETARY, chat_id=CHAT)
    with pytest.raises(NotBound):
        await groups.unbind(app, SECRETARY, chat_id=CHAT)
    async with app.db.reading() as tx:
        assert not await watched.of(tx, "meeting:7")


async def test_the_secretary_is_told_once_that_the_bot_was_removed(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    await groups.removed(app, CHAT)
    await groups.removed(app, CHAT)
    [letter] = await letters(app, SECRETARY)
    assert letter.payload == {
        "key": "groups.lost",
        "params": {"title": "一病区", "unit": "内科第一党支部"},
    }
    assert not (await groups.look(app, SECRETARY, chat_id=CHAT)).there
    assert await groups.returned(app, CHAT)
    assert await groups.returned(app, CHAT) is None, "a word once"
    assert (await groups.look(app, SECRETARY, chat_id=CHAT)).there


async def test_when_whoever_bound_it_is_gone_the_secretaries_are_told_in_the_morning(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await bound(app, hospital, ADMINISTRATOR)
    async with app.db.writing() as tx:
        administrator = await tx.get(type(hospital.administrator), hospital.administrator.id)
        assert administrator
        administrator.blocked_at = clock()
    clock.tick(hours=15)  # 23:00
    await groups.removed(app, CHAT)
    for who in (SECRETARY, GENERAL):
        [letter] = await letters(app, who)
        assert letter.not_before > clock()
    assert await letters(app, ADMINISTRATOR) == []


async def test_nothing_is_told_of_groups_that_are_nobodys(app: App, hospital: Hospital) -> None:
    await groups.removed(app, CHAT)
    await groups.renamed(app, CHAT, "新名字")
    assert await groups.returned(app, CHAT) is None
    assert await kept(app) is None


async def test_a_new_name_is_kept(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    await groups.renamed(app, CHAT, "一病区党员")
    assert (await groups.look(app, SECRETARY, chat_id=CHAT)).title == "一病区党员"


# A group that becomes a supergroup.


async def _sent_to(app: App, hospital: Hospital, chat_id: int) -> int:
    async with app.db.writing() as tx:
        notice = Notice(unit_id=hospital.ward1.id, state="sending", body="开会", created_at=app.clock())
        tx.add(notice)
        await tx.flush()
        tx.add(Recipient(notice_id=notice.id, chat_id=chat_id, fate="sent", message_ids=[5]))
        for letter, key in (("notice", "a"), ("live", "b"), ("notice-edit", "c"), ("notice-delete", "d")):
            await outbox.put(tx, key=key, chat_id=chat_id, letter=letter, payload={}, not_before=app.clock())
        return notice.id


async def test_everything_follows_to_the_new_id_but_the_numbers_of_messages(
    app: App, hospital: Hospital
) -> None:
    await bound(app, hospital)
    await live.watch(app, "meeting:7", chat_id=CHAT, message_id=9)
    notice_id = await _sent_to(app, hospital, CHAT)
    await groups.removed(app, CHAT)
    for _ in range(2):  # Telegram tells of it in both groups
        await groups.moved(app, old=CHAT, new=SUPER)
    assert (await groups.look(app, SECRETARY, chat_id=SUPER)).there
    [recipient] = await _recipients(app, notice_id)
    assert (recipient.chat_id, recipient.message_ids) == (SUPER, None)
    board = f"board:meeting:7:1:{SUPER}"  # sent anew, and once
    assert [(one.key, one.state) for one in await letters(app, SUPER)] == [
        ("a", "queued"),
        (board, "queued"),
    ]
    assert {one.state for one in await letters(app, CHAT)} == {"dead"}
    async with app.db.reading() as tx:
        assert not (await tx.scalars(select(LiveMessage))).all()


async def test_notices_that_wait_for_their_time_follow_too(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    waiting = [(await notices.draft(app, SECRETARY, body="开会")).id for _ in range(3)]
    for notice_id in waiting:
        await audiences.choose(app, SECRETARY, notice_id=notice_id, part=Part.GROUP, value=str(CHAT))
    await sending.repeat(app, SECRETARY, notice_id=waiting[1], day=5, minute=540)
    await sending.schedule(app, SECRETARY, notice_id=waiting[2], at=app.clock() + timedelta(days=1))
    await groups.moved(app, old=CHAT, new=SUPER)
    for notice_id in waiting:
        look = await notices.look(app, SECRETARY, notice_id=notice_id)
        assert (look.audience.groups, look.whom.groups) == ((SUPER,), ("一病区",))


async def test_a_group_bound_under_both_ids_stays_once(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    await groups.bind(app, SECRETARY, chat_id=SUPER, title="新群", unit_id=hospital.ward1.id)
    notice_id = await _sent_to(app, hospital, CHAT)
    async with app.db.writing() as tx:
        tx.add(Recipient(notice_id=notice_id, chat_id=SUPER, fate="sent", message_ids=[1]))
    await groups.moved(app, old=CHAT, new=SUPER)
    assert [one.chat_id for one in (await groups.listing(app, SECRETARY)).groups] == [SUPER]
    assert {one.chat_id: one.message_ids for one in await _recipients(app, notice_id)} == {
        CHAT: [5],
        SUPER: [1],
    }


async def _recipients(app: App, notice_id: int) -> list[Recipient]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(Recipient).where(Recipient.notice_id == notice_id)))


async def test_a_group_the_bot_was_taken_out_of_is_in_the_report_and_tried_again(
    app: App, hospital: Hospital
) -> None:
    await bound(app, hospital)
    draft = await notices.draft(app, SECRETARY, body="开会")
    look = await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value=str(CHAT))
    assert (look.copies, look.whom.groups, look.whom.removed) == (4, ("一病区",), ())
    await groups.removed(app, CHAT)
    look = await notices.look(app, SECRETARY, notice_id=draft.id)
    assert (look.copies, look.whom.groups, look.whom.removed) == (3, (), ("一病区",))
    assert await notices.announce(app, SECRETARY, notice_id=draft.id) == 3
    await delivers(app)
    names = await reports.names(app, SECRETARY, notice_id=draft.id, fates=UNDELIVERED)
    assert [(one.name, one.fate) for one in names.copies] == [("一病区", Fate.UNREACHABLE)]
    await groups.returned(app, CHAT)
    assert await sending.retry(app, SECRETARY, notice_id=draft.id) == 1
    assert [one.chat_id for one in await delivers(app) if one.letter == "notice"] == [CHAT]


async def test_a_notice_to_nothing_but_a_group_that_is_gone_is_refused(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    draft = await notices.draft(app, SECRETARY, body="开会")
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value=str(CHAT))
    unit = str(hospital.ward1.id)
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.UNIT, value=unit)
    await groups.removed(app, CHAT)
    with pytest.raises(NobodyToSendTo):
        await notices.announce(app, SECRETARY, notice_id=draft.id)


async def test_a_group_bound_elsewhere_or_no_longer_is_named(app: App, hospital: Hospital) -> None:
    await bound(app, hospital)
    draft = await notices.draft(app, SECRETARY, body="开会")
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value=str(CHAT))
    await groups.bind(app, GENERAL, chat_id=CHAT, title="一病区", unit_id=hospital.ward2.id)
    look = await notices.look(app, SECRETARY, notice_id=draft.id)
    assert (look.copies, look.whom.elsewhere) == (3, ("一病区",))
    await groups.unbind(app, GENERAL, chat_id=CHAT)
    look = await notices.look(app, SECRETARY, notice_id=draft.id)
    assert (look.whom.elsewhere, look.whom.unbound) == ((), ("一病区",))
    await bound(app, hospital)
    look = await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value=str(CHAT))
    assert (look.copies, look.whom.groups, look.whom.unbound) == (4, ("一病区",), ())
