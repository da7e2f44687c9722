"""The signatures under a meeting's record stand for all that it says: its words, the roll, and how the meeting was planned.

So whatever is changed by hand leaves a line with what it was before, and asks for new signatures where there were any.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import meetingchanges, members, minutes, outbox, recordbook
from storage.meetings import Held
from storage.tables import Member, Minutes
from study.calendar import DEFAULT_ZONE, local
from study.changes import MOMENTS, PEOPLE, What, voids
from study.delivery import Lane
from study.meetings import State
from study.members import Actor
from study.minutes import Side

LETTER = "signature"


@dataclass(frozen=True)
class Correction:
    """Something that was changed by hand, who did it, and why. `at` is local, and so are the moments (ISO) before and
    after; `member` is whom it is about. `version` is that of the record which holds it, 0 before anything was written."""

    what: What
    at: datetime
    by: str | None
    member: str | None
    before: str | None
    after: str | None
    note: str | None
    version: int
    after_close: bool


async def changed(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    held: Held,
    what: What,
    *,
    member_id: int | None = None,
    before: object = None,
    after: object = None,
    note: str | None = None,
) -> None:
    """Keep a line of what was changed; the meeting has to be locked.

    If the record was signed, a new version with the same words takes the place of the signed one, and whoever had signed
    that is asked to sign this one.
    """
    was = None if before is None else str(before)
    latest = await minutes.latest(tx, held.meeting.id)
    version = latest.version if latest else 0
    if latest is not None and is_signed(latest) and voids(what, before=was):
        version = await _anew(app, tx, actor, held, latest)
    meetingchanges.add(
        tx,
        held.meeting.id,
        at=app.clock(),
        by=actor.member_id,
        what=what,
        member_id=member_id,
        before=was,
        after=None if after is None else str(after),
        note=note or None,
        version=version,
        after_close=held.meeting.state == State.CLOSED,
    )
    await tx.flush()


async def history(tx: AsyncSession, held: Held, *, member_id: int | None = None) -> tuple[Correction, ...]:
    """Everything that was changed by hand about a meeting, or about one person on its roll, in order."""
    if member_id is None:
        rows = await meetingchanges.of_meeting(tx, held.meeting.id)
    else:
        rows = await meetingchanges.of_member(tx, held.meeting.id, member_id)
    ids = [one for row in rows for one in (row.by, row.member_id)]
    ids += [int(one) for row in rows if row.what in PEOPLE for one in (row.before, row.after) if one]
    names = await recordbook.names(tx, ids)
    zone = held.unit.timezone or DEFAULT_ZONE

    def told(what: What, value: str | None) -> str | None:
        if value and what in PEOPLE:
            return names.get(int(value), "")
        return local(datetime.fromisoformat(value), zone).isoformat() if value and what in MOMENTS else value

    return tuple(
        Correction(
            what=What(row.what),
            at=local(row.at, zone),
            by=names.get(row.by) if row.by is not None else None,
            member=names.get(row.member_id) if row.member_id is not None else None,
            before=told(What(row.what), row.before),
            after=told(What(row.what), row.after),
            note=row.note,
            version=row.version,
            after_close=row.after_close,
        )
        for row in rows
    )


def is_signed(version: Minutes) -> bool:
    """Whether anybody has signed it."""
    return any(signed_at(version, side) for side in Side)


def signed_at(version: Minutes, side: Side) -> object | None:
    return getattr(version, f"{side.value}_signed_at")  # type: ignore[no-any-return]


def signer_of(held: Held, side: Side) -> int | None:
    """Whose signature it is to be."""
    return getattr(held.meeting, f"{side.value}_id")  # type: ignore[no-any-return]


async def ask(
    app: App, tx: AsyncSession, held: Held, version: Minutes, side: Side
) -> tuple[Member | None, bool]:
    """Ask for the signature of one side, once a version and not at night: who it is to be, and whether they can be reached."""
    signer_id = signer_of(held, side)
    signer = await members.find(tx, signer_id) if signer_id is not None else None
    if signer is None or signer.telegram_id is None or signer.blocked_at is not None:
        return signer, False
    await outbox.put(
        tx,
        key=f"signature:{version.id}:{side.value}:{signer.id}",
        chat_id=signer.telegram_id,
        member_id=signer.id,
        letter=LETTER,
        payload={"minutes": version.id, "side": side.value},
        lane=Lane.PERSONAL,
        not_before=app.when_awake(held.unit.timezone),
    )
    return signer, True


async def _anew(app: App, tx: AsyncSession, actor: Actor, held: Held, signed: Minutes) -> int:
    fresh = await minutes.add_version(
        tx,
        held.meeting.id,
        version=signed.version + 1,
        topics=signed.topics,
        decisions=signed.decisions,
        by=actor.member_id,
        at=app.clock(),
    )
    for side in Side:
        if signed_at(signed, side):
            await ask(app, tx, held, fresh, side)
    return fresh.version
