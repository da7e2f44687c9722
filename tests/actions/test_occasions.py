"""The calendar of reminders: proposed once to whom it concerns, and sent only when a secretary does so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from actions import notices, occasions, roles
from actions.actors import Console
from actions.app import App
from storage.tables import Notice, Occasion, Outgoing
from study.columns import Column, Columns
from study.feasts import AlreadyHandled, Feast, Feasts, Fixed, Kind, Lunar, NoSuchFeast, Term
from study.members import Level, NotAllowed, Role
from study.notices import State
from tests.conftest import Clock, Hospital

NURSE, SECRETARY, GENERAL, ADMINISTRATOR = 1001, 1003, 1004, 1006
QINGMING = Feast(
    "qingming", "清明节前提醒", Term("清明"), 6, Kind.CONDUCT, "文明祭扫 & <注意防火>", "据", "news"
)
LESSON = Feast("lesson", "廉政微课堂", Fixed(4, 8), 9, Kind.LESSON, "九项准则", "据")
SPRING = Feast("spring", "春节", Lunar(1, 1), 10, Kind.CONDUCT, "春节", "据")


@pytest.fixture
def app(app: App, clock: Clock) -> App:
    clock.now = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # Sunday 09:00; 清明 is on 5 April
    feasts = Feasts((QINGMING, LESSON, SPRING), frozenset(Level))
    return replace(app, feasts=feasts, columns=Columns((Column("news", "动态", "📰"),)))


async def letters(app: App) -> list[Outgoing]:
    async with app.db.reading() as tx:
        query = select(Outgoing).where(Outgoing.letter == "occasions").order_by(Outgoing.id)
        return list(await tx.scalars(query))


async def first(app: App) -> int:
    """The ward's occasion of the only letter to its secretary."""
    [letter] = [one for one in await letters(app) if one.chat_id == SECRETARY]
    return int(letter.payload["occasions"][0])


