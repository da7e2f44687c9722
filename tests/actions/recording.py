"""Meetings that are over, straight to the tables: for tests of what comes after."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from actions.app import App
from storage.tables import Attendee, Meeting, Member, Unit
from study.meetings import Duty, Mark, Means, Reason, State
from tests.conftest import Hospital

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)
USUAL = {"nurse": "present", "doctor": "late", "secretary": "present", "newcomer": "absent"}


async def closed(
    app: App,
    hospital: Hospital,
    *,
    unit: Unit | None = None,
    kind: str = "assembly",
    title: str = "一季度支部党员大会",
    agenda: str = "学习党章",
    began: datetime | None = None,
    marks: Mapping[str, str] = USUAL,
    may: frozenset[str] = frozenset(),
    host: Member | None = None,
    recorder: Member | None = None,
    quarters: int = 6,
    state: State = State.CLOSED,
) -> int:
    """A meeting of the first ward that began two hours ago, unless said otherwise, and has just been closed."""
    began = began or app.clock() - timedelta(hours=2)
    ended = began + timedelta(hours=2)
    over = state is State.CLOSED
    async with app.db.writing() as tx:
        meeting = Meeting(
            unit_id=(unit or hospital.ward1).id,
            kind=kind,
            title=title,
            agenda=agenda,
            starts_at=began,
            late_at=began + timedelta(minutes=10),
            closes_at=ended,
            hours=quarters,
            place="三楼示教室",
            host_id=host.id if host else None,
            recorder_id=recorder.id if recorder else None,
            secret=b"secret",
            state=state.value,
            created_at=began,
            closed_at=ended if over else None,
        )
        tx.add(meeting)
        await tx.flush()
        everybody = {**hospital.people, "newcomer": hospital.newcomer}
        for name, mark in marks.items():
            member = everybody[name]
            tx.add(
                Attendee(
                    meeting_id=meeting.id,
                    member_id=member.id,
                    duty=(Duty.MAY if name in may else Duty.MUST).value,
                    votes=member.can_vote,
                    reason=Reason.MEMBER.value,
                    mark=mark or None,
                    means=Means.HAND.value if mark else None,
                    marked_at=began if mark in (Mark.PRESENT, Mark.LATE) else None,
                )
            )
        return meeting.id


async def remark(app: App, meeting_id: int, member: Member, mark: str) -> None:
    """Correct a mark afterwards."""
    async with app.db.writing() as tx:
        row = await tx.get(Attendee, (meeting_id, member.id))
        assert row
        row.mark = mark
