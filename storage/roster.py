"""The roster as a whole: what an import compares with, and what it changes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Member, Role, Unit
from study import names
from study.members import Level, MemberKind, Standing
from study.roster import Facts, KnownMember, KnownUnit


async def lock(tx: AsyncSession) -> None:
    """Let only one import at a time decide and write; on SQLite every writing transaction is alone anyway."""
    if tx.get_bind().dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('roster'))"))


async def known_units(tx: AsyncSession) -> list[KnownUnit]:
    query = select(Unit).order_by(Unit.path)
    return [
        KnownUnit(unit.id, unit.parent_id, Level(unit.level), unit.name, unit.path)
        for unit in await tx.scalars(query)
    ]


async def known_members(tx: AsyncSession) -> list[KnownMember]:
    """Everybody who is or was on the roster."""
    return [
        KnownMember(
            id=member.id,
            unit_id=member.unit_id,
            name=member.name,
            staff_no=member.staff_no,
            kind=MemberKind(member.kind),
            joined_party_on=member.joined_party_on,
            can_vote=member.can_vote,
            left=member.left_at is not None,
            joined=member.telegram_id is not None,
            standing=Standing(member.standing),
        )
        for member in await tx.scalars(select(Member).order_by(Member.id))
    ]


def add_member(tx: AsyncSession, facts: Facts, *, unit_id: int, at: datetime) -> None:
    tx.add(
        Member(
            unit_id=unit_id,
            staff_no=facts.staff_no,
            name=facts.name,
            kind=facts.kind.value,
            joined_party_on=facts.joined_party_on,
            can_vote=facts.can_vote,
            standing=facts.standing.value,
            created_at=at,
        )
    )


async def change_member(tx: AsyncSession, member_id: int, facts: Facts, *, unit_id: int) -> None:
    """Set what the roster says of somebody, who is on it (again)."""
    member = await tx.get_one(Member, member_id)
    member.unit_id = unit_id
    member.staff_no = facts.staff_no
    member.name = facts.name
    member.kind = facts.kind.value
    member.joined_party_on = facts.joined_party_on
    member.can_vote = facts.can_vote
    member.standing = facts.standing.value
    member.left_at = None


async def bound_accounts(tx: AsyncSession, member_ids: Collection[int]) -> Sequence[int]:
    """The Telegram accounts bound to these people."""
    query = select(Member.telegram_id).where(Member.id.in_(member_ids), Member.telegram_id.is_not(None))
    return [account for account in await tx.scalars(query) if account is not None]


async def let_go(tx: AsyncSession, member_ids: Collection[int], *, by: int | None, at: datetime) -> None:
    """Mark these people as having left: the record stays; roles and the chat go."""
    await tx.execute(
        update(Member)
        .where(Member.id.in_(member_ids))
        .values(left_at=at, telegram_id=None, bound_at=None, blocked_at=None)
    )
    await tx.execute(
        update(Role)
        .where(Role.member_id.in_(member_ids), Role.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=by)
    )


async def counts(tx: AsyncSession) -> list[tuple[int, int, int]]:
    """Units that have people: (unit id, people on the roster, of them joined)."""
    query = (
        select(Member.unit_id, func.count(), func.count(Member.telegram_id))
        .where(Member.left_at.is_(None))
        .group_by(Member.unit_id)
    )
    return [(unit_id, people, joined) for unit_id, people, joined in await tx.execute(query)]


async def search(tx: AsyncSession, path: str, query: str) -> list[tuple[Member, Unit]]:
    """Everybody on the roster at `path` and below whose name the query may mean, by unit and name."""
    rows = await tx.execute(
        select(Member, Unit)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Unit.path.startswith(path), Member.left_at.is_(None))
        .order_by(Unit.position, Unit.id, Member.name, Member.id)
    )
    return [(member, unit) for member, unit in rows if names.matches(query, member.name)]
