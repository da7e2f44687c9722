"""Everything stored about oneself: handed out, and erased."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import feedback, invites, mydata, roles, settings
from actions.actors import Console
from actions.app import App
from bot.texts import LOCALES, text
from storage import conversations, members, personal
from storage.tables import (
    Answer,
    Appeal,
    Attempt,
    Attendee,
    Ballot,
    Base,
    Card,
    Leave,
    MakeUp,
    Meeting,
    MeetingChange,
    Member,
    Motion,
    Notice,
    PointsEntry,
    Quiz,
    Recipient,
    Remainder,
    Seat,
    StudyDay,
    Subscription,
)
from study.members import LastAdministrator, NotJoined, Role
from tests.conftest import Clock, Hospital

NURSE, DOCTOR, ADMINISTRATOR = 1001, 1002, 1006


async def attend(tx: AsyncSession, member: Member, now: datetime) -> None:
    """A meeting missed and made up, a vote, a notice, a column."""
    meeting = Meeting(
        unit_id=member.unit_id,
        kind="assembly",
        title="党员大会",
        starts_at=now,
        late_at=now,
        closes_at=now,
        secret=b"",
        created_at=now,
    )
    notice = Notice(unit_id=member.unit_id, created_at=now)
    tx.add_all([meeting, notice])
    await tx.flush()
    whose = {"meeting_id": meeting.id, "member_id": member.id}
    motion = Motion(meeting_id=meeting.id, text="同意", rule="majority", secret=False, put_at=now)
    tx.add(motion)
    await tx.flush()
    tx.add_all(
        [
            Seat(unit_id=member.unit_id, member_id=member.id, title="组织委员", taken_at=now),
            Attendee(**whose, duty="must", votes=True, reason="member"),
            Leave(**whose, reason="duty", asked_at=now),
            MeetingChange(**whose, at=now, what="mark", after="present", note="没带手机"),
            MakeUp(**whose, lesson_id="lesson", due_on=now.date(), offered_at=now),
            Ballot(motion_id=motion.id, member_id=member.id, choice="aye", cast_at=now),
            Recipient(notice_id=notice.id, member_id=member.id),
            Subscription(member_id=member.id, column="news", since=now),
        ]
    )


async def live(app: App, member: Member, *, marks: tuple[str, ...] = ("correct", "wrong")) -> None:
    """A little history of every kind."""
    now = app.clock()
    async with app.db.writing() as tx:
        quiz = Quiz(
            member_id=member.id, kind="day", day_on=now.date(), questions=[], started_at=now, touched_at=now
        )
        tx.add(quiz)
        await tx.flush()
        for position, verdict in enumerate(marks):
            tx.add(
                Answer(
                    member_id=member.id,
                    quiz_id=quiz.id,
                    position=position,
                    item_id=f"item-{position}",
                    revision="1",
                    given="我的回答",
                    verdict=verdict,
                    score=1.0,
                    answered_at=now,
                )
            )
        await tx.flush()
        answer_id = await tx.scalar(select(func.max(Answer.id)))
        tx.add(
            Appeal(
                answer_id=answer_id,
                member_id=member.id,
                origin="member",
                mark={},
                state="open",
                raised_at=now,
            )
        )
        await attend(tx, member, now)
        tx.add(
            Card(
                member_id=member.id,
                item_id="item-0",
                state={},
                due_at=now + timedelta(days=1),
                last_verdict="correct",
            )
        )
        first = PointsEntry(
            member_id=member.id,
            season=2026,
            day_on=now.date(),
            action="correct",
            amount=3,
            key=f"a:{member.id}",
            at=now,
        )
        tx.add(first)
        await tx.flush()
        tx.add(
            PointsEntry(
                member_id=member.id,
                season=2026,
                day_on=now.date(),
                action="reversal",
                amount=-1,
                key=f"b:{member.id}",
                at=now,
                reverses_id=first.id,
            )
        )
        tx.add(StudyDay(member_id=member.id, day_on=now.date(), lesson_id="lesson"))
        assert member.telegram_id
        tx.add(Attempt(subject="invite", telegram_id=member.telegram_id, at=now))
        account = member.telegram_id
        await conversations.put_state(tx, f"42:{account}:{account}:0:default", state="typing", at=now)
    await feedback.send(app, member.telegram_id, text="我的意见", source=f"{member.id}:1")
    await settings.set_muted(app, member.telegram_id, muted=True)
    await invites.make(app, Console.SHELL, member_id=member.id)
    await roles.grant(app, Console.SHELL, member_id=member.id, role=Role.SECRETARY, unit_id=member.unit_id)


async def test_the_export_holds_every_kind_of_thing_and_no_secret(app: App, hospital: Hospital) -> None:
    await live(app, hospital.nurse)
    export = await mydata.export(app, NURSE)
    assert export.name == "林小满"
    assert export.at.isoformat() == "2026-03-02T08:00:00+08:00"
    empty = {name for name, rows in export.subjects.items() if not rows}
    assert not empty
    (row,) = export.subjects["member"]
    assert (row["name"], row["unit"], row["staff_no"]) == ("林小满", "内科第一党支部", "T0001")
    assert export.subjects["answers"][0]["given"] == "我的回答"
    assert "token_hash" not in export.subjects["invites"][0]


async def test_the_export_tells_nothing_of_others(app: App, hospital: Hospital) -> None:
    await live(app, hospital.doctor)
    export = await mydata.export(app, NURSE)
    assert {name for name, rows in export.subjects.items() if rows} == {"member"}


async def test_erasing_leaves_name_and_unit_and_sums_of_nobody(app: App, hospital: Hospital) -> None:
    for person in (hospital.nurse, hospital.doctor):
        await live(app, person)
    summary = await mydata.summary(app, NURSE)
    assert (summary.counts["answers"], summary.counts["feedback"], summary.counts["invites"]) == (2, 1, 1)
    erased = await mydata.erase(app, NURSE)
    assert erased.counts == summary.counts
    assert erased.account == NURSE
    async with app.db.reading() as tx:
        nurse = await members.find(tx, hospital.nurse.id)
        assert nurse
        for holding in personal.HOLDINGS:
            left = [row for row in await personal.rows(tx, holding, nurse)]
            assert bool(left) is not holding.erased, holding.name
        assert not await conversations.of_person(tx, NURSE)
        assert await tx.scalar(select(func.count()).select_from(Answer)) == 2  # the doctor's
    assert (nurse.name, nurse.unit_id, nurse.telegram_id) == ("林小满", hospital.ward1.id, None)
    assert (nurse.staff_no, nurse.joined_party_on, nurse.muted, nurse.study_minute) == (
        None,
        None,
        False,
        450,
    )
    with pytest.raises(NotJoined):
        await mydata.export(app, NURSE)


async def test_the_sums_of_several_add_up(app: App, hospital: Hospital) -> None:
    for person, account in ((hospital.nurse, NURSE), (hospital.doctor, DOCTOR)):
        await live(app, person)
        await mydata.erase(app, account)
    async with app.db.reading() as tx:
        (sums,) = await tx.scalars(select(Remainder))
    assert (sums.unit_id, sums.season) == (hospital.ward1.id, 2026)
    assert (sums.members, sums.points, sums.answers, sums.right_answers) == (2, 4, 4, 2)


async def test_roles_are_withdrawn_with_the_rest(app: App, hospital: Hospital) -> None:
    await live(app, hospital.nurse)
    await mydata.erase(app, NURSE)
    held = await roles.held_by(app, Console.SHELL, member_id=hospital.nurse.id)
    assert held == ()


async def test_the_last_administrator_has_to_hand_over_first(app: App, hospital: Hospital) -> None:
    with pytest.raises(LastAdministrator):
        await mydata.erase(app, ADMINISTRATOR)
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.nurse.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.committee.id,
    )
    assert (await mydata.erase(app, ADMINISTRATOR)).name == "程守静"


async def test_whoever_was_erased_may_come_back_and_starts_anew(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await live(app, hospital.nurse)
    await mydata.erase(app, NURSE)
    clock.tick(minutes=1)
    invitation = await invites.make(app, Console.SHELL, member_id=hospital.nurse.id)
    assert (await invites.join(app, NURSE, token=invitation.token)).name == "林小满"
    assert not (await mydata.export(app, NURSE)).subjects["answers"]


# Tables that say nothing of a person, or (remainders) nothing of any one person. `members` is the roster itself.
IMPERSONAL = {
    *("units", "members", "remainders", "halts", "overlays", "corrections"),
    *("pack_versions", "pack_drafts", "item_revisions", "pictures"),
    # Acts of an office, of which the record stays: who planned, wrote, signed.
    *("meetings", "motions", "minutes", "enclosures", "notices", "groups", "occasions", "live_messages"),
}


def test_no_table_with_people_in_it_is_left_out() -> None:
    covered = {holding.table.__tablename__ for holding in personal.HOLDINGS}
    assert covered | IMPERSONAL == set(Base.metadata.tables)
    assert not covered & IMPERSONAL


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_thing_has_its_words(locale: str) -> None:
    for holding in personal.HOLDINGS:
        assert text(f"mydata.subject.{holding.name}", locale)
        assert not holding.erased or text(f"mydata.count.{holding.name}", locale, count=1)
