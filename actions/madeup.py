"""What finishing a quiz brings when it is the last step of making up for a meeting; within the quiz's transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from actions import ledger
from actions.app import App
from storage import makeups
from storage.makeups import Case
from study import makeup
from study.members import Actor
from study.points import Action


async def quiz_finished(app: App, tx: AsyncSession, actor: Actor, quiz_id: int) -> None:
    """The quiz is done: what it stood for is made up, once."""
    case = await makeups.of_quiz(tx, quiz_id)
    if case is not None:
        await settle(app, tx, actor, case)


async def settle(app: App, tx: AsyncSession, actor: Actor, case: Case) -> None:
    """Read and answered: made up, with its hours and points. It stays what it was, leave or absence."""
    make_up, meeting = case.make_up, case.meeting
    if make_up.done_at is not None or make_up.read_at is None:
        return
    make_up.done_at = app.clock()
    make_up.hours = makeup.worth(meeting.hours, app.meetings.make_up)
    await tx.flush()
    key = f"makeup:{meeting.id}:{make_up.member_id}"
    await ledger.book(app, tx, actor, Action.MAKE_UP, key=key, details={"meeting": meeting.title})
