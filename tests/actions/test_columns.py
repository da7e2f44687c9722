"""Notices in their columns: who may read which, finding them by words, filing them, and the weekly digest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions import columns, digest, mydata, notices, recalls, settings
from actions.app import App
from storage import news
from storage.tables import AuditEntry, Notice, Outgoing, Recipient
from study.audience import Audience
from study.columns import Column, Columns, NoSuchColumn, NothingSearched, searched
from study.members import MemberKind, NotAllowed
from study.notices import NoSuchNotice, State, WrongState
from tests.conftest import Clock, Hospital

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)
NEWS, RULES = Column("news", "动态", "📰"), Column("rules", "制度", "📘")


@pytest.fixture
def app(app: App) -> App:
    return replace(app, columns=Columns((NEWS, RULES), weekday=5, minute=17 * 60))


async def filed(
    app: App,
    hospital: Hospital,
    *,
    body: str = "<b>义诊</b>周六上午在门诊大厅",
    column: str | None = "news",
    unit: Any = None,
    audience: Audience | None = None,
    state: State = State.SENT,
    copies: dict[int, str] | None = None,
    **more: Any,
) -> int:
    """A notice of the ward (or of `unit`), announced now; `copies` are members' fates."""
    unit = unit or hospital.ward1
    title = more.pop("title", "义诊通知")
    async with app.db.writing() as tx:
        notice = Notice(
            unit_id=unit.id,
            author_id=hospital.secretary.id,
            state=state.value,
            title=title,
            body=body,
            words=searched(title, body),
            column=column,
            audience=(audience or Audience(units=(unit.id,))).stored(),
            created_at=app.clock(),
            announced_at=None if state is State.DRAFT else app.clock(),
            **more,
        )
        tx.add(notice)
        await tx.flush()
        for member_id, fate in (copies or {}).items():
            tx.add(Recipient(notice_id=notice.id, member_id=member_id, chat_id=1000 + member_id, fate=fate))
        return notice.id


async def sees(app: App, who: int, column: str = "news") -> list[int]:
    _, found = await columns.listing(app, who, column=column)
    return [one.notice_id for one in found.lines]


async def letters(app: App) -> list[Outgoing]:
    async with app.db.reading() as tx:
        return list(
            await tx.scalars(select(Outgoing).where(Outgoing.letter == "digest").order_by(Outgoing.key))
        )


# Who may read what.


async def test_a_notice_to_a_unit_is_for_all_who_are_in_it_and_below(app: App, hospital: Hospital) -> None:
    ward = await filed(app, hospital)
    medicine = await filed(app, hospital, unit=hospital.medicine)
    everybody = await filed(app, hospital, unit=hospital.committee)
    assert await sees(app, NURSE) == [everybody, medicine, ward]
    assert await sees(app, GENERAL) == [everybody, medicine], "sits in the other ward"
    assert await sees(app, OUTSIDER) == [everybody]
    for who in (GENERAL, OUTSIDER):
        with pytest.raises(NoSuchNotice):
            await columns.read(app, who, notice_id=ward)


async def test_a_notice_to_chosen_branches_is_for_those_branches(app: App, hospital: Hospital) -> None:
    chosen = await filed(app, hospital, unit=hospital.medicine, audience=Audience(units=(hospital.ward2.id,)))
    assert await sees(app, NURSE) == [] and await sees(app, GENERAL) == [chosen]


@pytest.mark.parametrize(
    "audience",
    [
        Audience(members=(1,)),
        Audience(units=(1, 2, 3, 4), kinds=(MemberKind.PROBATIONARY,)),
        Audience(units=(1, 2, 3, 4), absent=7),
        Audience(units=(1, 2, 3, 4), unconfirmed=7),
        Audience(units=(1, 2, 3, 4), unanswered=True),
    ],
    ids=str,
)
async def test_what_is_for_some_people_stays_with_them(
    app: App, hospital: Hospital, audience: Audience
) -> None:
    notice_id = await filed(app, hospital, audience=audience, copies={hospital.nurse.id: "sent"})
    assert await sees(app, NURSE) == [notice_id]
    assert await sees(app, DOCTOR) == [] == await sees(app, SECRETARY)
    with pytest.raises(NoSuchNotice):
        await columns.read(app, DOCTOR, notice_id=notice_id)


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SCHEDULED, State.WITHDRAWN, State.CANCELLED, State.STOPPED]
)
async def test_what_was_not_announced_or_was_taken_back_is_not_there(
    app: App, hospital: Hospital, state: State
) -> None:
    notice_id = await filed(app, hospital, state=state, copies={hospital.nurse.id: "sent"})
    assert await sees(app, NURSE) == []
    with pytest.raises(NoSuchNotice):
        await columns.read(app, NURSE, notice_id=notice_id)


