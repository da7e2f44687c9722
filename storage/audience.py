"""Whom an audience means at this moment, within the units one may send to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Attendee, Group, Meeting, Member, Notice, Quiz, Recipient, Role, Subscription, Unit
from study.audience import Audience
from study.meetings import Duty, Mark
from study.notices import Fate
from study.quiz import Occasion


@dataclass(frozen=True)
class Meant:
    """An audience with all that is needed to say whom it means: the paths of the units within reach, the Monday of this
    week, and whether the notice goes to those too who asked for quiet or read the column in a digest."""

    audience: Audience
    paths: Sequence[str]
    monday: date
    urgent: bool
    digest: str | None = None  # the column whose digest readers are left out


async def counts(tx: AsyncSession, meant: Meant) -> dict[Fate, int]:
    """How many people and groups the notice would go to (QUEUED), and how many are left out and why."""
    fate = _fate(meant)
    query = select(fate, func.count()).select_from(Member).join(Unit, Unit.id == Member.unit_id)
    found = {
        Fate(name): number for name, number in await tx.execute(query.where(_people(meant)).group_by(fate))
    }
    groups = await tx.scalar(_groups(meant, select(func.count())).where(_THERE)) or 0
    if groups:
        found[Fate.QUEUED] = found.get(Fate.QUEUED, 0) + groups
    return found


async def names(
    tx: AsyncSession, meant: Meant, fate: Fate, *, limit: int, offset: int
) -> list[tuple[str, str]]:
    """(name, unit) of the people with this fate, by unit and name."""
    query = (
        select(Member.name, Unit.name)
        .join(Unit, Unit.id == Member.unit_id)
        .where(_people(meant), _fate(meant) == fate.value)
        .order_by(Unit.position, Unit.id, Member.name, Member.id)
    )
    return [(name, unit) for name, unit in await tx.execute(query.limit(limit).offset(offset))]


async def groups_within(tx: AsyncSession, paths: Sequence[str]) -> Sequence[Group]:
    """The bound groups of the units at these paths and below."""
    query = (
        select(Group).join(Unit, Unit.id == Group.unit_id).where(_within(paths), Group.removed_at.is_(None))
    )
    return (await tx.scalars(query.order_by(Unit.path, Group.chat_id))).all()


def recipients(meant: Meant, notice_id: int) -> tuple[Sequence[str], Any, Any]:
    """The columns, and the two questions (people, groups), that fill the table of recipients."""
    people = (
        select(literal(notice_id), Member.id, Member.telegram_id, _fate(meant))
        .join(Unit, Unit.id == Member.unit_id)
        .where(_people(meant))
        .order_by(Member.id)
    )
    fate = case((_THERE, literal(Fate.QUEUED.value)), else_=literal(Fate.UNREACHABLE.value))
    groups = _groups(meant, select(literal(notice_id), literal(None), Group.chat_id, fate))
    return ("notice_id", "member_id", "chat_id", "fate"), people, groups


def _groups(meant: Meant, asked: Any) -> Any:
    """What is `asked` of the groups meant."""
    return (
        asked.select_from(Group)
        .join(Unit, Unit.id == Group.unit_id)
        .where(Group.chat_id.in_(meant.audience.groups), _within(meant.paths))
    )


def _fate(meant: Meant) -> ColumnElement[str]:
    """What becomes of a person's copy at the beginning."""
    reasons: list[tuple[ColumnElement[bool], Fate]] = [
        (Member.telegram_id.is_(None), Fate.NOT_JOINED),
        (Member.blocked_at.is_not(None), Fate.BLOCKED),
    ]
    if not meant.urgent:
        reasons.append((Member.muted.is_(True), Fate.MUTED))
        if meant.digest is not None:
            subscribed = select(literal(1)).where(
                Subscription.member_id == Member.id, Subscription.column == meant.digest
            )
            reasons.append((subscribed.exists(), Fate.DIGEST))
    return case(*((condition, literal(fate.value)) for condition, fate in reasons), else_=Fate.QUEUED.value)


def _people(meant: Meant) -> ColumnElement[bool]:
    wanted = meant.audience
    chosen = and_(*_conditions(meant)) if wanted.units else false()
    return and_(
        Member.left_at.is_(None),
        _within(meant.paths),
        or_(chosen, Member.id.in_(wanted.members)) if wanted.members else chosen,
    )


