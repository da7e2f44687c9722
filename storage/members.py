"""Questions about people on the roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.prepared import Prepared
from storage.tables import Member, Role, Unit


@dataclass(frozen=True)
class Found:
    """A member with the unit and the roles held now, as (role, path of its unit)."""

    member: Member
    unit: Unit
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asking:
    """Whoever is behind a Telegram account, with the roles held now, as (role, path of its unit)."""

    posts: tuple[tuple[str, str], ...]
    member_id: int
    name: str
    kind: str
    locale: str
    in_ranking: bool
    unit_id: int
    unit_path: str
    timezone: str | None


_members, _units, _roles = Member.__table__.c, Unit.__table__.c, Role.__table__.c
_role_unit = Unit.__table__.alias("role_unit")
# Asked at every update: put together once, and of rows alone, which cost half as much as entities.
_ASKING = Prepared(
    select(
        _members.id,
        _members.name,
        _members.kind,
        _members.locale,
        _members.in_ranking,
        _members.unit_id,
        _units.path,
        _units.timezone,
        _roles.role,
        _role_unit.c.path,
    )
    .join_from(Member.__table__, Unit.__table__, _units.id == _members.unit_id)
    .outerjoin(Role.__table__, (_roles.member_id == _members.id) & _roles.withdrawn_at.is_(None))
    .outerjoin(_role_unit, _role_unit.c.id == _roles.unit_id)
    .where(_members.telegram_id == bindparam("telegram_id"), _members.left_at.is_(None))
)


async def asking(tx: AsyncSession, telegram_id: int) -> Asking | None:
    """Whoever is bound to this Telegram account and still on the roster; one query."""
    rows = await _ASKING.rows(tx, {"telegram_id": telegram_id})
    if not rows:
        return None
    return Asking(tuple((role, path) for *_, role, path in rows if role is not None), *rows[0][:-2])


async def by_chat(tx: AsyncSession, telegram_id: int) -> Found | None:
    """The same with everything about the member, to be read and changed."""
    query = (
        select(Member, Unit, Role.role, _role_unit.c.path)
        .join(Unit, Unit.id == Member.unit_id)
        .outerjoin(Role, (Role.member_id == Member.id) & Role.withdrawn_at.is_(None))
        .outerjoin(_role_unit, _role_unit.c.id == Role.unit_id)
        .where(Member.telegram_id == telegram_id, Member.left_at.is_(None))
    )
    rows = (await tx.execute(query)).all()
    if not rows:
        return None
    posts = tuple((role, path) for _, _, role, path in rows if role is not None)
    return Found(member=rows[0][0], unit=rows[0][1], posts=posts)


async def find(tx: AsyncSession, member_id: int) -> Member | None:
    return await tx.get(Member, member_id)


async def lock(tx: AsyncSession, member_id: int) -> Member | None:
    """The member, whom nobody else can change until the transaction ends."""
    return await tx.get(Member, member_id, with_for_update=True, populate_existing=True)


async def hold(tx: AsyncSession, member_id: int) -> None:
    """Until the transaction ends nobody else books for this member; on SQLite a writer is alone anyway."""
    if tx.get_bind().dialect.name != "sqlite":
        await tx.execute(select(Member.id).where(Member.id == member_id).with_for_update())


async def hold_all(tx: AsyncSession, member_ids: Sequence[int]) -> None:
    """The same for many, always in the same order."""
    if tx.get_bind().dialect.name != "sqlite":
        await tx.execute(
            select(Member.id).where(Member.id.in_(member_ids)).order_by(Member.id).with_for_update()
        )


async def active(tx: AsyncSession, path: str) -> Sequence[Member]:
    """Everybody on the roster of the unit at `path` and below, by unit and name."""
    query = (
        select(Member)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Unit.path.startswith(path), Member.left_at.is_(None))
        .order_by(Unit.position, Unit.id, Member.name, Member.id)
    )
    return (await tx.scalars(query)).all()


async def bind(tx: AsyncSession, member_id: int, *, telegram_id: int, at: datetime) -> None:
    """Bind the member to this account, and to no other; IntegrityError when it is somebody else's."""
    await tx.execute(
        update(Member)
        .where(Member.id == member_id)
        .values(telegram_id=telegram_id, bound_at=at, blocked_at=None)
    )


async def set_blocked(tx: AsyncSession, telegram_ids: Sequence[int], *, at: datetime) -> None:
    """Messages no longer get through to these accounts; the first time it was noticed stays."""
    await tx.execute(
        update(Member)
        .where(Member.telegram_id.in_(telegram_ids), Member.blocked_at.is_(None))
        .values(blocked_at=at)
    )


async def set_reachable(tx: AsyncSession, telegram_id: int) -> bool:
    """Messages get through to this account again; False when they did all along."""
    statement = (
        update(Member)
        .where(Member.telegram_id == telegram_id, Member.blocked_at.is_not(None))
        .values(blocked_at=None)
        .returning(Member.id)
    )
    return await tx.scalar(statement) is not None
