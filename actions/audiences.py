"""Choosing whom a draft is for, within what its sender may reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, notices, reach
from actions.actors import Who
from actions.app import App
from actions.notices import Look
from actions.reach import Leaf
from storage import audience as records
from storage import units
from storage.audience import Named
from storage.tables import Unit
from study.audience import Audience, toggled, with_unit
from study.members import Actor, MemberKind, NotAllowed, Permission, Role
from study.notices import NoSuchNotice

MOST_SUGGESTED = 200  # earlier notices, or meetings, a page at a time: two years and more of them


class Part(StrEnum):
    """What of an audience is chosen."""

    UNIT = "u"
    ROLE = "r"
    KIND = "k"
    UNCONFIRMED = "n"
    UNANSWERED = "q"
    ABSENT = "a"
    MEMBER = "m"
    GROUP = "g"


@dataclass(frozen=True)
class Option:
    """Something to choose, by number or by the word of an enumeration."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Options:
    """A page of what there is to choose from. `query` is what people were looked for with."""

    notice_id: int
    part: Part
    options: tuple[Option, ...]
    leaf: Leaf
    query: str = ""


async def options(
    app: App, who: Who, *, notice_id: int, part: Part, page: int = 0, query: str = ""
) -> Options:
    """What may be chosen for this part of the draft's audience; people by name, pinyin or initials."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        notice, _ = await notices.within_reach(tx, actor, notice_id)
        wanted = Audience.read(notice.audience)
        found = await _found(tx, actor, part, wanted, query)
    if part is Part.UNCONFIRMED:
        found = [one for one in found if one.value != str(notice_id)]
    leaf = reach.leaf(len(found), page)
    return Options(notice_id, part, tuple(reach.cut(found, leaf)), leaf, query)


async def choose(app: App, who: Who, *, notice_id: int, part: Part, value: str) -> Look:
    """Add this to the draft's audience, or take it away again. Raises NotAllowed for what is out of reach."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.editable(app, tx, actor, notice_id)
        audience = await _chosen(tx, actor, Audience.read(notice.audience), part, value)
        notice.audience = audience.stored()
        return await notices.seen_by(app, tx, actor, notice, unit)


async def reset(app: App, who: Who, *, notice_id: int) -> Look:
    """Everybody of the notice's unit and below again."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.editable(app, tx, actor, notice_id)
        notice.audience = Audience(units=(unit.id,)).stored()
        return await notices.seen_by(app, tx, actor, notice, unit)


async def _found(tx: AsyncSession, actor: Actor, part: Part, wanted: Audience, query: str) -> list[Option]:
    paths = actor.reach(Permission.SEND_NOTICES)
    match part:
        case Part.UNIT:
            tree = {unit.id: unit for path in paths for unit in await units.below(tx, path)}
            return _numbered(((one.id, one.name) for one in _in_order(tree)), wanted.units)
        case Part.ROLE:
            return [Option(role.value, "", role in wanted.roles) for role in Role]
        case Part.KIND:
            return [Option(kind.value, "", kind in wanted.kinds) for kind in MemberKind]
        case Part.UNCONFIRMED:
            asked = await records.unconfirmed_notices(tx, paths, limit=MOST_SUGGESTED)
            return _numbered(_pairs(asked), (wanted.unconfirmed,))
        case Part.ABSENT:
            missed = await records.meetings_missed(tx, paths, limit=MOST_SUGGESTED)
            return _numbered(_pairs(missed), (wanted.absent,))
        case Part.GROUP:
            bound = await records.groups_within(tx, paths)
            return _numbered(((one.chat_id, one.title) for one in bound), wanted.groups)
        case Part.MEMBER:
            people = await reach.people(tx, paths, query) if query else []
            return _numbered(((one.id, f"{one.name} · {home.name}") for one, home in people), wanted.members)
    return [Option("1", "", wanted.unanswered)]


def _in_order(tree: Mapping[int, Unit]) -> list[Unit]:
    """The units, each followed by those below it."""

    def place(unit: Unit) -> list[tuple[int, int]]:
        way = (int(one) for one in unit.path.strip("/").split("/"))
        return [(tree[one].position if one in tree else 0, one) for one in way]

    return sorted(tree.values(), key=place)


def _pairs(named: Sequence[Named]) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in named]


def _numbered(found: Iterable[tuple[int, str]], chosen: Sequence[int | None]) -> list[Option]:
    return [Option(str(id_), name, id_ in chosen) for id_, name in found]


async def _chosen(tx: AsyncSession, actor: Actor, wanted: Audience, part: Part, value: str) -> Audience:
    match part:
        case Part.UNIT:
            unit = await reach.unit(tx, actor, Permission.SEND_NOTICES, int(value))
            known = {one: found.path for one in wanted.units if (found := await units.find(tx, one))}
            return replace(wanted, units=with_unit(known, unit.id, unit.path))
        case Part.ROLE:
            return replace(wanted, roles=toggled(wanted.roles, Role(value)))
        case Part.KIND:
            return replace(wanted, kinds=toggled(wanted.kinds, MemberKind(value)))
        case Part.UNCONFIRMED:
            notice = await records.path_of_notice(tx, int(value))
            if notice is None:
                raise NoSuchNotice()
            actor.require(Permission.SEND_NOTICES, notice[0])
            return replace(wanted, unconfirmed=None if wanted.unconfirmed == int(value) else int(value))
        case Part.ABSENT:
            meeting = await records.path_of_meeting(tx, int(value))
            if meeting is None:
                raise NotAllowed()
            actor.require(Permission.SEND_NOTICES, meeting[0])
            return replace(wanted, absent=None if wanted.absent == int(value) else int(value))
        case Part.UNANSWERED:
            return replace(wanted, unanswered=not wanted.unanswered)
        case Part.GROUP:
            allowed = await records.groups_within(tx, actor.reach(Permission.SEND_NOTICES))
            if int(value) not in {one.chat_id for one in allowed}:
                raise NotAllowed()
            return replace(wanted, groups=toggled(wanted.groups, int(value)), unbound=())
    member, _ = await reach.member(tx, actor, Permission.SEND_NOTICES, int(value))
    # Whoever picks people means these; whole units can be added again.
    alone = not wanted.members and wanted.plain
    return replace(wanted, units=() if alone else wanted.units, members=toggled(wanted.members, member.id))
