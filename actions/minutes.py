"""The record of a meeting: written by whoever keeps it, signed in chat by host and recorder, then final.

While nobody has signed, whoever wrote the newest version goes on with it; any other correction makes a new version,
which is to be signed anew. Once it is final nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach, recordbook, signatures
from actions.actors import Who
from actions.app import App
from actions.meetingaudit import note
from actions.reach import Leaf
from actions.recordbook import Entry, Line
from actions.signatures import Correction
from storage import meetings
from storage import minutes as records
from storage import recordbook as rolls
from storage.meetings import Held
from storage.tables import Enclosure
from study import minutes as rules
from study.calendar import DEFAULT_ZONE, local
from study.changes import What
from study.meetings import CAME, MeetingLocked, NoSuchMeeting, State
from study.members import Actor, NotAllowed, Permission
from study.minutes import Change, Part, Side


@dataclass(frozen=True)
class Signature:
    """One side of the record. `by`: somebody else who noted that it was signed on paper."""

    side: Side
    name: str | None  # whose signature it is to be; None: nobody is named yet
    at: datetime | None = None
    by: str | None = None
    own: bool = False  # of whoever looks


@dataclass(frozen=True)
class Sheet:
    """A record as it stands: `version` 0 has no words yet. Times are local."""

    entry: Entry
    minutes_id: int | None
    version: int
    written_by: str | None
    written_at: datetime | None
    signatures: tuple[Signature, Signature]
    enclosures: int
    locked_at: datetime | None
    keeps: bool  # whoever looks may make it final

    @property
    def is_signed(self) -> bool:
        return all(one.at for one in self.signatures)


@dataclass(frozen=True)
class Enclosed:
    """A file or picture kept with the record."""

    enclosure_id: int
    form: str
    file_id: str
    name: str


@dataclass(frozen=True)
class Enclosures:
    meeting_id: int
    files: tuple[Enclosed, ...]
    is_locked: bool


@dataclass(frozen=True)
class Version:
    """What one version changed against the one before (the first has nothing to compare with), and what else was corrected
    by hand after the meeting while this version stood, or called for it."""

    number: int
    by: str | None
    at: datetime
    signed: int  # by so many sides
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Versions:
    sheet: Sheet
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Called:
    """Who was asked to sign, and who cannot be asked here."""

    asked: tuple[str, ...]
    unreachable: tuple[str, ...]


@dataclass(frozen=True)
class People:
    """People who came, to name host or recorder among them."""

    meeting_id: int
    side: Side
    people: tuple[tuple[int, str], ...]
    leaf: Leaf


@dataclass(frozen=True)
class Record:
    """Everything that is printed of a meeting. `corrections`: what was changed by hand after the close; `versions`: the
    same by version, with what became of the words."""

    sheet: Sheet
    lines: tuple[Line, ...]
    versions: tuple[Version, ...] = ()
    corrections: tuple[Correction, ...] = ()


async def look(app: App, who: Who, *, meeting_id: int) -> Sheet:
    """The record as it stands, for those who keep it and those who sign it."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _sheet(app, tx, actor, await _reached(tx, actor, meeting_id))


async def record(app: App, who: Who, *, meeting_id: int) -> Record:
    """The record with the whole roll, to be printed."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id)
        corrections = await _corrections(tx, held)
        return Record(
            sheet=await _sheet(app, tx, actor, held),
            lines=await recordbook.lines(tx, held),
            versions=await _versions(tx, held, corrections),
            corrections=corrections,
        )


async def write(app: App, who: Who, *, meeting_id: int, part: Part, text: str, more: bool = False) -> Sheet:
    """Write the topics or the decisions, in place of what was there or, with `more`, after it.

    Whoever writes first is the recorder unless somebody is named. Raises NothingWritten, TooLong, MeetingLocked.
    """
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id, to_change=True)
        before = await records.latest(tx, meeting_id)
        words = {one: getattr(before, one.value) if before else "" for one in Part}
        words[part] = rules.checked(f"{words[part]}\n{text}" if more else text)
        if before and words[part] == getattr(before, part.value):
            return await _sheet(app, tx, actor, held)
        if before and before.written_by == actor.member_id and not signatures.is_signed(before):
            setattr(before, part.value, words[part])
            before.written_at = now
            version = before.version
        else:
            version = before.version + 1 if before else 1
            await records.add_version(
                tx,
                meeting_id,
                version=version,
                topics=words[Part.TOPICS],
                decisions=words[Part.DECISIONS],
                by=actor.member_id,
                at=now,
            )
        if held.meeting.recorder_id is None:
            held.meeting.recorder_id = actor.member_id
        await tx.flush()
        note(app, tx, actor, "minutes.written", held, version=version)
        return await _sheet(app, tx, actor, held)


async def enclosures(app: App, who: Who, *, meeting_id: int) -> Enclosures:
    """What is kept with the record."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _enclosures(tx, await _reached(tx, actor, meeting_id))


