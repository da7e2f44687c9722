"""Ways in: secretaries make them, newcomers use them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import attempts, audit, conversations, invites, members, outbox, roles, units
from storage.tables import Invite, Member, Unit
from study import invites as rules
from study.delivery import Lane
from study.members import Actor, Permission
from study.refusal import Refusal


@dataclass(frozen=True)
class UnitWaiting:
    """A unit with people of its own, of whom `waiting` have not joined."""

    unit_id: int
    name: str
    people: int
    waiting: int


@dataclass(frozen=True)
class Units:
    """A page of the units in which the actor may invite."""

    units: tuple[UnitWaiting, ...]
    leaf: Leaf
    people: int
    waiting: int


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be given a link; `invited`: there is one that still works."""

    member_id: int
    name: str
    unit: str
    joined: bool
    invited: bool


@dataclass(frozen=True)
class Candidates:
    """A page of people: of one unit who have not joined, or whoever the query finds."""

    people: tuple[Candidate, ...]
    leaf: Leaf
    unit_id: int | None = None
    unit: str = ""
    query: str = ""


@dataclass(frozen=True)
class Invitation:
    """A new way in. The token is told only here; `joined`: it moves somebody to a new account."""

    member_id: int
    name: str
    unit: str
    token: str
    expires_at: datetime
    joined: bool = False


@dataclass(frozen=True)
class Slips:
    """Invitations for everybody of a unit who has not joined."""

    unit: str
    invitations: tuple[Invitation, ...]
    left_out: tuple[str, ...] = ()  # names of those who hold more than the actor


@dataclass(frozen=True)
class Joined:
    """Whoever has just come in; `again`: this account had been theirs before."""

    name: str
    unit: str
    study_minute: int
    again: bool = False


async def units_waiting(app: App, who: Who, *, page: int = 0) -> Units:
    """The units within reach that have people, with how many of them have not joined."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.INVITE)
        people = await reach.people(tx, actor.reach(Permission.INVITE))
    found: dict[int, UnitWaiting] = {}
    for member, unit in people:
        known = found.get(unit.id) or UnitWaiting(unit.id, unit.name, 0, 0)
        waiting = known.waiting + (member.telegram_id is None)
        found[unit.id] = UnitWaiting(unit.id, unit.name, known.people + 1, waiting)
    leaf = reach.leaf(len(found), page)
    waiting = sum(one.waiting for one in found.values())
    return Units(tuple(reach.cut(list(found.values()), leaf)), leaf, len(people), waiting)


async def candidates(
    app: App, who: Who, *, unit_id: int | None = None, query: str = "", page: int = 0
) -> Candidates:
    """People to invite: those of a unit (and below) who have not joined, or, with a query, whoever is meant."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.INVITE)
        unit = await reach.unit(tx, actor, Permission.INVITE, unit_id) if unit_id is not None else None
        paths = (unit.path,) if unit else actor.reach(Permission.INVITE)
        people = await reach.people(tx, paths, query)
        wanted = people if query else [one for one in people if one[0].telegram_id is None]
        leaf = reach.leaf(len(wanted), page)
        shown = reach.cut(wanted, leaf)
        open_ = await invites.open_of(tx, [member.id for member, _ in shown], at=app.clock())
    invited = {invite.member_id for invite in open_}
    return Candidates(
        people=tuple(
            Candidate(member.id, member.name, home.name, member.telegram_id is not None, member.id in invited)
            for member, home in shown
        ),
        leaf=leaf,
        unit_id=unit_id,
        unit=unit.name if unit else "",
        query=query,
    )


async def make(app: App, who: Who, *, member_id: int) -> Invitation:
    """A new link for one person; an older one stops working.

    A double tap raises JustMade. HoldsMore: nobody can make a way to a role beyond their own.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member, unit = await reach.member(tx, actor, Permission.INVITE, member_id, lock=True)
        if not actor.covers((await roles.posts_of(tx, [member.id])).get(member.id, ())):
            raise rules.HoldsMore(name=member.name)
        await _refuse_echo(app, tx, actor, [member])
        return await _make(app, tx, actor, member, unit)


async def make_for_unit(app: App, who: Who, *, unit_id: int) -> Slips:
    """New links for everybody of the unit and below who has not joined; older ones stop working.

    Left out is whoever holds a role beyond the actor's own.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.INVITE, unit_id)
        await units.lock(tx, unit.id)
        people = [one for one in await reach.people(tx, (unit.path,)) if one[0].telegram_id is None]
        posts = await roles.posts_of(tx, [member.id for member, _ in people])
        waiting = [one for one in people if actor.covers(posts.get(one[0].id, ()))]
        if not waiting:
            raise rules.NobodyToInvite()
        await _refuse_echo(app, tx, actor, [member for member, _ in waiting])
        made = [await _make(app, tx, actor, member, home) for member, home in waiting]
        left_out = tuple(one[0].name for one in people if one not in waiting)
        return Slips(unit.name, tuple(made), left_out)


