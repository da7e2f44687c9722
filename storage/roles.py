"""Roles held now; withdrawn ones stay for the record."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import Member, Role, Unit
from study.members import Post
from study.members import Role as RoleName


@dataclass(frozen=True)
class Held:
    """A role with who holds it and where."""

    role: Role
    member: Member
    unit: Unit


async def held(tx: AsyncSession, path: str) -> list[Held]:
    """Every role held for the unit at `path` or one below it, administrators first."""
    query = (
        select(Role, Member, Unit)
        .join(Member, Member.id == Role.member_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.withdrawn_at.is_(None), Member.left_at.is_(None), Unit.path.startswith(path))
        .order_by(Role.role, Unit.id, Member.name, Role.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def find(tx: AsyncSession, role_id: int) -> Held | None:
    """A role still held."""
    query = (
        select(Role, Member, Unit)
        .join(Member, Member.id == Role.member_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.id == role_id, Role.withdrawn_at.is_(None))
    )
    row = (await tx.execute(query)).first()
    return Held(*row) if row else None


async def of_member(tx: AsyncSession, member_id: int) -> list[Held]:
    query = (
        select(Role, Member, Unit)
        .join(Member, Member.id == Role.member_id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.member_id == member_id, Role.withdrawn_at.is_(None))
        .order_by(Role.role, Unit.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def posts_of(tx: AsyncSession, member_ids: Collection[int]) -> dict[int, list[Post]]:
    """What each of these people holds; those who hold nothing are left out."""
    query = (
        select(Role.member_id, Role.role, Unit.path)
        .join(Unit, Unit.id == Role.unit_id)
        .where(Role.member_id.in_(member_ids), Role.withdrawn_at.is_(None))
    )
    posts: defaultdict[int, list[Post]] = defaultdict(list)
    for member_id, role, path in await tx.execute(query):
        posts[member_id].append(Post(RoleName(role), path))
    return posts


async def grant_once(
    tx: AsyncSession, *, member_id: int, role: RoleName, unit_id: int, by: int | None, at: datetime
) -> int | None:
    """Grant the role; its id, or None when it is held already."""
    values = {
        "member_id": member_id,
        "role": role.value,
        "unit_id": unit_id,
        "granted_at": at,
        "granted_by": by,
    }
    statement = insert(tx, Role).values(values).on_conflict_do_nothing().returning(Role.id)
    return await tx.scalar(statement)


async def withdraw(tx: AsyncSession, role_id: int, *, by: int | None, at: datetime) -> bool:
    """Withdraw the role; False when it was withdrawn already."""
    statement = (
        update(Role)
        .where(Role.id == role_id, Role.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=by)
        .returning(Role.id)
    )
    return await tx.scalar(statement) is not None


async def administrators(tx: AsyncSession, *, lock: bool = False) -> Sequence[Role]:
    """The administrators of the whole tree; with `lock` nobody else can withdraw one until the transaction ends."""
    query = (
        select(Role)
        .join(Unit, Unit.id == Role.unit_id)
        .join(Member, Member.id == Role.member_id)
        .where(
            Role.role == RoleName.ADMINISTRATOR.value,
            Role.withdrawn_at.is_(None),
            Unit.parent_id.is_(None),
            Member.left_at.is_(None),
        )
        .order_by(Role.id)
    )
    if lock:
        query = query.with_for_update(of=Role)
    return (await tx.scalars(query)).all()


async def holders_reaching(tx: AsyncSession, role: RoleName, path: str) -> Sequence[Member]:
    """Everybody with a bound chat who holds the role for the unit at `path` or one above it."""
    query = (
        select(Member, Unit.path)
        .join(Role, Role.member_id == Member.id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(
            Role.role == role.value,
            Role.withdrawn_at.is_(None),
            Member.left_at.is_(None),
            Member.telegram_id.is_not(None),
        )
        .order_by(Member.id)
    )
    rows = await tx.execute(query)
    return list({member.id: member for member, held_at in rows if path.startswith(held_at)}.values())
