"""A word from a member to the administrators, and one answer back."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import audit, feedback, members, outbox, roles
from storage.feedback import Letter
from study import feedback as rules
from study.delivery import Lane
from study.members import Actor, Permission, Role


@dataclass(frozen=True)
class Sent:
    """Kept and on its way to so many administrators."""

    feedback_id: int
    administrators: int


@dataclass(frozen=True)
class Opinion:
    """A word with who said it, and the answer if there is one."""

    feedback_id: int
    name: str
    unit: str
    text: str
    reply: str | None = None
    replied_by: str = ""


@dataclass(frozen=True)
class Waiting:
    """The oldest word without an answer after `after`, and how many wait in all."""

    opinion: Opinion | None
    total: int


async def send(app: App, who: Who, *, text: str, source: str) -> Sent:
    """Send a word to the administrators; `source` names the message, so that a repeat counts once."""
    text = rules.checked(text)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        feedback_id = await feedback.add_once(
            tx, member_id=actor.own_id(), text=text, source=source, at=app.clock()
        )
        readers = await roles.holders_reaching(tx, Role.ADMINISTRATOR, actor.unit_path)
        if feedback_id is None:
            return Sent(await feedback.id_of(tx, source), len(readers))
        for reader in readers:
            assert reader.telegram_id is not None
            await outbox.put(
                tx,
                key=f"feedback:{feedback_id}:{reader.id}",
                chat_id=reader.telegram_id,
                member_id=reader.id,
                letter="feedback",
                payload={"feedback": feedback_id},
                lane=Lane.PERSONAL,
                not_before=app.when_awake(actor.timezone),
            )
        return Sent(feedback_id, len(readers))


async def letter(app: App, feedback_id: int) -> Opinion | None:
    """What a letter to an administrator tells when it is sent; None once it is erased or answered."""
    async with app.db.reading() as tx:
        found = await feedback.find(tx, feedback_id)
        if found is None or found.feedback.replied_at is not None:
            return None
        return await _opinion(tx, found)


async def look(app: App, who: Who, *, feedback_id: int) -> Opinion:
    """One word, for an administrator who thinks of answering."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _opinion(tx, await _find(tx, actor, feedback_id))


async def waiting(app: App, who: Who, *, after: int = 0) -> Waiting:
    """What has no answer yet, one at a time."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.ANSWER_FEEDBACK)
        found = await _unanswered(tx, actor)
        later = [one for key, one in sorted(found.items()) if key > after]
        return Waiting(await _opinion(tx, later[0]) if later else None, len(found))


async def count_waiting(app: App, who: Who) -> int:
    """How many words wait for an answer by whoever asks; none for those who may not answer."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return len(await _unanswered(tx, actor))


async def answer(app: App, who: Who, *, feedback_id: int, text: str) -> Opinion:
    """Answer a word, once; it goes to whoever wrote it. Raises AlreadyAnswered with what was answered."""
    text = rules.checked(text)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        letter = await _find(tx, actor, feedback_id)
        if not await feedback.answer_once(tx, feedback_id, reply=text, by=actor.member_id, at=app.clock()):
            known = await _opinion(tx, letter)
            raise rules.AlreadyAnswered(name=known.replied_by, reply=known.reply or "")
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="feedback.answered",
            unit_id=letter.unit.id,
            member_id=letter.member.id,
            feedback=feedback_id,
        )
        if letter.member.telegram_id is not None:
            await outbox.put(
                tx,
                key=f"feedback:{feedback_id}:reply",
                chat_id=letter.member.telegram_id,
                member_id=letter.member.id,
                letter="text",
                payload={
                    "key": "feedback.told_reply",
                    "params": {"text": letter.feedback.text, "reply": text},
                },
                lane=Lane.PERSONAL,
                not_before=app.when_awake(letter.unit.timezone),
            )
        return Opinion(
            feedback_id, letter.member.name, letter.unit.name, letter.feedback.text, text, actor.name
        )


async def _find(tx: AsyncSession, actor: Actor, feedback_id: int) -> Letter:
    actor.require(Permission.ANSWER_FEEDBACK)
    letter = await feedback.find(tx, feedback_id)
    if letter is None:
        raise rules.NoSuchFeedback()
    actor.require(Permission.ANSWER_FEEDBACK, letter.unit.path)
    return letter


async def _unanswered(tx: AsyncSession, actor: Actor) -> dict[int, Letter]:
    paths = actor.reach(Permission.ANSWER_FEEDBACK)
    return {one.feedback.id: one for path in paths for one in await feedback.unanswered(tx, path)}


async def _opinion(tx: AsyncSession, letter: Letter) -> Opinion:
    row = letter.feedback
    by = await members.find(tx, row.replied_by) if row.replied_by is not None else None
    return Opinion(row.id, letter.member.name, letter.unit.name, row.text, row.reply, by.name if by else "")
