"""What members did of the day's lesson."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import StudyDay


async def find(tx: AsyncSession, member_id: int, day_on: date) -> StudyDay | None:
    return await tx.get(StudyDay, (member_id, day_on))


async def mark(
    tx: AsyncSession, *, member_id: int, day_on: date, lesson_id: str, **moments: datetime
) -> None:
    """Note that the lesson was opened or read."""
    values: dict[str, Any] = {"member_id": member_id, "day_on": day_on, "lesson_id": lesson_id, **moments}
    await inserts.put(tx, StudyDay, values, key=(StudyDay.member_id, StudyDay.day_on))
