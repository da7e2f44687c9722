"""Booking points, for the other actions to call within their own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
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