async def revoke(app: App, who: Who, *, member_id: int) -> str:
    """Revoke the open link of somebody, if there is one; their name."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member, unit = await reach.member(tx, actor, Permission.INVITE, member_id)
        if await invites.revoke_open(tx, [member.id], at=app.clock()):
            audit.note(
                tx,
                at=app.clock(),
                actor_id=actor.member_id,
                action="invite.revoked",
                unit_id=unit.id,
                member_id=member.id,
            )
        return member.name


async def join(app: App, telegram_id: int, *, token: str) -> Joined:
    """Bind the account to the person the link was made for.

    Of two accounts at once one wins. Somebody with another account moves here, and the old one is told.
    Raises UnknownInvite, ExpiredInvite, AccountTaken or TooManyGuesses.
    """
    async with app.db.writing() as tx:
        outcome = await _join(app, tx, telegram_id, token)
    # Only now: a wrong guess has to be counted, and raising inside would undo that.
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def _join(app: App, tx: AsyncSession, telegram_id: int, token: str) -> Joined | Refusal:
    now = app.clock()
    await attempts.hold(tx, subject=rules.SUBJECT, telegram_id=telegram_id)
    await attempts.forget(tx, subject=rules.SUBJECT, before=now - rules.GUESSES_KEPT)
    since = now - rules.GUESS_WINDOW
    own = await attempts.since(tx, subject=rules.SUBJECT, at=since, telegram_id=telegram_id)
    of_all = await attempts.since(tx, subject=rules.SUBJECT, at=since)
    if not rules.may_guess(own=own, of_all=of_all):
        return rules.TooManyGuesses()
    invite = await invites.by_hash(tx, rules.hash_of(token))
    member = await members.lock(tx, invite.member_id) if invite else None
    if invite is None or member is None or member.left_at is not None:
        await attempts.add(tx, subject=rules.SUBJECT, telegram_id=telegram_id, at=now)
        return rules.UnknownInvite()
    return await _enter(app, tx, telegram_id, invite, member)


async def _enter(
    app: App, tx: AsyncSession, telegram_id: int, invite: Invite, member: Member
) -> Joined | Refusal:
    """Come in by a link that is real."""
    now = app.clock()
    unit = await units.find(tx, member.unit_id)
    assert unit is not None
    bound = await members.by_chat(tx, telegram_id)
    if bound and bound.member.id == member.id:
        await invites.use(tx, invite.id, at=now)
        return Joined(member.name, unit.name, member.study_minute, again=True)
    if invite.used_at is not None or invite.revoked_at is not None:
        return rules.UnknownInvite()
    if invite.expires_at <= now:
        return rules.ExpiredInvite()
    if bound:
        return rules.AccountTaken(name=bound.member.name)
    old = member.telegram_id
    try:
        async with tx.begin_nested():
            if not await invites.use(tx, invite.id, at=now):
                return rules.UnknownInvite()
            await members.bind(tx, member.id, telegram_id=telegram_id, at=now)
    except IntegrityError:
        # The account came in by another link at the same moment.
        bound = await members.by_chat(tx, telegram_id)
        return rules.AccountTaken(name=bound.member.name if bound else "")
    if old is not None:
        await _tell_unbound(app, tx, invite, old)
    audit.note(
        tx,
        at=now,
        actor_id=member.id,
        action="member.joined" if old is None else "member.rebound",
        unit_id=unit.id,
        member_id=member.id,
    )
    return Joined(member.name, unit.name, member.study_minute)


async def _tell_unbound(app: App, tx: AsyncSession, invite: Invite, old: int) -> None:
    await conversations.forget_person(tx, old)
    await outbox.put(
        tx,
        key=f"unbound:{invite.id}",
        chat_id=old,
        letter="text",
        payload={"key": "invite.told_unbound", "params": {}},
        lane=Lane.PERSONAL,
        not_before=app.clock(),
    )


async def _refuse_echo(app: App, tx: AsyncSession, actor: Actor, people: Sequence[Member]) -> None:
    """Raise JustMade when the actor has made links for all of them a moment ago."""
    now = app.clock()
    open_ = await invites.open_of(tx, [member.id for member in people], at=now)
    fresh = {
        invite.member_id
        for invite in open_
        if invite.created_by == actor.member_id and invite.created_at > now - rules.ECHO
    }
    if fresh == {member.id for member in people}:
        raise rules.JustMade()


async def _make(app: App, tx: AsyncSession, actor: Actor, member: Member, unit: Unit) -> Invitation:
    now = app.clock()
    token = rules.PREFIX + secrets.token_urlsafe(rules.TOKEN_BYTES)
    await invites.revoke_open(tx, [member.id], at=now)
    invite = await invites.add(
        tx,
        token_hash=rules.hash_of(token),
        member_id=member.id,
        by=actor.member_id,
        at=now,
        expires_at=rules.expiry(now),
    )
    audit.note(
        tx,
        at=now,
        actor_id=actor.member_id,
        action="invite.made",
        unit_id=unit.id,
        member_id=member.id,
    )
    return Invitation(
        member.id, member.name, unit.name, token, invite.expires_at, joined=member.telegram_id is not None
    )