async def test_what_is_in_no_column_or_in_one_that_was_dropped_is_not_there(
    app: App, hospital: Hospital
) -> None:
    for column in (None, "dropped"):
        notice_id = await filed(app, hospital, column=column)
        with pytest.raises(NoSuchNotice):
            await columns.read(app, NURSE, notice_id=notice_id)
    assert [shelf.count for shelf in await columns.shelves(app, NURSE)] == [0, 0]
    with pytest.raises(NoSuchColumn):
        await columns.listing(app, NURSE, column="dropped")


async def test_columns_are_counted_and_turned_over(app: App, hospital: Hospital, clock: Clock) -> None:
    found = []
    for _ in range(10):
        clock.tick(hours=1)
        found.append(await filed(app, hospital))
    await filed(app, hospital, column="rules")
    assert [(one.column.key, one.count, one.weekly) for one in await columns.shelves(app, NURSE)] == [
        ("news", 10, False),
        ("rules", 1, False),
    ]
    _, last = await columns.listing(app, NURSE, column="news", page=1)
    assert [one.notice_id for one in last.lines] == found[1::-1] and last.leaf.pages == 2


async def test_a_notice_is_read_as_it_was_sent(app: App, hospital: Hospital) -> None:
    notice_id = await filed(
        app,
        hospital,
        title="{姓名}同志：请看附件",
        body="{姓名}同志（{支部}）：请看附件",
        media=[{"form": "photo", "file_id": "F1", "unique_id": "U1", "name": "", "group": None}],
        receipt=True,
        copies={hospital.nurse.id: "sent", hospital.doctor.id: "muted"},
    )
    found = await columns.read(app, NURSE, notice_id=notice_id)
    assert found.body == "林小满同志（内科第一党支部）：请看附件"
    assert found.line.title == "林小满同志：请看附件"
    assert [piece.file_id for piece in found.media] == ["F1"]
    assert (found.line.unit, found.line.day.isoformat(), found.asks) == ("内科第一党支部", "2026-03-02", True)
    assert not (await columns.read(app, DOCTOR, notice_id=notice_id)).asks


# Searching.


@pytest.mark.parametrize("words", ["义诊", "義診 門診", "周六 大厅", "义诊　ｈｅｌｐ", "B超"])
async def test_words_are_found_in_any_script_and_width(app: App, hospital: Hospital, words: str) -> None:
    notice_id = await filed(app, hospital, body="<b>义诊</b>周六上午在门诊大厅，Ｂ超 HELP &amp; 咨询")
    await filed(app, hospital, body="别的事", title="别的")
    found = await columns.search(app, NURSE, words=words)
    assert [one.notice_id for one in found.lines] == [notice_id]


async def test_markup_is_not_searched_nor_what_one_may_not_read(app: App, hospital: Hospital) -> None:
    await filed(app, hospital, body="<b>义诊</b>")
    assert (await columns.search(app, NURSE, words="b")).leaf.total == 0
    assert (await columns.search(app, OUTSIDER, words="义诊")).leaf.total == 0


async def test_signs_of_the_database_are_words_like_others(app: App, hospital: Hospital) -> None:
    notice_id = await filed(app, hospital, body="完成率 100%_好")
    await filed(app, hospital, body="完成率 100 分，很好")
    for words in ("100%", "%_", "_好"):
        found = await columns.search(app, NURSE, words=words)
        assert [one.notice_id for one in found.lines] == [notice_id], words
    assert not (await columns.search(app, NURSE, words="率_100")).lines