async def enclose(
    app: App, who: Who, *, meeting_id: int, form: str, file_id: str, unique_id: str, name: str
) -> Enclosures:
    """Keep a file or picture with the record; the same one twice is kept once. Raises TooManyEnclosures."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id, to_change=True)
        kept = await records.enclosures(tx, meeting_id)
        known = any(one.unique_id == unique_id for one in kept)
        if len(kept) >= rules.MOST_ENCLOSURES and not known:
            raise rules.TooManyEnclosures(most=rules.MOST_ENCLOSURES)
        await records.enclose(
            tx,
            meeting_id,
            form=form,
            file_id=file_id,
            unique_id=unique_id,
            name=name,
            by=actor.member_id,
            at=app.clock(),
        )
        if not known:
            note(app, tx, actor, "minutes.enclosed", held)
            await signatures.changed(app, tx, actor, held, What.ENCLOSED, after=name)
        return await _enclosures(tx, held)


async def take_out(app: App, who: Who, *, meeting_id: int, enclosure_id: int) -> Enclosures:
    """Keep a file no longer. Raises NoSuchEnclosure."""
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id, to_change=True)
        names = {one.id: one.name for one in await records.enclosures(tx, meeting_id)}
        if not await records.take_out(tx, meeting_id, enclosure_id, at=now):
            raise rules.NoSuchEnclosure()
        note(app, tx, actor, "minutes.taken_out", held)
        await signatures.changed(app, tx, actor, held, What.TAKEN_OUT, before=names.get(enclosure_id, ""))
        return await _enclosures(tx, held)


async def candidates(app: App, who: Who, *, meeting_id: int, side: Side, page: int = 0) -> People:
    """Who came, to be named host or recorder."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id)
        _ensure_open(held)
        came = [row.member for row in await rolls.roll(tx, meeting_id) if row.attendee.mark in CAME]
        leaf = reach.leaf(len(came), page)
        people = tuple((one.id, one.name) for one in reach.cut(came, leaf))
        return People(meeting_id, side, people, leaf)


async def appoint(app: App, who: Who, *, meeting_id: int, side: Side, member_id: int) -> Sheet:
    """Name the host or the recorder, as long as that side has not signed. Raises AlreadySigned."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id, to_change=True)
        if member_id not in {row.member.id for row in await rolls.roll(tx, meeting_id)}:
            raise NotAllowed()
        latest = await records.latest(tx, meeting_id)
        if latest and getattr(latest, f"{side.value}_signed_at"):
            raise rules.AlreadySigned()
        before = signatures.signer_of(held, side)
        if before != member_id:
            setattr(held.meeting, f"{side.value}_id", member_id)
            note(app, tx, actor, "minutes.appointed", held, member_id=member_id, side=side.value)
            await signatures.changed(app, tx, actor, held, What(side.value), before=before, after=member_id)
        return await _sheet(app, tx, actor, held)


async def call(app: App, who: Who, *, meeting_id: int) -> Called:
    """Ask host and recorder to sign the version that stands, each once and not at night. Raises NothingWritten, NotClosed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id, to_change=True)
        latest = await records.latest(tx, meeting_id)
        if latest is None:
            raise rules.NothingWritten()
        _ensure_over(held)
        asked: list[str] = []
        unreachable: list[str] = []
        for side in Side:
            if signatures.signer_of(held, side) is None or signatures.signed_at(latest, side):
                continue
            signer, reached = await signatures.ask(app, tx, held, latest, side)
            (asked if reached else unreachable).append(signer.name if signer else "")
        return Called(tuple(dict.fromkeys(asked)), tuple(dict.fromkeys(unreachable)))