def _conditions(meant: Meant) -> list[ColumnElement[bool]]:
    wanted = meant.audience
    top = Unit.__table__.alias("top")
    found: list[ColumnElement[bool]] = [
        select(literal(1))
        .where(top.c.id.in_(wanted.units), Unit.path.startswith(top.c.path))
        .correlate(Unit)
        .exists()
    ]
    if wanted.roles:
        held = select(Role.member_id).where(
            Role.role.in_([role.value for role in wanted.roles]), Role.withdrawn_at.is_(None)
        )
        found.append(Member.id.in_(held))
    if wanted.kinds:
        found.append(Member.kind.in_([kind.value for kind in wanted.kinds]))
    if wanted.unconfirmed is not None:
        unseen = select(Recipient.member_id).where(
            Recipient.notice_id == wanted.unconfirmed,
            Recipient.fate == Fate.SENT.value,
            Recipient.member_id.is_not(None),
            Recipient.seen_at.is_(None),
        )
        found.append(Member.id.in_(unseen))
    if wanted.unanswered:
        answered = select(Quiz.member_id).where(
            Quiz.kind == Occasion.DAY.value, Quiz.day_on >= meant.monday, Quiz.finished_at.is_not(None)
        )
        found.append(Member.id.not_in(answered))
    if wanted.absent is not None:
        away = select(Attendee.member_id).where(Attendee.meeting_id == wanted.absent, *_AWAY)
        found.append(Member.id.in_(away))
    return found


def _within(paths: Sequence[str]) -> ColumnElement[bool]:
    if "/" in paths:
        return true()
    return or_(false(), *(Unit.path.startswith(path) for path in paths))


@dataclass(frozen=True)
class Named:
    """Something to choose from, or chosen already."""

    id: int
    name: str


async def units_named(tx: AsyncSession, ids: Sequence[int]) -> list[Named]:
    rows = await tx.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(ids)).order_by(Unit.position, Unit.id)
    )
    return [Named(*row) for row in rows]


async def members_named(tx: AsyncSession, ids: Sequence[int]) -> list[Named]:
    rows = await tx.execute(
        select(Member.id, Member.name).where(Member.id.in_(ids), Member.left_at.is_(None))
    )
    return [Named(*row) for row in rows]


@dataclass(frozen=True)
class MeantGroup:
    """A group picked. `there`: the bot has not been taken out of it; `within`: its unit is in the sender's reach."""

    title: str
    there: bool
    within: bool


async def groups_meant(tx: AsyncSession, chats: Sequence[int], paths: Sequence[str]) -> list[MeantGroup]:
    """Of the groups picked those that are bound to a unit."""
    query = (
        select(Group.title, Group.removed_at.is_(None), case((_within(paths), true()), else_=false()))
        .join(Unit, Unit.id == Group.unit_id)
        .where(Group.chat_id.in_(chats))
        .order_by(Unit.path, Group.chat_id)
    )
    return [MeantGroup(title, bool(there), bool(within)) for title, there, within in await tx.execute(query)]


async def paths_of(tx: AsyncSession, wanted: Audience) -> Sequence[str]:
    """The units that an audience is taken from: those chosen, and those of the people and groups picked."""
    members = select(Member.unit_id).where(Member.id.in_(wanted.members))
    groups = select(Group.unit_id).where(Group.chat_id.in_(wanted.groups))
    query = select(Unit.path).where(or_(Unit.id.in_(wanted.units), Unit.id.in_(members), Unit.id.in_(groups)))
    return (await tx.scalars(query)).all()


async def unconfirmed_notices(tx: AsyncSession, paths: Sequence[str], *, limit: int) -> list[Named]:
    """The newest notices of these units that somebody has not confirmed."""
    unseen = select(literal(1)).where(
        Recipient.notice_id == Notice.id,
        Recipient.fate == Fate.SENT.value,
        Recipient.member_id.is_not(None),
        Recipient.seen_at.is_(None),
    )
    query = (
        select(Notice.id, Notice.title)
        .join(Unit, Unit.id == Notice.unit_id)
        .where(Notice.receipt, Notice.announced_at.is_not(None), _within(paths), unseen.exists())
        .order_by(Notice.announced_at.desc(), Notice.id.desc())
    )
    return [Named(*row) for row in await tx.execute(query.limit(limit))]


async def meetings_missed(tx: AsyncSession, paths: Sequence[str], *, limit: int) -> list[Named]:
    """The latest meetings of these units from which somebody was absent without leave."""
    query = (
        select(Meeting.id, Meeting.title)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            _within(paths),
            select(literal(1)).where(Attendee.meeting_id == Meeting.id, *_AWAY).exists(),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )
    return [Named(*row) for row in await tx.execute(query.limit(limit))]


async def path_of_notice(tx: AsyncSession, notice_id: int) -> tuple[str, str] | None:
    """(path of its unit, title)."""
    query = (
        select(Unit.path, Notice.title).join(Notice, Notice.unit_id == Unit.id).where(Notice.id == notice_id)
    )
    row = (await tx.execute(query)).first()
    return (row[0], row[1]) if row else None


async def path_of_meeting(tx: AsyncSession, meeting_id: int) -> tuple[str, str] | None:
    """(path of its unit, title)."""
    query = select(Unit.path, Meeting.title).join(Meeting, Meeting.unit_id == Unit.id)
    row = (await tx.execute(query.where(Meeting.id == meeting_id))).first()
    return (row[0], row[1]) if row else None


_THERE = Group.removed_at.is_(None)
_AWAY = (Attendee.duty == Duty.MUST.value, Attendee.mark == Mark.ABSENT.value)