async def test_what_was_found_is_turned_over_and_follows_corrections(app: App, hospital: Hospital) -> None:
    for number in range(10):
        await filed(app, hospital, body=f"义诊第 {number} 场")
    found = await columns.search(app, NURSE, words="义诊 场", page=1)
    assert (found.leaf.total, found.leaf.page) == (10, 1) and found.lines
    draft = await notices.write(app, SECRETARY, body="流感疫苗到了")
    await columns.file(app, SECRETARY, notice_id=draft.id, column="news")
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    assert (await columns.search(app, NURSE, words="流感")).leaf.total == 1
    await recalls.correct(app, SECRETARY, notice_id=draft.id, body="<b>新冠</b>疫苗到了")
    assert (await columns.search(app, NURSE, words="流感")).leaf.total == 0
    assert (await columns.search(app, NURSE, words="新冠疫苗")).leaf.total == 1


@pytest.mark.parametrize("words", ["", "  ", "词" * 61])
async def test_nothing_is_searched_for_nothing(app: App, hospital: Hospital, words: str) -> None:
    with pytest.raises(NothingSearched):
        await columns.search(app, NURSE, words=words)


# Filing.


async def test_a_draft_is_filed_and_taken_out_again(app: App, hospital: Hospital) -> None:
    draft = await notices.draft(app, SECRETARY, body="通知")
    await columns.file(app, SECRETARY, notice_id=draft.id, column="rules")
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).column == "rules"
    await columns.file(app, SECRETARY, notice_id=draft.id, column=None)
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).column is None


async def test_a_sent_notice_is_filed_later_and_recorded_once(app: App, hospital: Hospital) -> None:
    notice_id = await filed(app, hospital, column=None)
    for _ in range(2):
        await columns.file(app, SECRETARY, notice_id=notice_id, column="news")
    assert await sees(app, NURSE) == [notice_id]
    async with app.db.reading() as tx:
        [deed] = await tx.scalars(select(AuditEntry))
        assert (deed.action, deed.details) == ("notice.filed", {"notice": notice_id, "column": "动态"})


async def test_filing_needs_a_column_a_right_and_a_notice_that_stands(app: App, hospital: Hospital) -> None:
    notice_id = await filed(app, hospital, column=None)
    withdrawn = await filed(app, hospital, state=State.WITHDRAWN)
    with pytest.raises(NoSuchColumn):
        await columns.file(app, SECRETARY, notice_id=notice_id, column="sport")
    with pytest.raises(NotAllowed):
        await columns.file(app, NURSE, notice_id=notice_id, column="news")
    with pytest.raises(WrongState):
        await columns.file(app, SECRETARY, notice_id=withdrawn, column="news")


# The weekly digest.


async def to_friday(clock: Clock) -> None:
    clock.tick(days=4, hours=9)  # from Monday 08:00 to Friday 17:00


async def test_whoever_reads_the_digest_is_left_out_of_single_messages(app: App, hospital: Hospital) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    draft = await notices.draft(app, SECRETARY, body="义诊", column="news")
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    async with app.db.reading() as tx:
        fates = dict((await tx.execute(select(Recipient.member_id, Recipient.fate))).all())
    assert fates[hospital.nurse.id] == "digest" and fates[hospital.doctor.id] == "queued"


@pytest.mark.parametrize("change", ["receipt", "urgent"])
async def test_what_asks_for_a_receipt_or_is_urgent_comes_at_once(
    app: App, hospital: Hospital, change: str
) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    draft = await notices.draft(app, SECRETARY, body="义诊", column="news")
    if change == "receipt":
        await notices.set_receipt(app, SECRETARY, notice_id=draft.id, on=True)
    else:
        await notices.set_urgent(app, SECRETARY, notice_id=draft.id, reason="今晚停水")
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    async with app.db.reading() as tx:
        fates = dict((await tx.execute(select(Recipient.member_id, Recipient.fate))).all())
    assert fates[hospital.nurse.id] == "queued"


