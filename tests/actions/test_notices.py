"""Drafts, whom they mean, and sending."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import mydata, notices
from actions.app import App
from storage import audit
from storage.tables import Member, Outgoing, Recipient, Unit
from study.audience import Audience
from study.notices import (
    BadMarkup,
    BadReason,
    BlanksLeft,
    Fate,
    NobodyToSendTo,
    NoSuchNotice,
    Piece,
    State,
    Template,
    TooLong,
    WrongState,
)
from tests.conftest import Clock, Hospital

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)


async def fates(app: App, notice_id: int) -> dict[int | None, str]:
    async with app.db.reading() as tx:
        rows = await tx.execute(
            select(Recipient.member_id, Recipient.fate).where(Recipient.notice_id == notice_id)
        )
        return {row.member_id: row.fate for row in rows}


async def queued(app: App) -> list[int]:
    async with app.db.reading() as tx:
        return list(
            await tx.scalars(
                select(Outgoing.chat_id).where(Outgoing.state == "queued").order_by(Outgoing.chat_id)
            )
        )


async def test_a_draft_is_to_the_own_unit_and_below(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="<b>周五</b>开会")
    assert draft.audience == Audience(units=(hospital.ward1.id,))
    assert (draft.title, draft.state, draft.copies) == ("周五开会", State.DRAFT, 3)
    assert draft.left_out == {Fate.NOT_JOINED: 1}


async def test_sending_queues_a_copy_for_everybody_who_can_get_one(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="周五开会")
    assert await notices.announce(app, SECRETARY, notice_id=draft.id) == 3
    assert await fates(app, draft.id) == {1: "queued", 2: "queued", 3: "queued", 7: "not_joined"}
    assert await queued(app) == [NURSE, DOCTOR, SECRETARY]
    with pytest.raises(WrongState):
        await notices.announce(app, SECRETARY, notice_id=draft.id)


async def test_a_draft_is_its_authors_alone(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="还没写完")
    with pytest.raises(NoSuchNotice):
        await notices.look(app, GENERAL, notice_id=draft.id)
    assert not (await notices.listing(app, GENERAL)).lines
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    assert [line.id for line in (await notices.listing(app, GENERAL)).lines] == [draft.id]


async def test_the_same_message_begins_one_draft(app: App, hospital: Hospital) -> None:
    first = await notices.write(app, SECRETARY, body="开会", source="1003:7")
    again = await notices.write(app, SECRETARY, body="开会", source="1003:7")
    assert first.id == again.id


async def test_an_album_is_gathered_piece_by_piece(app: App, hospital: Hospital) -> None:
    one, two = (Piece("photo", f"f{n}", f"u{n}", group="g") for n in (1, 2))
    draft = await notices.write(app, SECRETARY, body="活动照片", piece=one, source="1003:g")
    for piece in (two, two):
        draft = await notices.write(app, SECRETARY, body="", piece=piece, notice_id=draft.id)
    assert [piece.file_id for piece in draft.media] == ["f1", "f2"] and draft.body == "活动照片"
    single = await notices.write(
        app, SECRETARY, body="只要一张", piece=Piece("photo", "f3", "u3"), notice_id=draft.id
    )
    assert [piece.file_id for piece in single.media] == ["f3"]


async def test_what_telegram_would_refuse_is_refused_here_and_changes_nothing(
    app: App, hospital: Hospital
) -> None:
    draft = await notices.draft(app, SECRETARY, body="开会")
    with pytest.raises(TooLong):
        await notices.write(app, SECRETARY, body="长" * 4097, notice_id=draft.id)
    with pytest.raises(BadMarkup):
        await notices.write(app, SECRETARY, body="<b>周五", notice_id=draft.id)
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).body == "开会"


async def test_a_template_asks_for_its_blanks(app: App, hospital: Hospital) -> None:
    template = Template("meeting", "会议", "{姓名}：{什么时间?}在{什么地点?}开会", receipt=True)
    app = replace(app, templates=(template,))
    draft = await notices.from_template(app, SECRETARY, key="meeting")
    assert draft.blank == "什么时间" and draft.receipt
    with pytest.raises(BlanksLeft):
        await notices.announce(app, SECRETARY, notice_id=draft.id)
    draft = await notices.fill_blank(app, SECRETARY, notice_id=draft.id, said="周五 <下午>")
    draft = await notices.fill_blank(app, SECRETARY, notice_id=draft.id, said="示教室")
    assert draft.body == "{姓名}：周五 &lt;下午&gt;在示教室开会" and draft.blank is None
    with pytest.raises(NoSuchNotice):
        await notices.from_template(app, SECRETARY, key="gone")


async def test_muted_people_get_urgent_notices_alone_and_urgent_is_on_record(
    app: App, hospital: Hospital
) -> None:
    async with app.db.writing() as tx:
        (await tx.get_one(Member, hospital.nurse.id)).muted = True
        (await tx.get_one(Member, hospital.doctor.id)).blocked_at = app.clock()
    draft = await notices.draft(app, SECRETARY, body="台风红色预警")
    assert draft.left_out == {Fate.MUTED: 1, Fate.BLOCKED: 1, Fate.NOT_JOINED: 1}
    names, leaf = await notices.left_out(app, SECRETARY, notice_id=draft.id, fate=Fate.MUTED)
    assert names == [("林小满", "内科第一党支部")] and leaf.total == 1
    with pytest.raises(BadReason):
        await notices.set_urgent(app, SECRETARY, notice_id=draft.id, reason=" ")
    draft = await notices.set_urgent(app, SECRETARY, notice_id=draft.id, reason="台风今夜登陆")
    assert (draft.copies, draft.left_out) == (2, {Fate.BLOCKED: 1, Fate.NOT_JOINED: 1})
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    async with app.db.reading() as tx:
        deeds = {entry.action: entry.details for entry in await audit.latest(tx)}
    assert deeds["notice.urgent"] == {"notice": draft.id, "reason": "台风今夜登陆"}
    assert deeds["notice.announced"] == {"notice": draft.id, "copies": 2}


async def test_quiet_hours_hold_back_all_but_urgent_notices(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(hours=15)  # 23:00
    calm = await notices.draft(app, SECRETARY, body="不急")
    assert calm.begins_at == clock() + timedelta(hours=8)
    await notices.announce(app, SECRETARY, notice_id=calm.id)
    urgent = await notices.draft(app, SECRETARY, body="很急")
    await notices.set_urgent(app, SECRETARY, notice_id=urgent.id, reason="急救备班")
    await notices.announce(app, SECRETARY, notice_id=urgent.id)
    async with app.db.reading() as tx:
        rows = await tx.execute(select(Outgoing.notice_id, Outgoing.not_before).distinct())
        assert {one: at for one, at in rows} == {calm.id: clock() + timedelta(hours=8), urgent.id: clock()}


async def test_each_branch_wakes_by_its_own_clock(app: App, hospital: Hospital, clock: Clock) -> None:
    async with app.db.writing() as tx:
        (await tx.get_one(Unit, hospital.ward2.id)).timezone = "Europe/Berlin"
    clock.tick(hours=15)  # 23:00 in Shanghai, 16:00 in Berlin
    draft = await notices.draft(app, GENERAL, body="不急")
    await notices.announce(app, GENERAL, notice_id=draft.id)
    async with app.db.reading() as tx:
        rows = await tx.execute(select(Outgoing.chat_id, Outgoing.not_before))
        moments = {chat: at for chat, at in rows}
    assert moments[GENERAL] == clock() and moments[NURSE] == clock() + timedelta(hours=8)


async def test_nobody_to_send_to_is_refused(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        for key in ("nurse", "doctor", "secretary"):
            (await tx.get_one(Member, getattr(hospital, key).id)).muted = True
    draft = await notices.draft(app, SECRETARY, body="有人吗")
    with pytest.raises(NobodyToSendTo):
        await notices.announce(app, SECRETARY, notice_id=draft.id)
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).state is State.DRAFT
    assert await fates(app, draft.id) == {}


async def test_two_taps_send_once(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="开会")
    results = await asyncio.gather(
        *(notices.announce(app, SECRETARY, notice_id=draft.id) for _ in range(2)), return_exceptions=True
    )
    assert sorted(map(type, results), key=str) == [int, WrongState]
    assert len(await queued(app)) == 3


async def test_erasing_takes_the_name_and_leaves_the_sum(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="开会")
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    await mydata.erase(app, NURSE)
    assert await fates(app, draft.id) == {None: "gone", 2: "queued", 3: "queued", 7: "not_joined"}
    assert await queued(app) == [DOCTOR, SECRETARY]
