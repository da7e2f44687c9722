"""Records of meetings: their versions, signatures, and the files kept with them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import Enclosure, Minutes
from study.minutes import Side


async def find(tx: AsyncSession, minutes_id: int) -> Minutes | None:
    return await tx.get(Minutes, minutes_id)


async def latest(tx: AsyncSession, meeting_id: int) -> Minutes | None:
    """The version that stands."""
    return (await of_meetings(tx, [meeting_id])).get(meeting_id)


async def of_meetings(tx: AsyncSession, meeting_ids: Collection[int]) -> Mapping[int, Minutes]:
    """The versions that stand, by meeting; meetings without words are left out."""
    newest = (
        select(Minutes.meeting_id, func.max(Minutes.version).label("version"))
        .where(Minutes.meeting_id.in_(meeting_ids))
        .group_by(Minutes.meeting_id)
        .subquery()
    )
    query = select(Minutes).join(
        newest, (Minutes.meeting_id == newest.c.meeting_id) & (Minutes.version == newest.c.version)
    )
    return {one.meeting_id: one for one in await tx.scalars(query)}


async def versions(tx: AsyncSession, meeting_id: int) -> Sequence[Minutes]:
    """Every version, the oldest first."""
    query = select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.version)
    return (await tx.scalars(query)).all()


async def add_version(
    tx: AsyncSession,
    meeting_id: int,
    *,
    version: int,
    topics: str,
    decisions: str,
    by: int | None,
    at: datetime,
) -> Minutes:
    """A new version, signed by nobody; the meeting is held."""
    row = Minutes(
        meeting_id=meeting_id,
        version=version,
        topics=topics,
        decisions=decisions,
        written_by=by,
        written_at=at,
    )
    tx.add(row)
    await tx.flush()
    return row


async def sign_once(tx: AsyncSession, minutes_id: int, side: Side, *, by: int | None, at: datetime) -> bool:
    """Sign for one side; False when that is signed already."""
    signed_at = getattr(Minutes, f"{side.value}_signed_at")
    statement = (
        update(Minutes)
        .where(Minutes.id == minutes_id, signed_at.is_(None))
        .values({f"{side.value}_signed_by": by, f"{side.value}_signed_at": at})
        .returning(Minutes.id)
    )
    return await tx.scalar(statement, execution_options={"populate_existing": True}) is not None


async def enclosures(tx: AsyncSession, meeting_id: int) -> Sequence[Enclosure]:
    """What is kept with the record, in the order it came."""
    query = (
        select(Enclosure)
        .where(Enclosure.meeting_id == meeting_id, Enclosure.removed_at.is_(None))
        .order_by(Enclosure.id)
    )
    return (await tx.scalars(query)).all()


async def enclose(
    tx: AsyncSession,
    meeting_id: int,
    *,
    form: str,
    file_id: str,
    unique_id: str,
    name: str,
    by: int | None,
    at: datetime,
) -> None:
    """Keep a file; one that is kept already stays as it is, and one that was taken out comes back."""
    values = {
        "meeting_id": meeting_id,
        "form": form,
        "file_id": file_id,
        "unique_id": unique_id,
        "name": name,
        "added_by": by,
        "added_at": at,
    }
    statement = inserts.insert(tx, Enclosure).values(values)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[Enclosure.meeting_id, Enclosure.unique_id], set_={"removed_at": None}
        )
    )


async def take_out(tx: AsyncSession, meeting_id: int, enclosure_id: int, *, at: datetime) -> bool:
    """Keep a file no longer; False when it was not kept."""
    statement = (
        update(Enclosure)
        .where(
            Enclosure.id == enclosure_id,
            Enclosure.meeting_id == meeting_id,
            Enclosure.removed_at.is_(None),
        )
        .values(removed_at=at)
        .returning(Enclosure.id)
    )
    return await tx.scalar(statement) is not None