async def test_the_digest_comes_once_with_what_was_not_sent_by_itself(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    first = await filed(app, hospital, copies={hospital.nurse.id: "digest"})
    await filed(app, hospital, copies={hospital.nurse.id: "sent"})
    await filed(app, hospital, column="rules")
    clock.tick(days=1)
    second = await filed(app, hospital, unit=hospital.committee)
    assert await digest.queue_due(app) == 0, "not before Friday"
    clock.tick(days=3, hours=9)
    assert await digest.queue_due(app) == 1
    assert await digest.queue_due(app) == 0
    [letter] = await letters(app)
    assert (letter.key, letter.chat_id) == ("digest:2026-W10:1", NURSE)
    told = await digest.told(app, hospital.nurse.id, since=clock() - timedelta(days=7), until=clock())
    assert told
    [(column, lines)] = told.columns
    assert (column, [one.notice_id for one in lines]) == (NEWS, [first, second])


async def test_the_next_week_begins_where_the_last_ended(app: App, hospital: Hospital, clock: Clock) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    await filed(app, hospital)
    await to_friday(clock)
    await filed(app, hospital)
    assert await digest.queue_due(app) == 1
    [letter] = await letters(app)
    until = letter.payload["until"]
    clock.tick(days=7)
    assert await digest.queue_due(app) == 1
    assert (await letters(app))[1].payload["since"] == until


async def test_nothing_is_sent_when_nothing_is_new_or_nobody_wants_it(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await filed(app, hospital)
    clock.tick(minutes=1)
    await columns.set_weekly(app, NURSE, column="news", weekly=True)  # after it was announced
    await columns.set_weekly(app, DOCTOR, column="rules", weekly=True)
    await columns.set_weekly(app, OUTSIDER, column="news", weekly=True)
    await to_friday(clock)
    assert await digest.queue_due(app) == 0 and await letters(app) == []


async def test_the_muted_and_those_out_of_reach_are_left_alone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    for who in (NURSE, DOCTOR):
        await columns.set_weekly(app, who, column="news", weekly=True)
    await filed(app, hospital)
    await settings.set_muted(app, NURSE, muted=True)
    async with app.db.writing() as tx:
        doctor = await tx.get(type(hospital.doctor), hospital.doctor.id)
        assert doctor
        doctor.blocked_at = clock()
    await to_friday(clock)
    assert await digest.queue_due(app) == 0


async def test_a_digest_that_could_not_be_sent_for_days_is_not_sent(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    await filed(app, hospital)
    await to_friday(clock)
    clock.tick(days=2, minutes=1)
    assert await digest.queue_due(app) == 0


async def test_at_night_the_digest_waits_for_the_morning(app: App, hospital: Hospital, clock: Clock) -> None:
    app = replace(app, columns=replace(app.columns, minute=23 * 60))
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    await filed(app, hospital)
    clock.tick(days=4, hours=15)
    assert await digest.queue_due(app) == 1
    [letter] = await letters(app)
    assert letter.not_before == clock() + timedelta(hours=8)


async def test_what_was_withdrawn_meanwhile_is_not_told(app: App, hospital: Hospital, clock: Clock) -> None:
    await columns.set_weekly(app, NURSE, column="news", weekly=True)
    notice_id = await filed(app, hospital)
    await to_friday(clock)
    async with app.db.writing() as tx:
        notice = await tx.get(Notice, notice_id)
        assert notice
        notice.state = State.WITHDRAWN.value
    assert await digest.told(app, hospital.nurse.id, since=clock() - timedelta(days=7), until=clock()) is None


async def test_subscribing_twice_and_changing_ones_mind(app: App, hospital: Hospital) -> None:
    for weekly in (True, True, False, False, True):
        shelf = await columns.set_weekly(app, NURSE, column="news", weekly=weekly)
        assert shelf.weekly is weekly
    assert [one.weekly for one in await columns.shelves(app, NURSE)] == [True, False]
    with pytest.raises(NoSuchColumn):
        await columns.set_weekly(app, NURSE, column="sport", weekly=True)
    await mydata.erase(app, NURSE)
    async with app.db.reading() as tx:
        assert await news.subscriptions(tx, hospital.nurse.id) == set()
