"""What the fate of its copies means for a notice; called by the courier's settlement, in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import live
from actions.app import App
from actions.notices import PREVIEW
from storage import live as watched
from storage import notices, outbox
from storage.notices import Sent
from storage.outbox import Claimed, Draft
from storage.tables import Notice, Unit
from study.delivery import Lane, Outcome
from study.notices import UNDER_WAY, Fate, State

FATES = {
    Outcome.DELIVERED: Fate.SENT,
    Outcome.UNREACHABLE: Fate.UNREACHABLE,
    Outcome.REFUSED: Fate.REFUSED,
    Outcome.UNKNOWN: Fate.FAILED,
    Outcome.FAILED: Fate.FAILED,
    Outcome.EXPIRED: Fate.FAILED,
}

QUICK = timedelta(minutes=1)


@dataclass(frozen=True)
class End:
    """How the last try with a letter of a notice ended."""

    letter: Claimed
    outcome: Outcome
    message_ids: Sequence[int]
    refusal: str | None

    @property
    def is_plain(self) -> bool:
        """Whether a single message arrived, as nearly always."""
        return self.outcome is Outcome.DELIVERED and len(self.message_ids) == 1


async def lock(tx: AsyncSession, letters: Iterable[Claimed]) -> dict[int, tuple[Notice, Unit]]:
    """The notices that these letters belong to, held until the transaction ends, always in the same order: of two
    couriers that settle the last copies at once, the second sees what the first wrote, and ends the notice."""
    ids = sorted({letter.notice.id for letter in letters if letter.notice})
    return {id_: found for id_ in ids if (found := await notices.lock(tx, id_))}


async def settle(
    app: App, tx: AsyncSession, held: dict[int, tuple[Notice, Unit]], ends: Sequence[End]
) -> None:
    """Write down what became of the copies, and end or stop the notices that are through."""
    now = app.clock()
    copies = [one for one in ends if one.letter.letter == notices.LETTER]
    await notices.arrived(tx, [one.letter.id for one in copies if one.is_plain], at=now)
    await notices.settle(
        tx,
        (
            (id_, one.letter.chat_id, _fate(one, notice), [*one.message_ids] or None)
            for id_, (notice, _) in held.items()
            for one in copies
            if one.letter.notice and one.letter.notice.id == id_ and not one.is_plain
        ),
        at=now,
    )
    gone = [one.letter for one in ends if one.letter.letter == notices.DELETE and _is_gone(one)]
    await notices.deleted(tx, [(one.notice.id, one.chat_id) for one in gone if one.notice])
    for one in ends:
        if one.letter.letter == notices.ASK and one.message_ids and one.letter.notice:
            await notices.add_message(tx, one.letter.notice.id, one.letter.chat_id, one.message_ids[0])
    following = (draft for one in copies for draft in _following(app, held, one))
    too_late = (draft for one in ends for draft in _too_late(app, held, one))
    await outbox.put_many(tx, chain(following, too_late))
    for one in ends:
        if one.letter.letter == PREVIEW and one.outcome is Outcome.REFUSED:
            await _tell_refused(app, tx, one)
    for id_, (notice, unit) in held.items():
        mine = [one for one in copies if one.letter.notice and one.letter.notice.id == id_]
        await _follow(app, tx, notice, unit, mine)


def _fate(end: End, notice: Notice) -> Fate:
    if end.outcome is Outcome.NOTHING:
        called_off = notice.state in (State.CANCELLED, State.WITHDRAWN)
        return Fate.CANCELLED if called_off and end.letter.addressed else Fate.GONE
    return FATES[end.outcome]


def _is_gone(end: End) -> bool:
    return end.outcome in (Outcome.DELIVERED, Outcome.NOTHING)


def _following(app: App, held: dict[int, tuple[Notice, Unit]], end: End) -> Iterable[Draft]:
    """What has to follow a delivered copy: the button under an album; and what was done to the notice meanwhile."""
    letter = end.letter
    if end.outcome is not Outcome.DELIVERED or not letter.notice or letter.notice.id not in held:
        return
    notice, _ = held[letter.notice.id]
    copy = Sent(letter.chat_id, letter.member_id, end.message_ids)
    if notice.state == State.WITHDRAWN:
        yield deletion(notice, copy, at=app.clock())
        return
    if notice.receipt and len(notice.media) > 1:
        yield _draft(notice, copy, notices.ASK, {"reply_to": copy.message_ids[0]}, at=app.clock())
    if notice.revision != letter.notice.revision:
        yield edit(notice, copy, at=app.clock())


def _too_late(app: App, held: dict[int, tuple[Notice, Unit]], end: End) -> Iterable[Draft]:
    """What was said about a notice that was withdrawn while it was on the wire is taken back too."""
    letter = end.letter
    if letter.notice and letter.letter in (notices.ASK, notices.REMIND):
        notice, _ = held[letter.notice.id]
        if notice.state == State.WITHDRAWN:
            yield from (unsaid(letter.chat_id, one, at=app.clock()) for one in end.message_ids)


async def _tell_refused(app: App, tx: AsyncSession, end: End) -> None:
    """Telegram did not take the preview, so it would take no copy either: whoever writes it hears why."""
    await outbox.put(
        tx,
        key=f"{end.letter.key}:refused",
        chat_id=end.letter.chat_id,
        member_id=end.letter.member_id,
        letter="text",
        payload={"key": "notices.refused", "params": {"reason": end.refusal or ""}},
        lane=Lane.REPLY,
        not_before=app.clock(),
    )


def edit(notice: Notice, copy: Sent, *, at: datetime) -> Draft:
    """The letter that puts what the notice says now in place of what a copy says."""
    payload = {"message": copy.message_ids[0], "seen": copy.seen}
    return _draft(notice, copy, notices.EDIT, payload, at=at, round_=f":{notice.revision}")


def deletion(notice: Notice, copy: Sent, *, at: datetime) -> Draft:
    """The letter that takes a copy back."""
    return _draft(notice, copy, notices.DELETE, {"messages": [*copy.message_ids]}, at=at)


def unsaid(chat_id: int, message_id: int, *, at: datetime) -> Draft:
    """The letter that takes back a single message which is no copy: a reminder, or the button under an album."""
    return Draft(
        key=f"unsay:{chat_id}:{message_id}",
        chat_id=chat_id,
        letter="unsay",
        payload={"message": message_id},
        not_before=at,
    )


def _draft(
    notice: Notice, copy: Sent, letter: str, payload: dict[str, Any], *, at: datetime, round_: str = ""
) -> Draft:
    return Draft(
        key=f"{letter}:{notice.id}{round_}:{copy.chat_id}",
        chat_id=copy.chat_id,
        member_id=copy.member_id,
        letter=letter,
        payload=payload,
        not_before=at,
        notice_id=notice.id,
    )


async def _follow(app: App, tx: AsyncSession, notice: Notice, unit: Unit, ends: Sequence[End]) -> None:
    refusals = [one.refusal for one in ends if one.outcome is Outcome.REFUSED]
    if refusals and notice.state in (State.SENDING, State.PAUSED):
        notice.state, notice.refusal = State.STOPPED.value, refusals[0]
        await notices.hold(tx, notice.id)
        await tell(app, tx, notice, unit)
    over = False
    if ends and notice.finished_at is None and notice.state != State.STOPPED:
        over = not await notices.any_queued(tx, notice.id)
    if over:
        await finish(app, tx, notice, unit)
    await live.touch(app, tx, f"notice:{notice.id}", at_once=over or bool(refusals))


async def finish(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> None:
    """The last copy is settled."""
    notice.finished_at = app.clock()
    if notice.state in UNDER_WAY:
        notice.state = State.SENT.value
    await tell(app, tx, notice, unit)


async def tell(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> None:
    """The sender hears how it ended, or that it was stopped; not when they have it before their eyes and it was over in a
    moment, or called off."""
    author = await notices.author(tx, notice)
    if author is None or author.telegram_id is None or notice.announced_at is None:
        return
    quick = app.clock() - notice.announced_at < QUICK and notice.state == State.SENT
    if quick or notice.state == State.CANCELLED:
        watching = await watched.of(tx, f"notice:{notice.id}")
        if author.telegram_id in (one.chat_id for one in watching):
            return
    await outbox.put(
        tx,
        key=f"notice-report:{notice.id}:{notice.state}:{app.clock().timestamp():.0f}",
        chat_id=author.telegram_id,
        member_id=author.id,
        letter="notice-report",
        payload={"notice": notice.id},
        lane=Lane.PERSONAL,
        not_before=app.clock() if notice.urgent_reason else app.when_awake(unit.timezone),
    )
