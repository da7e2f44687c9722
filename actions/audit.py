"""The record of who did what, for those who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import audit, members, units
from study.calendar import DEFAULT_ZONE, local
from study.members import Permission

PAGE = 10


@dataclass(frozen=True)
class Deed:
    """One entry with names in place of numbers; `actor` None is the command line or the program. `at` is local."""

    at: datetime
    actor: str | None
    action: str
    unit: str | None
    member: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Deeds:
    """A page, the newest first; `older` leads to the next page, None at the end."""

    deeds: tuple[Deed, ...]
    older: int | None


async def page(app: App, who: Who, *, before: int | None = None, limit: int = PAGE) -> Deeds:
    """Entries before the given one. Whoever does not administer the whole tree sees those of units in reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SEE_AUDIT)
        top = await units.root(tx)
        tree = {unit.id: unit for unit in await units.below(tx, "/")}
        within = None
        if top is not None and not actor.may(Permission.SEE_AUDIT, top.path):
            within = [unit.id for unit in tree.values() if actor.may(Permission.SEE_AUDIT, unit.path)]
        entries = await audit.latest(tx, limit=limit + 1, before=before, unit_ids=within)
        people = {
            one: found.name
            for entry in entries
            for one in (entry.actor_id, entry.member_id)
            if one is not None and (found := await members.find(tx, one))
        }
    deeds = tuple(
        Deed(
            at=local(entry.at, actor.timezone or DEFAULT_ZONE),
            actor=people.get(entry.actor_id) if entry.actor_id is not None else None,
            action=entry.action,
            unit=tree[entry.unit_id].name if entry.unit_id in tree else None,
            member=people.get(entry.member_id) if entry.member_id is not None else None,
            details=entry.details,
        )
        for entry in entries[:limit]
    )
    return Deeds(deeds, older=entries[limit - 1].id if len(entries) > limit else None)
