"""Booking points, for the other actions to call within their own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import members
from storage import points as records
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
