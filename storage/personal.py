"""Everything stored about one person: to hand out, and to erase."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, delete, inspect, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import conversations
from storage.inserts import insert
from storage.tables import (
    Answer,
    Appeal,
    Attempt,
    Attendee,
    AuditEntry,
    Ballot,
    Base,
    Card,
    Conversation,
    Feedback,
    Invite,
    Leave,
    MakeUp,
    MeetingChange,
    Member,
    Outgoing,
    PointsEntry,
    Quiz,
    Recipient,
    Remainder,
    Role,
    Seat,
    StudyDay,
    Subscription,
    Unit,
)
from study.calendar import DEFAULT_ZONE, day_of
from study.notices import Fate


@dataclass(frozen=True)
class Holding:
    """A table with rows about people, how to find one person's, and whether erasing removes them.

    With `unnamed`, the rows stay for the sums and only what tells whose they are is overwritten. `hidden` columns are not handed out: they are keys to the machine, not facts about the person.
    """

    name: str
    table: type[Base]
    whose: Callable[[int, int], ColumnElement[bool]]  # (member id, Telegram account or 0)
    erased: bool = True
    hidden: frozenset[str] = frozenset()
    unnamed: Mapping[str, Any] | None = None


def _by_member(table: Any) -> Callable[[int, int], ColumnElement[bool]]:
    return lambda member_id, _account: table.member_id == member_id


# Children before the rows they point to. A test holds that no table with people in it is left out.
HOLDINGS = (
    Holding("make_ups", MakeUp, _by_member(MakeUp)),
    Holding("ballots", Ballot, _by_member(Ballot)),
    Holding("leaves", Leave, _by_member(Leave)),
    Holding("meeting_changes", MeetingChange, _by_member(MeetingChange)),
    Holding("attendance", Attendee, _by_member(Attendee)),
    Holding("seats", Seat, _by_member(Seat)),
    Holding(
        "receipts",
        Recipient,
        _by_member(Recipient),
        unnamed={
            "member_id": None,
            "chat_id": None,
            "message_ids": None,
            "reminded_on": None,
            "fate": case((Recipient.fate == Fate.QUEUED.value, Fate.GONE.value), else_=Recipient.fate),
        },
    ),
    Holding("subscriptions", Subscription, _by_member(Subscription)),
    Holding("appeals", Appeal, _by_member(Appeal)),
    Holding("answers", Answer, _by_member(Answer)),
    Holding("points", PointsEntry, _by_member(PointsEntry)),
    Holding("cards", Card, _by_member(Card)),
    Holding("quizzes", Quiz, _by_member(Quiz)),
    Holding("study_days", StudyDay, _by_member(StudyDay)),
    Holding("feedback", Feedback, _by_member(Feedback)),
    Holding("invites", Invite, _by_member(Invite), hidden=frozenset({"token_hash"})),
    Holding(
        "messages",
        Outgoing,
        lambda member_id, account: or_(Outgoing.member_id == member_id, Outgoing.chat_id == (account or -1)),
        hidden=frozenset({"leased_until", "leased_by"}),
    ),
    Holding("wrong_guesses", Attempt, lambda _member_id, account: Attempt.telegram_id == account),
    Holding(
        "dialogues",
        Conversation,
        lambda _member_id, account: Conversation.key.like(f"%:{account}:{account}:%"),
    ),
    Holding("roles", Role, _by_member(Role), erased=False),
    Holding(
        "audit",
        AuditEntry,
        lambda member_id, _account: or_(AuditEntry.member_id == member_id, AuditEntry.actor_id == member_id),
        erased=False,
    ),
)


async def rows(tx: AsyncSession, holding: Holding, member: Member) -> list[dict[str, Any]]:
    """One person's rows of one table, as plain values."""
    columns = [column for column in holding.table.__table__.columns if column.key not in holding.hidden]
    query = select(*columns).where(holding.whose(member.id, member.telegram_id or 0))
    found = await tx.execute(query.order_by(*inspect(holding.table).primary_key))
    return [dict(row) for row in found.mappings()]


async def keep_sums(tx: AsyncSession, member: Member, unit: Unit) -> None:
    """Add the person's figures to what the unit keeps of people who were erased, by year, naming nobody."""
    zone = unit.timezone or DEFAULT_ZONE
    sums: defaultdict[int, dict[str, int]] = defaultdict(
        lambda: {"points": 0, "answers": 0, "right_answers": 0}
    )
    for season, amount in await tx.execute(
        select(PointsEntry.season, PointsEntry.amount).where(PointsEntry.member_id == member.id)
    ):
        sums[season]["points"] += amount
    for at, verdict in await tx.execute(
        select(Answer.answered_at, Answer.verdict).where(Answer.member_id == member.id)
    ):
        year = sums[day_of(at, zone).year]
        year["answers"] += 1
        year["right_answers"] += verdict == "correct"
    for season, figures in sums.items():
        values = {"unit_id": unit.id, "season": season, "members": 1, **figures}
        statement = insert(tx, Remainder).values(values)
        added = {name: getattr(Remainder, name) + values[name] for name in ("members", *figures)}
        await tx.execute(
            statement.on_conflict_do_update(index_elements=[Remainder.unit_id, Remainder.season], set_=added)
        )


async def erase(tx: AsyncSession, member: Member) -> dict[str, int]:
    """Remove what the person did and said, and leave of the roster's row only name, unit, kind
    and right to vote. Returns how many rows of each table went."""
    gone: dict[str, int] = {}
    for holding in HOLDINGS:
        if holding.erased:
            forgetting = (
                update(holding.table).values(holding.unnamed) if holding.unnamed else delete(holding.table)
            )
            result = await tx.execute(
                forgetting.where(holding.whose(member.id, member.telegram_id or 0)),
                execution_options={"synchronize_session": False},
            )
            gone[holding.name] = int(result.rowcount)  # type: ignore[attr-defined]
    if member.telegram_id is not None:
        await conversations.forget_person(tx, member.telegram_id)
    fresh = Member.__table__.columns
    for name in ("study_minute", "quiet_days", "muted", "locale", "in_ranking"):
        default = fresh[name].default
        assert default is not None and default.is_scalar
        setattr(member, name, default.arg)
    member.telegram_id = member.bound_at = member.blocked_at = None
    member.staff_no = member.joined_party_on = None
    await tx.flush()
    return gone
