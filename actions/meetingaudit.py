"""What the record keeps of who did what to a meeting."""

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import audit
from storage.meetings import Held
from study.members import Actor


def note(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    action: str,
    held: Held,
    *,
    member_id: int | None = None,
    **details: object,
) -> None:
    """One line of the audit record about this meeting, and about a member where one is meant."""
    audit.note(
        tx,
        at=app.clock(),
        actor_id=actor.member_id,
        action=action,
        unit_id=held.unit.id,
        member_id=member_id,
        meeting=held.meeting.id,
        **details,
    )