async def asked(app: App, *, minutes_id: int, side: Side) -> Sheet | None:
    """What a letter asks to sign; None when that is signed, corrected, or final by now."""
    async with app.db.reading() as tx:
        row = await records.find(tx, minutes_id)
        held = await meetings.find(tx, row.meeting_id) if row else None
        latest = await records.latest(tx, row.meeting_id) if row else None
        if row is None or held is None or latest is None or latest.id != row.id:
            return None
        if held.meeting.locked_at is not None or getattr(row, f"{side.value}_signed_at"):
            return None
        return await _sheet(app, tx, None, held)


async def sign(app: App, who: Who, *, minutes_id: int, side: Side) -> Sheet:
    """Sign the version for one's own side, after the close. Raises Outdated, NotYourSignature, AlreadySigned, NotClosed,
    MeetingLocked."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _of_version(tx, actor, minutes_id)
        if actor.own_id() != getattr(held.meeting, f"{side.value}_id"):
            raise rules.NotYourSignature()
        await _sign(app, tx, actor, held, minutes_id, side)
        note(app, tx, actor, "minutes.signed", held, side=side.value)
        return await _sheet(app, tx, actor, held)


async def sign_on_paper(app: App, who: Who, *, minutes_id: int, side: Side) -> Sheet:
    """Note that somebody has signed on paper, for those who have no telephone. The record says who noted it."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _of_version(tx, actor, minutes_id)
        actor.require(Permission.KEEP_MEETINGS, held.unit.path)
        signer_id = getattr(held.meeting, f"{side.value}_id")
        if signer_id is None:
            raise rules.NotYourSignature()
        await _sign(app, tx, actor, held, minutes_id, side)
        note(app, tx, actor, "minutes.signed_on_paper", held, member_id=signer_id, side=side.value)
        return await _sheet(app, tx, actor, held)


async def lock(app: App, who: Who, *, minutes_id: int) -> Sheet:
    """Make the record final. Raises NotClosed, NotSigned, Outdated, MeetingLocked."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await _of_version(tx, actor, minutes_id)
        actor.require(Permission.KEEP_MEETINGS, held.unit.path)
        _ensure_over(held)
        row = await records.find(tx, minutes_id)
        if row is None or row.host_signed_at is None or row.recorder_signed_at is None:
            raise rules.NotSigned()
        held.meeting.locked_at = app.clock()
        await tx.flush()
        note(app, tx, actor, "minutes.locked", held, version=row.version)
        return await _sheet(app, tx, actor, held)


async def versions(app: App, who: Who, *, meeting_id: int) -> Versions:
    """Every version with who wrote it, when, and what it changed, the oldest first."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await _reached(tx, actor, meeting_id)
        found = await _versions(tx, held, await _corrections(tx, held))
        return Versions(await _sheet(app, tx, actor, held), found)


# --- within a transaction -------------------------------------------------------------------------


async def _corrections(tx: AsyncSession, held: Held) -> tuple[Correction, ...]:
    """What was changed by hand after the close, in order."""
    return tuple(one for one in await signatures.history(tx, held) if one.after_close)


async def _versions(tx: AsyncSession, held: Held, corrections: Sequence[Correction]) -> tuple[Version, ...]:
    rows = await records.versions(tx, held.meeting.id)
    names = await rolls.names(tx, [row.written_by for row in rows])
    zone = held.unit.timezone or DEFAULT_ZONE
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        steps = [
            rules.changes(part, getattr(before, part.value), getattr(row, part.value))
            for part in Part
            if before is not None
        ]
        found.append(
            Version(
                number=row.version,
                by=names.get(row.written_by) if row.written_by else None,
                at=local(row.written_at, zone),
                signed=sum(at is not None for at in (row.host_signed_at, row.recorder_signed_at)),
                changes=tuple(step for step in steps if step is not None),
                corrections=tuple(one for one in corrections if max(1, one.version) == row.version),
            )
        )
    return tuple(found)


