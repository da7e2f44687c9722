"""Booking points, for the other actions to call within their own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import members
from storage import points as records
from storage.tables import PointsEntry
from study.calendar import day_of
from study.members import Actor, MemberKind
from study.points import Action, Cap, Tally, award


@dataclass(frozen=True)
class Booked:
    """What was booked, why it is less than the action's worth, and the season's sum after it."""

    amount: int
    capped: Cap | None
    total: int


# Where no points are given.
NOTHING = Booked(0, None, 0)


async def book(
    app: App, tx: AsyncSession, actor: Actor, action: Action | None, *, key: str, details: Mapping[str, Any]
) -> Booked:
    """Book what the action brings the actor now; nothing when `key` is in the ledger already.

    Without an action only the season's sum is told.
    """
    now = app.clock()
    day = day_of(now, actor.timezone)
    member_id = actor.own_id()
    if action is not None:
        await members.hold(tx, member_id)  # two at once would each see room under a cap
    tallies = await records.tallies(tx, member_id, season=day.year, day_on=day)
    total = app.points.base + sum(season for _, season in tallies.values())
    if action is None:
        return Booked(0, None, total)
    day_sum, season_sum = tallies.get(action, (0, 0))
    given = award(app.points, action, kind=MemberKind(actor.kind), tally=Tally(day_sum, season_sum))
    if given.amount == 0:
        return Booked(0, given.capped, total)
    entry = await records.book(
        tx,
        member_id=member_id,
        season=day.year,
        day_on=day,
        action=action.value,
        amount=given.amount,
        key=key,
        details=dict(details),
        at=now,
    )
    return (
        Booked(0, None, total) if entry is None else Booked(given.amount, given.capped, total + given.amount)
    )


async def book_for(
    app: App,
    tx: AsyncSession,
    member_ids: Sequence[int],
    action: Action,
    *,
    key: str,
    day: date,
    details: Mapping[str, Any],
) -> None:
    """Book what the action of that local day brings all these people, each once: `key` is one for all of them."""
    rule = app.points.actions.get(action)
    if not member_ids or rule is None or rule.points <= 0:
        return
    await members.hold_all(tx, member_ids)
    standing = await records.tallies_of(tx, member_ids, action=action.value, season=day.year, day_on=day)
    entries = []
    for member_id, (kind, day_sum, season_sum) in standing.items():
        given = award(app.points, action, kind=MemberKind(kind), tally=Tally(day_sum, season_sum))
        if given.amount:
            entries.append(
                {
                    "member_id": member_id,
                    "season": day.year,
                    "day_on": day,
                    "action": action.value,
                    "amount": given.amount,
                    "key": f"{key}:{member_id}",
                    "details": dict(details),
                    "at": app.clock(),
                }
            )
    await records.book_many(tx, entries)


async def take_back(
    app: App, tx: AsyncSession, member_id: int, *, key: str, because: str, by: int | None
) -> int:
    """Reverse every entry under the key that nobody has reversed already; how much that was. `because` is a text key below
    `points.because.`."""
    taken = 0
    for entry in await _standing(tx, member_id, key):
        reversal = await records.book(
            tx,
            member_id=entry.member_id,
            season=entry.season,
            day_on=entry.day_on,
            action=entry.action,
            amount=-entry.amount,
            key=f"reverse:{entry.id}",
            details={**entry.details, "of": entry.id, "because": because},
            at=app.clock(),
            by=by,
            reverses_id=entry.id,
        )
        taken += entry.amount if reversal is not None else 0
    return taken


async def give_again(
    app: App,
    tx: AsyncSession,
    member_id: int,
    action: Action,
    *,
    key: str,
    day: date,
    because: str,
    details: Mapping[str, Any],
    by: int | None,
) -> int:
    """Book what the action of that local day brings, unless something stands under the key; how much that was."""
    await members.hold(tx, member_id)
    if await _standing(tx, member_id, key):
        return 0
    earlier = await records.under(tx, member_id, key)
    standing = await records.tallies_of(tx, [member_id], action=action.value, season=day.year, day_on=day)
    kind, day_sum, season_sum = standing[member_id]
    given = award(app.points, action, kind=MemberKind(kind), tally=Tally(day_sum, season_sum))
    if given.amount:
        await records.book(
            tx,
            member_id=member_id,
            season=day.year,
            day_on=day,
            action=action.value,
            amount=given.amount,
            key=f"{key}:{len(earlier) + 1}" if earlier else key,
            details={**details, "because": because},
            at=app.clock(),
            by=by,
        )
    return given.amount


async def _standing(tx: AsyncSession, member_id: int, key: str) -> list[PointsEntry]:
    """What is booked under the key and not reversed."""
    entries = await records.under(tx, member_id, key)
    undone = await records.reversed_among(tx, [entry.id for entry in entries])
    return [entry for entry in entries if entry.id not in undone]
