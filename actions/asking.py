"""Asking the lessons."""

from dataclasses import dataclass

from actions import actors
from actions.actors import Who
from actions.app import App
from study.asking import Hit


@dataclass(frozen=True)
class Answer:
    """What the lessons say to a question, best first; no hits means that nothing taught speaks of it."""

    question: str
    hits: tuple[Hit, ...]


async def ask(app: App, who: Who, *, question: str) -> Answer:
    """Look for the lessons that answer the question. Raises NothingAsked; nothing of it is stored."""
    async with app.db.reading() as tx:
        await actors.load(tx, who)
        curriculum = await app.library.current(tx)
    index = await app.library.index(curriculum)
    return Answer(question.strip(), index.ask(question))