async def _reached(tx: AsyncSession, actor: Actor, meeting_id: int, *, to_change: bool = False) -> Held:
    """The meeting, if the actor keeps its record: a secretary, or its host or recorder.

    With `to_change` it is held, and raises MeetingLocked once it is final.
    """
    held = await meetings.find(tx, meeting_id, lock=to_change)
    signers = (held.meeting.host_id, held.meeting.recorder_id) if held else ()
    if held is None or actor.member_id is None or actor.member_id not in signers:
        actor.require(Permission.KEEP_MEETINGS, held.unit.path if held else None)
    if held is None or held.meeting.state == State.CANCELLED:
        raise NoSuchMeeting()
    if to_change:
        _ensure_open(held)
    return held


def _ensure_open(held: Held) -> None:
    if held.meeting.locked_at is not None:
        raise MeetingLocked()


def _ensure_over(held: Held) -> None:
    """A signature is for the whole record, and who came is known at the end."""
    if held.meeting.state != State.CLOSED:
        raise rules.NotClosed()


async def _of_version(tx: AsyncSession, actor: Actor, minutes_id: int) -> Held:
    """The meeting of a version, held; raises Outdated when a newer version stands."""
    row = await records.find(tx, minutes_id)
    if row is None:
        actor.require(Permission.KEEP_MEETINGS)
        raise rules.NoSuchRecord()
    held = await _reached(tx, actor, row.meeting_id, to_change=True)
    latest = await records.latest(tx, row.meeting_id)
    if latest is None or latest.id != row.id:
        raise rules.Outdated()
    return held


async def _sign(app: App, tx: AsyncSession, actor: Actor, held: Held, minutes_id: int, side: Side) -> None:
    _ensure_over(held)
    if not await records.sign_once(tx, minutes_id, side, by=actor.member_id, at=app.clock()):
        raise rules.AlreadySigned()
    tx.expire(await records.find(tx, minutes_id))


async def _sheet(app: App, tx: AsyncSession, actor: Actor | None, held: Held) -> Sheet:
    meeting, zone = held.meeting, held.unit.timezone or DEFAULT_ZONE
    row = await records.latest(tx, meeting.id)
    signed_by = [row.host_signed_by, row.recorder_signed_by, row.written_by] if row else []
    names = await rolls.names(tx, [meeting.host_id, meeting.recorder_id, *signed_by])
    [entry] = await recordbook.entries(app, tx, [held])

    def signature(side: Side) -> Signature:
        signer_id = getattr(meeting, f"{side.value}_id")
        one = Signature(
            side,
            names.get(signer_id) if signer_id else None,
            own=actor is not None and actor.member_id is not None and actor.member_id == signer_id,
        )
        at = getattr(row, f"{side.value}_signed_at") if row else None
        if at is None:
            return one
        by = getattr(row, f"{side.value}_signed_by")
        return replace(one, at=local(at, zone), by=names.get(by) if by != signer_id else None)

    return Sheet(
        entry=entry,
        minutes_id=row.id if row else None,
        version=row.version if row else 0,
        written_by=names.get(row.written_by) if row and row.written_by else None,
        written_at=local(row.written_at, zone) if row else None,
        signatures=(signature(Side.HOST), signature(Side.RECORDER)),
        enclosures=len(await records.enclosures(tx, meeting.id)),
        locked_at=local(meeting.locked_at, zone) if meeting.locked_at else None,
        keeps=actor is not None and actor.may(Permission.KEEP_MEETINGS, held.unit.path),
    )


async def _enclosures(tx: AsyncSession, held: Held) -> Enclosures:
    def shown(one: Enclosure) -> Enclosed:
        return Enclosed(one.id, one.form, one.file_id, one.name)

    files: Sequence[Enclosure] = await records.enclosures(tx, held.meeting.id)
    return Enclosures(held.meeting.id, tuple(map(shown, files)), held.meeting.locked_at is not None)