async def test_drafts_are_proposed_days_before_to_the_secretaries_once(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    assert await occasions.propose_due(app) == 0
    clock.tick(days=1)
    assert await occasions.propose_due(app) == 2, "of the ward and of the general branch"
    assert await occasions.propose_due(app) == 0
    assert {one.chat_id for one in await letters(app)} == {SECRETARY, GENERAL}
    for letter in await letters(app):
        found = await occasions.told(app, letter.payload["occasions"])
        assert [(one.feast.key, one.left) for one in found] == [("qingming", 6), ("lesson", 9)]
    async with app.db.reading() as tx:
        assert not (await tx.scalars(select(Notice))).all(), "nothing is written, far less sent"


async def test_what_comes_due_later_is_a_letter_of_its_own(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    app = replace(app, feasts=replace(app.feasts, feasts=(QINGMING, replace(LESSON, days_before=2))))
    clock.tick(days=1)
    assert await occasions.propose_due(app) == 2
    clock.tick(days=7)
    assert await occasions.propose_due(app) == 2
    assert [len(one.payload["occasions"]) for one in await letters(app)] == [1, 1, 1, 1]


async def test_only_the_levels_of_the_calendar_are_asked(app: App, hospital: Hospital, clock: Clock) -> None:
    app = replace(app, feasts=replace(app.feasts, levels=frozenset({Level.BRANCH})))
    clock.tick(days=1)
    assert await occasions.propose_due(app) == 1
    assert [one.chat_id for one in await letters(app)] == [SECRETARY]


async def test_whoever_looks_after_units_below_is_asked_for_the_top_one_alone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.general_secretary.id,
        role=Role.SECRETARY,
        unit_id=hospital.ward2.id,
    )
    await roles.grant(
        app, Console.SHELL, member_id=hospital.nurse.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    clock.tick(days=1)
    assert await occasions.propose_due(app) == 3
    by_chat = {one.chat_id: one.payload["occasions"] for one in await letters(app)}
    assert by_chat[SECRETARY] == by_chat[NURSE] and len(by_chat[GENERAL]) == 2
    async with app.db.reading() as tx:
        asked = set(await tx.scalars(select(Occasion.unit_id)))
    assert asked == {hospital.medicine.id, hospital.ward1.id}


async def test_at_night_the_word_waits_for_the_morning_and_is_void_after_the_day(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(days=1, hours=14)  # 23:00
    await occasions.propose_due(app)
    letter = (await letters(app))[0]
    assert letter.not_before == clock() + timedelta(hours=8)
    assert letter.expires_at == datetime(2026, 4, 8, 16, 0, tzinfo=UTC)


async def test_those_who_cannot_be_told_are_asked_when_they_can(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(days=1)
    async with app.db.writing() as tx:
        for one in (hospital.secretary, hospital.general_secretary):
            member = await tx.get(type(one), one.id)
            assert member
            member.blocked_at = clock()
    assert await occasions.propose_due(app) == 0
    async with app.db.writing() as tx:
        member = await tx.get(type(hospital.secretary), hospital.secretary.id)
        assert member
        member.blocked_at = None
    assert await occasions.propose_due(app) == 1


# Using a draft.


async def test_a_draft_is_opened_and_sent_only_when_confirmed(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    draft = await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    assert (draft.state, draft.unit, draft.column) == (State.DRAFT, "内科第一党支部", "news")
    assert draft.body == "文明祭扫 &amp; &lt;注意防火&gt;"
    again = await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    assert again.id == draft.id
    seen = await occasions.look(app, SECRETARY, occasion_id=occasion_id)
    assert (seen.notice_id, seen.state) == (draft.id, State.DRAFT)
    await notices.announce(app, SECRETARY, notice_id=draft.id)
    with pytest.raises(AlreadyHandled):
        await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    with pytest.raises(AlreadyHandled):
        await occasions.dismiss(app, SECRETARY, occasion_id=occasion_id)


async def test_a_draft_thrown_away_can_be_made_again(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    draft = await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    await notices.discard(app, SECRETARY, notice_id=draft.id)
    assert (await occasions.look(app, SECRETARY, occasion_id=occasion_id)).notice_id is None
    assert (await occasions.use(app, SECRETARY, occasion_id=occasion_id)).id != draft.id


async def test_of_two_secretaries_one_writes_it(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    with pytest.raises(AlreadyHandled):
        await occasions.use(app, GENERAL, occasion_id=occasion_id)


async def test_a_proposal_is_dismissed_for_the_year_and_may_be_used_all_the_same(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    for _ in range(2):
        assert (await occasions.dismiss(app, SECRETARY, occasion_id=occasion_id)).dismissed
    assert [one.feast.key for one in await occasions.told(app, [occasion_id])] == []
    await occasions.use(app, SECRETARY, occasion_id=occasion_id)
    assert not (await occasions.look(app, SECRETARY, occasion_id=occasion_id)).dismissed


async def test_a_branch_hears_that_the_unit_above_has_sent_it(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    [letter] = [one for one in await letters(app) if one.chat_id == GENERAL]
    above = await occasions.use(app, GENERAL, occasion_id=letter.payload["occasions"][0])
    occasion_id = await first(app)
    assert (await occasions.look(app, SECRETARY, occasion_id=occasion_id)).above is None
    await notices.announce(app, GENERAL, notice_id=above.id)
    assert (await occasions.look(app, SECRETARY, occasion_id=occasion_id)).above == "内科党总支"


async def test_next_year_it_is_proposed_anew(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    clock.tick(days=365)
    assert await occasions.propose_due(app) == 2


async def test_what_left_the_calendar_is_gone(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    app = replace(app, feasts=Feasts((SPRING,)))
    assert await occasions.told(app, [occasion_id, 999]) == []
    for action in (occasions.look, occasions.use, occasions.dismiss):
        with pytest.raises(NoSuchFeast):
            await action(app, SECRETARY, occasion_id=occasion_id)
    with pytest.raises(NoSuchFeast):
        await occasions.look(app, SECRETARY, occasion_id=999)


# The year at a glance.


async def test_the_year_is_looked_through_and_a_draft_used_early(app: App, hospital: Hospital) -> None:
    year = await occasions.calendar(app, SECRETARY)
    assert year.unit == "内科第一党支部"
    assert [one.feast.key for one in year.coming] == ["qingming", "lesson", "spring"]
    for _ in range(2):
        found = await occasions.open_entry(app, SECRETARY, key="spring")
    assert (found.day.isoformat(), found.left) == ("2027-02-06", 314)
    assert (await occasions.use(app, SECRETARY, occasion_id=found.occasion_id)).body == "春节"
    assert (await occasions.calendar(app, ADMINISTRATOR)).unit == "云杉医院党委"


async def test_what_was_only_looked_at_early_is_proposed_all_the_same(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    seen = await occasions.open_entry(app, SECRETARY, key="qingming")
    dismissed = await occasions.open_entry(app, SECRETARY, key="lesson")
    await occasions.dismiss(app, SECRETARY, occasion_id=dismissed.occasion_id)
    clock.tick(days=1)
    await occasions.propose_due(app)
    [letter] = [one for one in await letters(app) if one.chat_id == SECRETARY]
    assert letter.payload["occasions"] == [seen.occasion_id]
    assert await occasions.propose_due(app) == 0, "and once"


async def test_members_have_no_part_in_it(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(days=1)
    await occasions.propose_due(app)
    occasion_id = await first(app)
    for action in (occasions.look, occasions.use, occasions.dismiss):
        with pytest.raises(NotAllowed):
            await action(app, NURSE, occasion_id=occasion_id)
    with pytest.raises(NotAllowed):
        await occasions.calendar(app, NURSE)
